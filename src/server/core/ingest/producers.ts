import type { RunEvent } from '../../../protocol/events.ts'
import type { ProducerStatus } from '../../../protocol/producer-status.ts'
import type { Announcement, Broker } from '../../ports/broker.ts'
import type { ProducerFacts } from '../../ports/producer-facts.ts'

/** Remembers of each channel's producer what an administrator asks for, whichever node it feeds; nothing of it is stored. */
export class Producers {
  readonly #now: () => number
  readonly #broker: Pick<Broker, 'announce'>
  readonly #byChannel = new Map<string, ProducerFacts>()

  constructor(now: () => number, broker: Pick<Broker, 'announce'>) {
    this.#now = now
    this.#broker = broker
  }

  /** What nodes know of their producers. */
  take(announcement: Announcement): void {
    if (announcement.type === 'producer')
      this.#byChannel.set(announcement.channel, announcement.facts)
  }

  opened(channel: string, producer: string): void {
    const known = this.#byChannel.get(channel)
    const before = known?.producer === producer ? known : nothing
    this.#tell(channel, { ...before, producer, connectedAtMs: this.#now(), leftAtMs: null })
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
    if (known?.producer === producer) this.#tell(channel, { ...known, ...change })
  }

  #tell(channel: string, facts: ProducerFacts): void {
    this.#byChannel.set(channel, facts)
    this.#broker.announce({ type: 'producer', channel, facts })
  }
}

const nothing = { run: null, status: null, statusAtMs: null }
