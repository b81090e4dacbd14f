import { CcrError, isStorageDown } from '../../../protocol/codes.ts'
import type { DraftEvent, DurableEvent, RunEvent, ServerLine } from '../../../protocol/events.ts'
import type { ProducerStatus } from '../../../protocol/producer-status.ts'
import type { Broker } from '../../ports/broker.ts'
import type { Log, Reject } from '../../ports/log.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { FeedLines } from './feed-lines.ts'

/** Drafts a second and feed beyond which the next one replaces the last: more than any screen shows. */
const draftsPerSecond = 200
/** A batch larger than this waits for no more events. */
const mostEventsPerBatch = 2000

export interface IngestSessionOptions {
  readonly channel: string
  readonly producer: string
  readonly fence: number
  readonly received: number
  readonly stored: number
  readonly log: Log
  readonly broker: Broker
  readonly logger: Logger
  readonly now: () => number
  readonly send: (line: ServerLine) => void
  /** Called once, when the session ends by itself; undefined when nothing was wrong. */
  readonly ended: (problem: CcrError | undefined) => void
  /** It tells of itself: how it is, or what it reads. */
  readonly heard: (line: ProducerStatus | RunEvent) => void
  /** The producer said `end`, and it is stored. */
  readonly released: () => void
}

/**
 * One connection of one producer: lines in, acknowledgements out. Events are stored in batches, one
 * after the other; what comes meanwhile makes the next batch. Log, then announce, then acknowledge.
 */
export class IngestSession {
  readonly #options: IngestSessionOptions
  readonly #lines: FeedLines
  #received: number
  #stored: number
  #queue: (DurableEvent | Reject)[] = []
  #queuedBytes = 0
  #storing: Promise<void> | undefined
  #storingBytes = 0
  #storesMoreThanBin = false
  /** Drafts that must not overtake the cues sent before them, by track; the newest of each. */
  readonly #heldDrafts = new Map<string, DraftEvent>()
  #run: string | undefined
  #draftSecond = 0
  #draftCount = 0
  #over = false

  constructor(options: IngestSessionOptions) {
    this.#options = options
    this.#received = options.received
    this.#stored = options.stored
    this.#lines = new FeedLines(options.received)
  }

  /** Bytes of lines that are not yet stored: the measure of back-pressure. */
  get unstoredBytes(): number {
    return this.#queuedBytes + this.#storingBytes
  }

  /** Takes one line; false once the session is over. */
  line(text: string): boolean {
    if (this.#over) return false
    const item = this.#lines.take(text)
    switch (item.type) {
      case 'durable':
        for (const event of item.events) this.#enqueue(event)
        this.#queuedBytes += text.length
        this.#store()
        break
      case 'draft':
        this.#draft(item.draft)
        break
      case 'status':
        this.#options.heard(item.status)
        break
      case 'ping':
        this.#options.send({ type: 'pong', at: item.at, now: this.#time() })
        break
      case 'ignored':
        this.#options.send({ type: 'warn', code: 'bad-line', detail: item.detail })
        break
      case 'hole':
        void this.#endAfterStoring(
          new CcrError(
            'sequence-gap',
            `expected seq ${item.expected}, got ${item.came}; send what is between, or a skip`,
          ),
        )
        break
      case 'nothing':
        break
    }
    return !this.#over
  }

