import { messageOf } from '../../protocol/message-of.ts'

/** Why a socket cannot be opened to listen, in the operator's words. */
export function whyNotListening(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return known[code] ?? messageOf(error)
}

const known: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there',
  EADDRNOTAVAIL: 'it is no address of this machine',
  EACCES: 'this user may not use that port',
  ENODEV: 'no network of this machine leads there; say ?interface=ADDRESS',
}
