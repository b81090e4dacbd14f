import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openSqliteAccounts } from '../../src/server/engines/sqlite/sqlite-accounts.ts'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { thisMachine, type Host } from './nodes/hosts.ts'
import type { ChannelRecord, Scope } from '../../src/server/ports/directory.ts'

/** The program as an operator runs it. */
export const ccr = fileURLToPath(new URL('../../bin/ccr', import.meta.url))

export interface Folder extends AsyncDisposable {
  readonly path: string
}

export async function temporaryFolder(): Promise<Folder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ccr-test-'))
  return {
    path: folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }),
  }
}

export interface Running extends AsyncDisposable {
  readonly child: ChildProcess
  /** Code, or the signal's name. */
  readonly ended: Promise<number | string>
  readonly stderr: () => string
  readonly stdout: () => string
}

/** `ccr` with these arguments; killed when it is disposed of. */
export function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  host: Host = thisMachine,
): Running {
  return start(...host.command(ccr, args), env)
}

/** Any program, in an environment of its own. */
export function start(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  stdin: 'ignore' | 'pipe' = 'ignore',
): Running {
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env },
    stdio: [stdin, 'pipe', 'pipe'],
  })
  let stderr = ''
  let stdout = ''
  child.stderr
    ?.setEncoding('utf8')
    .on('data', (text: string) => (stderr = (stderr + text).slice(-20_000)))
  child.stdout
    ?.setEncoding('utf8')
    .on('data', (text: string) => (stdout = (stdout + text).slice(-200_000)))
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  return {
    child,
    ended,
    stderr: () => stderr,
    stdout: () => stdout,
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await ended
    },
  }
}

export interface Server extends Running {
  readonly url: string
}

/** `ccr serve` on a folder; ready when it says where it listens. */
export async function startServer(
  dataDir: string,
  {
    port = 0,
    env = {},
    host = thisMachine,
  }: {
    readonly port?: number
    readonly env?: Readonly<Record<string, string>>
    readonly host?: Host
  } = {},
): Promise<Server> {
  const args = ['serve', '--data', dataDir, '--host', host.address, '--port', String(port)]
  return listening(run(args, { CCR_LOG_LEVEL: 'warn', CCR_RATE_LIMIT: 'off', ...env }, host))
}

/** The server that a program becomes: ready when it says where it listens. */
export async function listening(running: Running): Promise<Server> {
  const { stdout } = running.child
  if (stdout === null) throw new Error('no stdout')
  const line = await Promise.race([
    once(createInterface({ input: stdout }), 'line').then(([text]) => String(text)),
    running.ended.then((end) => {
      throw new Error(`ccr serve ended with ${end}: ${running.stderr()}`)
    }),
  ])
  return { ...running, url: line.replace('listening on ', '') }
}

/** A public channel with nothing special about it. */
export function plainChannel(id: string): ChannelRecord {
  return {
    ...{ id, name: id, network: null, country: null, languages: ['en'], timeZone: 'UTC' },
    ...{ description: null, tags: [], website: null, logo: null, externalIds: [] },
    policy: {
      ...{ visibility: 'public', delaySeconds: 0, snippetWords: null },
      ...{ retentionDays: null, export: true, robots: false },
    },
  }
}

/** A channel of that name and a token for it, as the administration commands would make them. */
export async function addChannel(
  dataDir: string,
  id: string,
  scope: Scope = { feed: id },
): Promise<string> {
  await using directory = openSqliteDirectory(dataDir)
  await directory.createChannel(plainChannel(id))
  return (await directory.createToken(scope, 'test', null)).token
}

/** An administrator, and a token that may all that they may. */
export async function addAdmin(dataDir: string, email = 'admin@example.org'): Promise<string> {
  await using accounts = openSqliteAccounts(dataDir)
  await using directory = openSqliteDirectory(dataDir)
  const user = await accounts.createUser({ email, name: null, role: 'admin', channels: [] })
  if (typeof user === 'string') throw new Error(`${email} is there already`)
  return (await directory.createToken('own', 'test', null, user.id)).token
}

/** Waits for something that must come; the reason is told when it does not. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = 20_000,
): Promise<void> {
  const end = Date.now() + withinMs
  while (!(await isSo())) {
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
