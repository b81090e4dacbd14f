import path from 'node:path'
import { messageOf } from '../protocol/message-of.ts'
import { problemSchema } from '../protocol/api.ts'
import { backoffMs } from '../protocol/backoff.ts'
import { openTarget, type DownloadTarget } from './download-target.ts'
import { ExitError, exitCodes, usageError } from './shared/exit.ts'
import { apiAddress, parseServer } from './shared/server-address.ts'
import { parseWhen } from './shared/when.ts'

export interface DownloadFlags {
  readonly server: string
  readonly channel: string
  readonly token?: string
  readonly from?: string
  readonly to?: string
  readonly track?: string
  readonly format?: string
  readonly airing?: readonly string[]
  readonly zero?: string
  readonly out?: string
}

/** Tries in a row that bring nothing, before it gives up. */
const maxTries = 6
const backoff = { firstMs: 500, longestMs: 10_000 }
const extensions = /\.(srt|vtt|ttml|scc|txt|json|jsonl|csv|bin)$/i

/** Saves the file; a cut connection is taken up where it broke off, if the server can tell that the file is the same. */
export async function runDownload(flags: DownloadFlags): Promise<void> {
  const url = addressOf(flags, Date.now())
  const stopped = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => stopped.abort(new ExitError(exitCodes.failed, 'stopped')))
  await using target = await openTarget(flags.out)
  let tries = 0
  let part: Part = { tag: undefined, total: undefined }
  for (;;) {
    const before = target.bytes
    const outcome = await fetchPart(url, flags.token, part, target, stopped.signal)
    if (outcome.kind === 'done' || target.isUnwanted) break
    part = outcome.part
    tries = target.bytes > before ? 1 : tries + 1
    if (tries >= maxTries) throw new ExitError(exitCodes.failed, `gave up: ${outcome.why}`)
    const waitMs = outcome.waitMs ?? backoffMs(backoff, tries, Math.random())
    target.say(`${outcome.why}; trying again in ${Math.ceil(waitMs / 1000)} s`)
    await wait(waitMs, stopped.signal)
  }
  await target.finish()
}

interface Part {
  /** Of the file that was begun; undefined when it cannot be taken up again. */
  readonly tag: string | undefined
  readonly total: number | undefined
}

type Outcome =
  | { readonly kind: 'done' }
  | { readonly kind: 'again'; readonly why: string; readonly waitMs?: number; readonly part: Part }

async function fetchPart(
  url: URL,
  token: string | undefined,
  part: Part,
  target: DownloadTarget,
  signal: AbortSignal,
): Promise<Outcome> {
  // What cannot be taken up again begins again, where that is possible.
  if (target.bytes > 0 && part.tag === undefined) await target.restart()
  const headers: Record<string, string> = { 'accept-encoding': 'identity' }
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`
  // Asked from its first byte on, a long file has an entity tag, too, by which it is taken up again.
  const ranged: Record<string, string> = { ...headers, range: `bytes=${target.bytes}-` }
  if (target.bytes > 0 && part.tag !== undefined) ranged['if-range'] = part.tag
  let current = part
  try {
    let answer = await fetch(url, { headers: ranged, signal })
    if (answer.status === 416 && target.bytes === part.total) return { kind: 'done' }
    // A file of no bytes has no first one.
    if (answer.status === 416 && target.bytes === 0) answer = await fetch(url, { headers, signal })
    if (!answer.ok) return await refusal(answer, part)
    if (target.bytes > 0 && answer.status !== 206) await target.restart()
    const length = answer.headers.get('content-length')
    current = {
      tag: answer.headers.get('etag') ?? undefined,
      total: length === null ? undefined : target.bytes + Number(length),
    }
    target.begin(nameIn(answer.headers.get('content-disposition')), current.total)
    const body = answer.body as AsyncIterable<Uint8Array> | null
    if (body !== null)
      for await (const piece of body) {
        await target.write(piece)
        if (target.isUnwanted) return { kind: 'done' }
      }
    if (current.total !== undefined && target.bytes < current.total)
      throw new Error('the connection was cut')
    return { kind: 'done' }
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof ExitError) throw error
    return { kind: 'again', why: reasonOf(error, url), part: current }
  }
}

/** Refusals are final; a busy or absent server is asked again. */
async function refusal(answer: Response, part: Part): Promise<Outcome> {
  const problem = problemSchema.safeParse(await answer.json().catch(() => undefined))
  const why = problem.success
    ? (problem.data.detail ?? problem.data.title)
    : `the server answered ${answer.status}`
  if (answer.status !== 429 && answer.status < 500) throw new ExitError(exitCodes.refused, why)
  const after = Number(answer.headers.get('retry-after') ?? Number.NaN)
  return {
    kind: 'again',
    why,
    part,
    ...(after >= 0 && after <= 120 ? { waitMs: after * 1000 } : {}),
  }
}

function reasonOf(error: unknown, url: URL): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  const text = messageOf(cause)
  return `${url.origin}: ${text.slice(0, 200) || 'no connection'}`
}

function addressOf(flags: DownloadFlags, nowMs: number): URL {
  const base = parseServer(flags.server)
  if (!/^[a-z0-9-]{1,64}$/.test(flags.channel))
    throw usageError(`--channel: expected an id such as news-one, got ${flags.channel}`)
  const airings = (flags.airing ?? []).flatMap((ids) => ids.split(','))
  if (airings.length > 0 && (flags.from ?? flags.to) !== undefined)
    throw usageError('--airing stands in place of --from and --to: give one or the other')
  const format = flags.format ?? extensions.exec(flags.out ?? '')?.[1]?.toLowerCase() ?? 'srt'
  const query = new URLSearchParams({ format })
  for (const name of ['from', 'to'] as const) {
    const text = flags[name]
    if (text !== undefined) query.set(name, parseWhen(`--${name}`, text, nowMs))
  }
  if (flags.track !== undefined) query.set('track', flags.track)
  if (flags.zero !== undefined) query.set('zero', flags.zero)
  for (const airing of airings) query.append('airing', airing)
  const file = airings.length > 1 ? 'download.zip' : 'download'
  return apiAddress(base, `/api/v1/channels/${flags.channel}/${file}?${query.toString()}`)
}

/** The name that the server gives the file, which must not lead anywhere else. */
function nameIn(disposition: string | null): string {
  const encoded = /filename\*=UTF-8''([^;\s]+)/i.exec(disposition ?? '')?.[1]
  const plain = /filename="([^"]+)"/i.exec(disposition ?? '')?.[1]
  const name = decoded(encoded) ?? plain ?? 'download'
  return path.basename(name.replaceAll('\\', '/')).replace(/^\.+/, '') || 'download'
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    // Not percent-encoded as it should be: the plain name is there too.
    return undefined
  }
}

function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      reject(signal.reason as Error)
    })
  })
}
