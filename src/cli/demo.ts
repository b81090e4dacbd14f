import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { channelFieldsSchema, policySchema } from '../protocol/api.ts'
import { channelIdSchema } from '../protocol/events.ts'
import { createHandedLink, handedOverMs, signInUrl } from '../server/core/accounts/sign-in-link.ts'
import type { ChannelRecord, Directory } from '../server/ports/directory.ts'
import { withAccounts, withDirectory } from './shared/data-directory.ts'
import { ExitError, exitCodes, usageError } from './shared/exit.ts'

const program = fileURLToPath(new URL('../../bin/ccr', import.meta.url))
const ownSamples = fileURLToPath(new URL('../../samples', import.meta.url))
const usualPort = 8080

/** A folder of streams and the channels they belong to: samples/channels.json. */
const manifestSchema = z.object({
  channels: z
    .array(
      channelFieldsSchema
        .omit({ policy: true })
        .partial()
        .extend({
          id: channelIdSchema,
          name: z.string().min(1),
          file: z.string().min(1),
          tracks: z.string().optional(),
        }),
    )
    .min(1),
})

export interface DemoFlags {
  readonly data: string
  readonly port?: string
  readonly host: string
  readonly samples?: string
}

type Sample = z.infer<typeof manifestSchema>['channels'][number]

const openPolicy = policySchema.parse({
  visibility: 'public',
  delaySeconds: 0,
  snippetWords: null,
  retentionDays: null,
  export: true,
  robots: false,
})

/**
 * Starts `ccr serve` and one `ccr send` a sample as processes of their own, so that what is shown is
 * what an operator would run; ends with all of them on SIGINT or SIGTERM, or when any of them fails.
 */
export async function runDemo(flags: DemoFlags): Promise<void> {
  const folder = path.resolve(flags.samples ?? ownSamples)
  const samples = readManifest(folder)
  const tokens = await prepareChannels(flags.data, samples)
  const secret = await prepareAdmin(flags.data)
  const port = flags.port ?? (await usualOrFreePort(flags.host))

  const children: ChildProcess[] = []
  const stop = (): void => children.forEach((child) => child.kill('SIGTERM'))
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)

  const server = start(['serve', '--data', flags.data, '--host', flags.host, '--port', port], {})
  children.push(server.child)
  const address = await server.firstLine
  if (address === undefined)
    throw new ExitError(exitCodes.failed, 'the server did not start; see above')
  const url = address.replace('listening on ', '')
  process.stdout.write(`${address}\n`)

  for (const sample of samples) {
    const args = ['send', '--server', url, '--channel', sample.id, '--loop', '--pace', 'realtime']
    args.push('--input', path.join(folder, sample.file))
    if (sample.tracks !== undefined) args.push('--tracks', sample.tracks)
    args.push('--spool', path.join(flags.data, 'demo-spools', sample.id))
    children.push(start(args, { CCR_TOKEN: tokens.get(sample.id) ?? '' }).child)
  }
  process.stdout.write(whatToTry(url, samples, signInUrl(url, secret)))

  const [code] = (await Promise.race(children.map((child) => once(child, 'exit')))) as [
    number | null,
  ]
  stop()
  await Promise.all(children.filter(running).map((child) => once(child, 'exit')))
  if (code !== 0 && code !== null)
    throw new ExitError(exitCodes.failed, 'a process of the demo ended; its last words are above')
}

function running(child: ChildProcess): boolean {
  return child.exitCode === null && child.signalCode === null
}

/** The channel makes the child end with this process, however this one ends. */
function start(
  args: readonly string[],
  env: Record<string, string>,
): { child: ChildProcess; firstLine: Promise<string | undefined> } {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...inherited(), ...env },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  })
  const ended = once(child, 'exit').then(() => undefined)
  if (child.stdout === null) return { child, firstLine: ended }
  const lines = createInterface({ input: child.stdout })
  const said = once(lines, 'line').then(([line]: unknown[]) => String(line))
  return { child, firstLine: Promise.race([said, ended]) }
}

