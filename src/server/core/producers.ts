import type { RunEvent } from '../../protocol/events.ts'
import type { ProducerStatus } from '../../protocol/producer-status.ts'

/** What is known of who feeds a channel, or last did, since this server started. */
export interface ProducerFacts {
  readonly producer: string
  /** Null while it is away. */
  readonly connectedAtMs: number | null
  /** When it went away; null while it is connected. */
  readonly leftAtMs: number | null
  /** The newest run that it announced. */
  readonly run: Pick<RunEvent, 'run' | 'source' | 'extractor' | 'startedAt'> | null
  /** What it told of itself last, and when. */
  readonly status: ProducerStatus | null
  readonly statusAtMs: number | null
}

/** Remembers of each channel's producer what an administrator asks for; nothing of it is stored. */
export class Producers {
  readonly #now: () => number
  readonly #byChannel = new Map<string, ProducerFacts>()

  constructor(now: () => number) {
    this.#now = now
  }

  opened(channel: string, producer: string): void {
    const known = this.#byChannel.get(channel)
    const before = known?.producer === producer ? known : nothing
    this.#byChannel.set(channel, {
      ...before,
      producer,
      connectedAtMs: this.#now(),
      leftAtMs: null,
    })
  }

  closed(channel: string, producer: string): void {
    this.#change(channel, producer, { connectedAtMs: null, leftAtMs: this.#now() })
  }

  /** What a line of its feed says of it. */
  heard(channel: string, producer: string, line: ProducerStatus | RunEvent): void {
    if (line.type === 'status')
      this.#change(channel, producer, { status: line, statusAtMs: this.#now() })
    // Text made again of what is long over is no news of the tuner.
    else if (line.of === undefined) {
      const { run, source, extractor, startedAt } = line
      this.#change(channel, producer, { run: { run, source, extractor, startedAt } })
    }
  }

  of(channel: string): ProducerFacts | undefined {
    return this.#byChannel.get(channel)
  }

  #change(channel: string, producer: string, change: Partial<ProducerFacts>): void {
    const known = this.#byChannel.get(channel)
    // A connection that was taken over by another's has nothing more to say.
    if (known?.producer === producer) this.#byChannel.set(channel, { ...known, ...change })
  }
}

const nothing = { run: null, status: null, statusAtMs: null }
