import { z } from 'zod'
import { emailAddressSchema } from '../../protocol/email-address.ts'

/** A line break, or what some program takes for one, would begin another header. */
function oneLine(most: number): z.ZodString {
  return z
    .string()
    .max(most)
    .regex(/^[^\0-\x1f\x7f-\x9f\u2028\u2029]*$/, 'expected one line without control characters')
}

/** Headers that are made of the other fields, or by the mailer, or that say how the body is coded. */
const ownHeaders =
  /^(?:to|cc|bcc|from|sender|reply-to|return-path|subject|date|message-id|mime-version|received|dkim-signature|content-.*)$/i

const headerNameSchema = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9-]{0,59}$/, 'expected the name of a header')
  .refine((name) => !ownHeaders.test(name), 'expected a header that the letter does not set itself')

/** A letter to one address. What would smuggle a header, a second recipient or a file is refused here. */
export const letterSchema = z.object({
  to: emailAddressSchema,
  subject: oneLine(250).min(1),
  text: z.string().min(1).max(500_000),
  html: z.string().max(1_000_000).nullable().default(null),
  /** More headers, such as `List-Unsubscribe`; at most 20. */
  headers: z
    .record(headerNameSchema, oneLine(2000))
    .refine((headers) => Object.keys(headers).length <= 20, 'expected at most 20 headers')
    .default({}),
  /** Left of the @ of its Message-ID, so that a letter sent twice is one; null = any. */
  messageKey: z
    .string()
    .regex(/^[0-9A-Za-z][0-9A-Za-z._-]{0,140}$/)
    .nullable()
    .default(null),
})

export type Letter = z.input<typeof letterSchema>
/** With every field there. */
export type WholeLetter = z.output<typeof letterSchema>

export type Posted =
  /** The mail server, or the outbox, has it. */
  | { readonly outcome: 'sent' }
  /** The address does not exist, or takes nothing, for good (5xx at the recipient). */
  | { readonly outcome: 'bounced'; readonly reason: string }
  /** This letter is not taken, for good (5xx at its text). */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Not now: the address or the letter may be taken later (4xx). */
  | { readonly outcome: 'deferred'; readonly reason: string }
  /** The mail server cannot be used by anybody now: away, or it does not take our name. */
  | { readonly outcome: 'unavailable'; readonly reason: string }

/**
 * Sends letters. One that is invalid is a mistake of the caller's and rejects with a ZodError; everything that a
 * mail server can do is an outcome. Reasons are one line, at most 300 characters, and hold no secret.
 */
export interface Mailer extends AsyncDisposable {
  /** `outbox`: no mail server is set, and letters wait for the administrator to read them. */
  readonly kind: 'smtp' | 'outbox'
  send(letter: Letter): Promise<Posted>
}

export interface OutboxEntry {
  /** Grows with time. */
  readonly id: number
  readonly at: string
  readonly to: string
  readonly subject: string
}

export interface OutboxLetter extends OutboxEntry {
  readonly text: string
  readonly html: string | null
}

/** Letters of a server without SMTP, for the administrator's page; the newest 500, for 30 days. */
export interface Outbox {
  /** The newest first, `limit` of those before `before` (null = from the newest). */
  list(before: number | null, limit: number): Promise<readonly OutboxEntry[]>
  /** undefined when there is none of that number any more. */
  read(id: number): Promise<OutboxLetter | undefined>
  clear(): Promise<void>
}
