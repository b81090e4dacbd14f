import type { IncomingHttpHeaders } from 'node:http'

/** Whose page sends a request: ours, another's, or `unknown` when it says nothing (a program, an old browser's GET). */
export type Sender = 'own' | 'other' | 'unknown'

/**
 * By `Sec-Fetch-Site` and `Origin`, which pages cannot set themselves. Either may say that it is ours: behind a proxy
 * that changes `Host` only the first does, without TLS only the second is sent.
 */
export function senderOf(headers: IncomingHttpHeaders, publicUrl: string | null): Sender {
  const { origin, host } = headers
  const said = headers['sec-fetch-site']
  if (said === 'same-origin') return 'own'
  if (origin !== undefined && isOwn(origin, host, publicUrl)) return 'own'
  return origin !== undefined || (said !== undefined && said !== 'none') ? 'other' : 'unknown'
}

function isOwn(origin: string, host: string | undefined, publicUrl: string | null): boolean {
  if (!URL.canParse(origin)) return false
  const from = new URL(origin).host
  return from === host || (publicUrl !== null && from === new URL(publicUrl).host)
}
