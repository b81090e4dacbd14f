import type { Job } from './delivery.ts'

/** What a destination made of a notification. Reasons are one line, and hold no secret. */
export type Sent =
  | { readonly outcome: 'sent' }
  /** Not now; `afterMs` is what it asked for. */
  | { readonly outcome: 'deferred'; readonly reason: string; readonly afterMs?: number }
  /** Not this one, ever. */
  | { readonly outcome: 'refused'; readonly reason: string }
  /** Nothing any more: it does not exist, or says that it is to be forgotten. */
  | { readonly outcome: 'gone'; readonly reason: string }
  /** What stands between is away; the destination is not at fault. */
  | { readonly outcome: 'unavailable'; readonly reason: string }

/** Sends to one kind of destination. Never rejects for what the other side does, and ends by itself within a minute or so. */
export interface Sender {
  send(job: Job, signal: AbortSignal): Promise<Sent>
}

export interface Posting {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Uint8Array
}

export type Answer =
  | {
      readonly kind: 'answer'
      readonly status: number
      /** ms, of Retry-After. */
      readonly retryAfterMs: number | null
    }
  /** No answer came. */
  | { readonly kind: 'failure'; readonly reason: string }
  /** The address is one that nothing is sent to: private, or not of the web. */
  | { readonly kind: 'forbidden'; readonly reason: string }

/**
 * POSTs to addresses that strangers have given: public ones only, each name resolved once and that very address
 * connected to; no redirect is followed, no cookie kept, and of the answer only its head is read.
 */
export interface Poster {
  /** Why nothing is posted there, as far as the address itself tells; null = it may be tried. */
  refusal(url: string): string | null
  post(posting: Posting, signal: AbortSignal): Promise<Answer>
}
