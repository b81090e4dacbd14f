import {
  durableEventSchema,
  feedLineSchema,
  type DraftEvent,
  type DurableEvent,
} from '../../../protocol/events.ts'
import type { ProducerStatus } from '../../../protocol/producer-status.ts'
import type { Reject } from '../../ports/log.ts'

/** What the next line of a feed means. */
export type FeedItem =
  | { readonly type: 'durable'; readonly events: readonly (DurableEvent | Reject)[] }
  | { readonly type: 'draft'; readonly draft: DraftEvent }
  | { readonly type: 'status'; readonly status: ProducerStatus }
  | { readonly type: 'ping'; readonly at: string | undefined }
  /** Nothing to do: a pong, or an event that is stored already. */
  | { readonly type: 'nothing' }
  /** Passed over, and worth a warning. */
  | { readonly type: 'ignored'; readonly detail: string }
  | { readonly type: 'hole'; readonly expected: number; readonly came: number }

/** How much of a bad line is kept for whoever looks into it. */
const keptLine = 2000
/** Unparsable lines remembered to explain a hole; more of them in a row is not a damaged line but another protocol. */
const mostUnparsable = 1000

/**
 * Numbers the lines of one producer: what is new, what is known, what is bad and consumes its
 * number, and which hole a run of unparsable lines explains.
 */
export class FeedLines {
  #expected: number
  /** Lines since the last numbered one that were not even JSON objects with a number. */
  #unparsable: string[] = []

  /** `received`: the highest number the log has of this producer. */
  constructor(received: number) {
    this.#expected = received + 1
  }

  take(line: string): FeedItem {
    const value = parseJson(line)
    const seq = numberOf(value)
    if (seq === undefined) return this.#unnumbered(line, value)
    if (seq < this.#expected) return { type: 'nothing' }
    const hole = seq - this.#expected
    if (hole > this.#unparsable.length) return { type: 'hole', expected: this.#expected, came: seq }
    const lost = this.#unparsable
      .slice(this.#unparsable.length - hole)
      .map((text, i) => reject(this.#expected + i, 'not an event', text))
    this.#unparsable = []
    const event = parseEvent(value, seq, line)
    this.#expected = event.type === 'skip' ? event.to + 1 : seq + 1
    return { type: 'durable', events: [...lost, event] }
  }

  #unnumbered(line: string, value: unknown): FeedItem {
    const parsed = feedLineSchema.safeParse(value)
    if (parsed.success) {
      if (parsed.data.type === 'draft') return { type: 'draft', draft: parsed.data }
      if (parsed.data.type === 'status') return { type: 'status', status: parsed.data }
      if (parsed.data.type === 'ping') return { type: 'ping', at: parsed.data.at }
      if (parsed.data.type === 'pong') return { type: 'nothing' }
    }
    if (isEphemeral(value)) return { type: 'ignored', detail: `this is not a valid ${value.type}` }
    if (this.#unparsable.length < mostUnparsable) this.#unparsable.push(line.slice(0, keptLine))
    return { type: 'ignored', detail: 'this line is not an event with a seq' }
  }
}

function parseEvent(value: unknown, seq: number, line: string): DurableEvent | Reject {
  const parsed = durableEventSchema.safeParse(value)
  if (!parsed.success) {
    const issue = parsed.error.issues[0]
    const where = issue === undefined ? '' : `${issue.path.join('.') || 'type'}: ${issue.message}`
    return reject(seq, where, line)
  }
  const event = parsed.data
  if (event.type === 'skip' && event.to < seq) return reject(seq, 'to: less than seq', line)
  return event
}

function reject(seq: number, detail: string, line: string): Reject {
  return {
    type: 'reject',
    seq,
    code: 'bad-line',
    detail: detail.slice(0, 200),
    line: line.slice(0, keptLine),
  }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    // Not JSON: the caller counts it as unparsable.
    return undefined
  }
}

function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || !('seq' in value)) return undefined
  const { seq } = value
  return typeof seq === 'number' && Number.isSafeInteger(seq) && seq > 0 ? seq : undefined
}

const ephemeral: ReadonlySet<string> = new Set(['draft', 'status', 'ping', 'pong'])

function isEphemeral(value: unknown): value is { type: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'type' in value &&
    typeof value.type === 'string' &&
    ephemeral.has(value.type)
  )
}
