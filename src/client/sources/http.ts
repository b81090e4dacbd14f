import type { CaptionFormat } from '../../captions/detect.ts'
import { openStream } from './http-stream.ts'
import { LostSource, reconnecting } from './reconnecting.ts'
import { streamSource, type Source } from './source.ts'

/** A live stream that delivers nothing for this long is asked for anew. */
const silentMs = 20_000

/** A transport stream over HTTP that goes on for ever: of a tuner, an encoder, a relay. */
export function openHttp(url: URL, format: CaptionFormat | undefined): Source {
  const name = url.origin + url.pathname
  return streamSource(
    name,
    format ?? 'ts',
    reconnecting((signal) => readHttp(url, signal)),
  )
}

/** `explain` says more of a refusal than its status, where the server does. */
export async function* readHttp(
  url: URL,
  signal: AbortSignal,
  explain: (answer: Response) => string | undefined = () => undefined,
): AsyncGenerator<Uint8Array> {
  const silence = new AbortController()
  const timer = setTimeout(() => silence.abort(), silentMs)
  try {
    const { answer, body } = await openStream(
      withoutUser(url),
      authorization(url),
      AbortSignal.any([signal, silence.signal]),
    )
    const why = answer.ok ? unreadable(answer) : (explain(answer) ?? refusal(answer.status))
    if (why !== undefined) {
      body.destroy()
      throw new LostSource(why)
    }
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      timer.refresh()
      yield chunk
    }
  } catch (error) {
    if (silence.signal.aborted) throw new LostSource(`nothing came for ${silentMs / 1000} s`)
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** Why something else than a stream comes; undefined when it may be one. */
function unreadable(answer: Response): string | undefined {
  const type = answer.headers.get('content-type') ?? ''
  if (/^text\/html/i.test(type)) return 'a web page comes instead of a stream'
  if (/mpegurl/i.test(type)) return 'an HLS playlist comes; give an address that ends in .m3u8'
  return undefined
}

/** The whole of something small; `range`: the bytes that are meant. `from` is where it came from in the end. */
export async function fetchBytes(
  url: URL,
  wish: {
    readonly most: number
    readonly signal: AbortSignal
    readonly range?: { readonly offset: number; readonly length: number } | null
  },
): Promise<{ readonly bytes: Uint8Array; readonly from: URL }> {
  const { most, range = null } = wish
  const signal = AbortSignal.any([wish.signal, AbortSignal.timeout(silentMs)])
  const headers =
    range === null ? {} : { range: `bytes=${range.offset}-${range.offset + range.length - 1}` }
  const { answer, body } = await ask(url, { signal, headers })
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > most) throw new LostSource(`${url.pathname} is larger than ${most} bytes`)
    chunks.push(chunk)
  }
  const bytes = Buffer.concat(chunks)
  // A server that knows no ranges sends all of it.
  const isWhole = range !== null && answer.status === 200
  const part = isWhole ? bytes.subarray(range.offset, range.offset + range.length) : bytes
  const from = new URL(answer.url)
  // Nobody else is told who asks.
  if (from.origin === url.origin) {
    from.username = url.username
    from.password = url.password
  }
  return { bytes: part, from }
}

/** @throws LostSource when it is refused */
async function ask(
  url: URL,
  {
    signal,
    headers = {},
  }: {
    readonly signal: AbortSignal
    readonly headers?: Readonly<Record<string, string>>
  },
): Promise<{ readonly answer: Response; readonly body: AsyncIterable<Uint8Array> }> {
  const answer = await fetch(withoutUser(url), {
    signal,
    headers: { ...authorization(url), ...headers },
  })
  if (answer.ok && answer.body !== null) return { answer, body: answer.body }
  await answer.body?.cancel()
  throw new LostSource(refusal(answer.status))
}

function refusal(status: number): string {
  if (status === 401 || status === 403) return `the source refuses this user (${status})`
  if (status === 404) return 'there is no such stream (404)'
  if (status === 503) return 'the source is busy (503)'
  return `the source answers ${status}`
}

function withoutUser(url: URL): URL {
  const plain = new URL(url)
  plain.username = ''
  plain.password = ''
  return plain
}

function authorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {}
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}
