import type { Subject, TestChannel } from './peer.ts'

/**
 * What the way to the server must let through for a rule to make sense.
 * - `any`: the client comes back until all is stored, whatever is cut.
 * - `bodies`: whole requests and answers pass; something between may hold them back.
 * - `stream`: lines pass while the request is open.
 */
export type Way = 'any' | 'bodies' | 'stream'

export interface FeedRule {
  /** The sentence of docs/protocol.md that is checked. */
  readonly name: string
  readonly way: Way
  /** Takes half a minute and more. */
  readonly isSlow?: true
  /** Needs a way to make the server drain. */
  readonly needsDrain?: true
  readonly check: (channel: TestChannel, subject: Subject) => Promise<void>
}
