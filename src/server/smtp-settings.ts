import { isIP } from 'node:net'
import { emailAddressSchema } from '../protocol/email-address.ts'

/** How the mail server is reached; holds its password. */
export interface SmtpSettings {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; else STARTTLS is used where it is offered. */
  readonly secure: boolean
  /** Nothing is said in clear: without STARTTLS no letter is sent. */
  readonly requireTls: boolean
  readonly auth: { readonly user: string; readonly pass: string } | null
}

export interface Sender {
  readonly name: string
  readonly address: string
}

export type SmtpUrlResult =
  | { readonly ok: true; readonly settings: SmtpSettings }
  /** Why not, without quoting it: it may hold a password. */
  | { readonly ok: false; readonly problem: string }

const submissionPort = 587
const securePort = 465

/**
 * `smtp://user:password@host:port`, `smtps://…`; `?tls=required` or `?tls=optional` says whether STARTTLS must be.
 * Where a password is sent it must, unless the server is this machine.
 */
export function parseSmtpUrl(text: string): SmtpUrlResult {
  const url = URL.canParse(text) ? new URL(text) : null
  if (
    url === null ||
    !/^smtps?:$/.test(url.protocol) ||
    url.hostname === '' ||
    !/^\/?$/.test(url.pathname)
  )
    return { ok: false, problem: 'expected smtp://user:password@host:587 or smtps://…' }
  const tls = url.searchParams.get('tls')
  if (!/^(?:\?tls=(?:required|optional))?$/.test(url.search))
    return { ok: false, problem: 'expected nothing after ? but tls=required or tls=optional' }
  const user = decode(url.username)
  const pass = decode(url.password)
  if (user === undefined || pass === undefined || (user === '') !== (pass === ''))
    return { ok: false, problem: 'expected a user and a password, %-encoded, or neither' }
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const secure = url.protocol === 'smtps:'
  return {
    ok: true,
    settings: {
      host,
      port: url.port === '' ? (secure ? securePort : submissionPort) : Number(url.port),
      secure,
      requireTls: tls === null ? user !== '' && !isThisMachine(host) : tls === 'required',
      auth: user === '' ? null : { user, pass },
    },
  }
}

/** `Captions <captions@example.org>`, or the address alone; undefined when it is neither. */
export function parseSender(text: string): Sender | undefined {
  const [, name = '', inner] = /^([^<>"\0-\x1f\x7f]{0,100}?)\s*<([^<>]+)>$/.exec(text) ?? []
  const address = emailAddressSchema.safeParse(inner ?? text)
  return address.success ? { name, address: address.data } : undefined
}

function decode(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    // A % that begins no code.
    return undefined
  }
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
