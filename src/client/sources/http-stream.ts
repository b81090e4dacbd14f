import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { LostSource } from './reconnecting.ts'

const mostRedirects = 5
const redirects = new Set([301, 302, 303, 307, 308])

/**
 * Asks for a stream that goes on for ever. `fetch` would do, at more than twice the processor's time for each byte: its parser
 * and its web streams count where a hundred channels come in. `headers` are for that origin only.
 */
export async function openStream(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ readonly answer: Response; readonly body: IncomingMessage }> {
  let at = url
  for (let hop = 0; hop <= mostRedirects; hop++) {
    const body = await ask(at, at.origin === url.origin ? headers : {}, signal)
    const status = body.statusCode ?? 0
    const { location } = body.headers
    if (!redirects.has(status) || location === undefined)
      return { answer: answerOf(body, status), body }
    body.destroy()
    if (!URL.canParse(location, at.href)) break
    at = new URL(location, at)
    if (!/^https?:$/.test(at.protocol)) break
  }
  throw new LostSource('the source sends on to elsewhere, and that leads nowhere')
}

async function ask(
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return await new Promise((resolve, reject) => {
    const request = send(url, { agent: false, headers, signal })
    request.once('response', (response) => {
      // Whoever reads it is told; when nobody reads any more, it is nobody's matter.
      response.on('error', () => undefined)
      resolve(response)
    })
    request.on('error', reject)
    request.end()
  })
}

/** Its head, as fetch would give it. */
function answerOf(message: IncomingMessage, status: number): Response {
  const headers = Object.entries(message.headersDistinct).flatMap(([name, values]) =>
    (values ?? []).map((value): [string, string] => [name, value]),
  )
  // Numbers that are none of HTTP's come from what is no web server.
  return new Response(null, { status: status >= 200 && status <= 599 ? status : 502, headers })
}
