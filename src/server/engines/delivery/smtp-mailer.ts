import type { Transporter } from 'nodemailer'
import { letterSchema, type Letter, type Mailer, type Posted } from '../../ports/mail.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { oneLine } from './one-line.ts'

export interface SmtpMailerOptions {
  readonly host: string
  readonly port: number
  readonly secure: boolean
  readonly requireTls: boolean
  readonly auth: { readonly user: string; readonly pass: string } | null
  readonly from: { readonly name: string; readonly address: string }
  readonly logger: Logger
}

/** Mail servers of one's own allow some; more than a few would be taken for spam. */
const connections = 4
const connectTimeoutMs = 10_000
/** RFC 5321 asks for minutes after the text; a server that is silent for this long is away. */
const silenceTimeoutMs = 120_000
const maxAnswerBytes = 64 * 1024

/** A pool of connections to one SMTP server. */
export function createSmtpMailer(options: SmtpMailerOptions): Mailer {
  const { from, logger } = options
  let transport: Promise<Transporter> | undefined
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1)
  let isAway = false

  function note(posted: Posted): Posted {
    const away = posted.outcome === 'unavailable'
    // Once each time that it goes, and not for every letter that waits for it.
    if (away && !isAway) logger.error({ reason: posted.reason }, 'mail cannot be sent')
    if (!away && isAway) logger.info({}, 'mail can be sent again')
    isAway = away
    return posted
  }

  return {
    kind: 'smtp',
    async send(given: Letter): Promise<Posted> {
      const letter = letterSchema.parse(given)
      try {
        transport ??= openTransport(options)
        await (
          await transport
        ).sendMail({
          from,
          to: letter.to,
          envelope: { from: from.address, to: [letter.to] },
          subject: letter.subject,
          text: letter.text,
          ...(letter.html === null ? {} : { html: letter.html }),
          headers: letter.headers,
          ...(letter.messageKey === null ? {} : { messageId: `<${letter.messageKey}@${domain}>` }),
        })
        return note({ outcome: 'sent' })
      } catch (error) {
        return note(outcomeOf(error))
      }
    },
    async [Symbol.asyncDispose]() {
      ;(await transport)?.close()
    },
  }
}

/** The library is loaded with the first letter: many servers never send one. */
async function openTransport(options: SmtpMailerOptions): Promise<Transporter> {
  const { createTransport } = await import('nodemailer')
  return createTransport({
    pool: true,
    host: options.host,
    port: options.port,
    secure: options.secure,
    requireTLS: options.requireTls,
    // A certificate that cannot be checked is better than none where none is asked for.
    opportunisticTLS: !options.requireTls,
    ...(options.requireTls || options.secure ? {} : { tls: { rejectUnauthorized: false } }),
    ...(options.auth === null ? {} : { auth: options.auth }),
    maxConnections: connections,
    connectionTimeout: connectTimeoutMs,
    greetingTimeout: connectTimeoutMs,
    dnsTimeout: connectTimeoutMs,
    socketTimeout: silenceTimeoutMs,
    maxResponseSize: maxAnswerBytes,
    // Bodies are what callers give, and never files or addresses to fetch.
    disableFileAccess: true,
    disableUrlAccess: true,
  })
}

interface SmtpFailure {
  readonly code?: unknown
  readonly command?: unknown
  readonly responseCode?: unknown
}

/** What a failure says of the address, of the letter, and of the server. */
function outcomeOf(error: unknown): Posted {
  const { code, command, responseCode } = error as SmtpFailure
  // An answer to a password may quote it.
  const said =
    code === 'EAUTH' || code === 'ENOAUTH' || code === 'EOAUTH2'
      ? 'the mail server does not take our user and password'
      : error instanceof Error
        ? error.message
        : String(error)
  const reason = oneLine(said)
  // Larger than the server says that it takes.
  if (code === 'EMESSAGE' && responseCode === undefined) return { outcome: 'refused', reason }
  if (typeof responseCode !== 'number' || responseCode < 400)
    return { outcome: 'unavailable', reason }
  if (command === 'RCPT TO')
    return { outcome: responseCode >= 500 ? 'bounced' : 'deferred', reason }
  if (command === 'DATA' && (code === 'EMESSAGE' || code === 'EENVELOPE'))
    return { outcome: responseCode >= 500 ? 'refused' : 'deferred', reason }
  return { outcome: 'unavailable', reason }
}
