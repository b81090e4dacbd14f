import type { CaptionFormat } from '../../captions/detect.ts'
import { LostSource, reconnecting } from './reconnecting.ts'
import { SourceError, streamSource, type Source } from './source.ts'

/** A live stream that delivers nothing for this long is asked for anew. */
const silentMs = 20_000

/** A transport stream over HTTP that goes on for ever: of a tuner, an encoder, a relay. */
export function openHttp(url: URL, format: CaptionFormat | undefined): Source {
  if (url.pathname.endsWith('.m3u8'))
    throw new SourceError(
      'HLS playlists cannot be read yet; have another program read it: ffmpeg -i URL -c copy -f mpegts - | ccr send --input - --format ts',
    )
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
    const answer = await fetch(withoutUser(url), {
      signal: AbortSignal.any([signal, silence.signal]),
      headers: authorization(url),
    })
    if (!answer.ok || answer.body === null) {
      await answer.body?.cancel()
      throw new LostSource(explain(answer) ?? refusal(answer.status))
    }
    const type = answer.headers.get('content-type') ?? ''
    if (/^text\/html/i.test(type)) {
      await answer.body.cancel()
      throw new LostSource('a web page comes instead of a stream')
    }
    for await (const chunk of answer.body) {
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