  /** Resolves when everything taken so far is stored and acknowledged, or the session has ended. */
  async settle(): Promise<void> {
    while (this.#storing !== undefined) await this.#storing
  }

  /** Ends the session once what was taken is stored; the problem is told last. */
  async fail(problem: CcrError): Promise<void> {
    await this.#endAfterStoring(problem)
  }

  /** The connection is gone or given up: nothing more is taken; what is being stored still will be. */
  close(): void {
    this.#over = true
    this.#heldDrafts.clear()
  }

  /** What was received is stored up to there by now. */
  stored(seq: number): void {
    if (seq <= this.#stored) return
    this.#stored = seq
    if (!this.#over) this.acknowledge()
  }

  acknowledge(): void {
    this.#options.send({ type: 'ack', received: this.#received, stored: this.#stored })
  }

  #time(): string {
    return new Date(this.#options.now()).toISOString()
  }

  #enqueue(event: DurableEvent | Reject): void {
    if (event.type === 'reject')
      this.#options.send({ type: 'warn', seq: event.seq, code: event.code, detail: event.detail })
    this.#queue.push(event)
  }

  #store(): void {
    this.#storing ??= this.#storeAll().finally(() => {
      this.#storing = undefined
    })
  }

  async #storeAll(): Promise<void> {
    while (this.#queue.length > 0 && !this.#over) {
      const events = this.#queue.splice(0, mostEventsPerBatch)
      if (this.#queue.length === 0) {
        this.#storingBytes = this.#queuedBytes
        this.#queuedBytes = 0
      }
      this.#storesMoreThanBin = events.some(isMoreThanBin)
      const stored = await this.#storeBatch(events)
      this.#storingBytes = 0
      this.#storesMoreThanBin = false
      if (!stored) return
      if (!this.#queue.some(isMoreThanBin)) this.#announceHeldDrafts()
    }
  }

  async #storeBatch(events: readonly (DurableEvent | Reject)[]): Promise<boolean> {
    const { channel, producer, fence, log, broker, logger } = this.#options
    let result
    try {
      result = await log.append({ channel, producer, fence, events })
    } catch (error) {
      // A storage that fails tells so once by itself, not for each of a thousand channels.
      if (!isStorageDown(error))
        logger.error({ err: error, channel }, 'a batch could not be stored')
      this.#end(new CcrError('storage-unavailable', undefined, { cause: error }))
      return false
    }
    if (!result.ok) {
      this.#end(
        result.code === 'fenced'
          ? new CcrError('fenced')
          : new CcrError('sequence-gap', `expected seq ${result.expected}`),
      )
      return false
    }
    this.#received = result.received
    this.#stored = Math.max(this.#stored, result.stored)
    if (result.entries.length > 0)
      broker.announce({ type: 'entries', channel, entries: result.entries })
    for (const event of events) this.#follow(event)
    this.acknowledge()
    return true
  }

  /** A new run ends the one before; `end` ends its own and frees the channel. */
  #follow(event: DurableEvent | Reject): void {
    const { channel, broker } = this.#options
    if (event.type === 'run') this.#options.heard(event)
    if (event.type === 'run' && event.run !== this.#run) {
      if (this.#run !== undefined) broker.announce({ type: 'run-end', channel, run: this.#run })
      this.#run = event.run
    } else if (event.type === 'end') {
      const run = event.run ?? this.#run
      if (run !== undefined) broker.announce({ type: 'run-end', channel, run })
      this.#run = undefined
      this.#options.released()
    }
  }

  #draft(draft: DraftEvent): void {
    if (this.#storing !== undefined && this.#holdsBack()) {
      this.#heldDrafts.set(draft.track, draft)
      return
    }
    const second = Math.floor(this.#options.now() / 1000)
    if (second !== this.#draftSecond) {
      this.#draftSecond = second
      this.#draftCount = 0
    }
    if (++this.#draftCount > draftsPerSecond) this.#heldDrafts.set(draft.track, draft)
    else this.#announceDraft(draft)
  }

  /** Only events that change what drafts mean hold them back; BIN, the most frequent, does not. */
  #holdsBack(): boolean {
    return this.#storesMoreThanBin || this.#queue.some(isMoreThanBin)
  }

  #announceHeldDrafts(): void {
    for (const draft of this.#heldDrafts.values()) this.#announceDraft(draft)
    this.#heldDrafts.clear()
  }

  #announceDraft(draft: DraftEvent): void {
    const { run, track, id, start, mode, text } = draft
    this.#options.broker.announce({
      type: 'draft',
      channel: this.#options.channel,
      draft: { run, track, id, start, mode, text },
    })
  }

  async #endAfterStoring(problem: CcrError): Promise<void> {
    if (this.#over) return
    await this.settle()
    this.#end(problem)
  }

  #end(problem: CcrError): void {
    if (this.#over) return
    this.close()
    this.#options.ended(problem)
  }
}

function isMoreThanBin({ type }: DurableEvent | Reject): boolean {
  return type !== 'bin'
}