/** The demo's own settings, such as its port, are told to the server by flags. */
function inherited(): NodeJS.ProcessEnv {
  const flagVariables = new Set(['CCR_DATA', 'CCR_PORT', 'CCR_HOST', 'CCR_SAMPLES'])
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !flagVariables.has(name)),
  )
}

function readManifest(folder: string): readonly Sample[] {
  const file = path.join(folder, 'channels.json')
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw usageError(
      `expected a list of channels in ${file}, but ${error instanceof Error ? error.message : 'it cannot be read'}; --samples names a folder like samples/`,
    )
  }
  const parsed = manifestSchema.safeParse(content)
  if (!parsed.success)
    throw usageError(`${file} is not a list of channels: ${z.prettifyError(parsed.error)}`)
  return parsed.data.channels
}

function prepareChannels(
  data: string,
  samples: readonly Sample[],
): Promise<ReadonlyMap<string, string>> {
  return withDirectory(data, (directory) => makeTokens(directory, samples))
}

/** A link that signs in whoever administers the folder already, or an administrator of the demo. */
function prepareAdmin(data: string): Promise<string> {
  return withAccounts(data, async (accounts) => {
    const email = 'admin@demo.example'
    let admin = accounts.users().find(({ role }) => role === 'admin')
    if (admin === undefined) {
      const name = 'Administrator of the demo'
      const made = await accounts.createUser({ email, name, role: 'admin', channels: [] })
      if (typeof made === 'string')
        throw new ExitError(exitCodes.failed, `${email} is there and does not administer`)
      admin = made
    }
    const expiresAt = new Date(Date.now() + handedOverMs).toISOString()
    return await createHandedLink(accounts, admin.email, expiresAt, '/admin')
  })
}

async function makeTokens(
  directory: Directory,
  samples: readonly Sample[],
): Promise<ReadonlyMap<string, string>> {
  for (const token of directory.tokens())
    if (token.note === 'demo' && token.revokedAt === null) await directory.revokeToken(token.id)
  const tokens = new Map<string, string>()
  for (const sample of samples) {
    await ensureChannel(directory, sample)
    tokens.set(sample.id, (await directory.createToken({ feed: sample.id }, 'demo', null)).token)
  }
  return tokens
}

async function ensureChannel(directory: Directory, sample: Sample): Promise<void> {
  const channel: ChannelRecord = {
    id: sample.id,
    name: sample.name,
    network: sample.network ?? null,
    country: sample.country ?? null,
    languages: sample.languages ?? [],
    timeZone: sample.timeZone ?? 'UTC',
    description: sample.description ?? null,
    tags: [...new Set([...(sample.tags ?? []), 'demo'])],
    website: sample.website ?? null,
    logo: sample.logo ?? null,
    externalIds: sample.externalIds ?? [],
    policy: openPolicy,
  }
  await directory.createChannel(channel)
}

/** 8080 where it is free, so that the address is the one people remember; else any. */
async function usualOrFreePort(host: string): Promise<string> {
  const probe = createServer()
  probe.listen(usualPort, host)
  try {
    await once(probe, 'listening')
    return String(usualPort)
  } catch {
    // In use, which is what was asked: the system picks another.
    return '0'
  } finally {
    probe.close()
  }
}

function whatToTry(url: string, samples: readonly Sample[], adminLink: string): string {
  const [first, second] = samples
  const lines = [
    '',
    'Demo channels, replayed from sample streams of our own making:',
    ...samples.map((sample) => `  ${sample.id.padEnd(16)} ${sample.name}`),
    '',
    'Try:',
    `  ${url}/                      what is on air`,
    first === undefined
      ? undefined
      : `  ${url}/c/${first.id}            one channel, live and back`,
    first === undefined || second === undefined
      ? undefined
      : `  ${url}/wall?c=${first.id},${second.id}   side by side`,
    first === undefined
      ? undefined
      : `  npx --no-install ccr watch --server ${url} --channel ${first.id}`,
    `  ${url}/docs                  the API`,
    '',
    'Administer it (the link works once, within 24 hours):',
    `  ${adminLink}`,
    '',
    'Ctrl-C ends it; what was said stays in the archive.',
    '',
  ]
  return lines.filter((line) => line !== undefined).join('\n')
}
