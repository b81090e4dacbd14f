import type { GuideEvent, GuideNews } from '../captions/guide/guide-event.ts'
import type { GuideAiring } from './airings.ts'

export interface StreamGuideOptions {
  readonly run: string
  /** Milliseconds since 1970 of a time on the run's clock. */
  readonly wallMs: (ms: number) => number
  readonly announce: (airing: GuideAiring) => void
}

/** A stream whose clock is so near to ours is on the air now: its times hold as they are. */
const onAirMs = 120_000
/** A recording's times are moved by whole seconds, and anew only when its clock was found to be elsewhere. */
const secondMs = 1000
const movedMs = 60_000
const dayMs = 86_400_000
/** A day of events, and of those that came before. */
const mostKnown = 1000
/** A number that comes again after this is of another broadcast. */
const renumberedMs = dayMs / 2

interface Known {
  readonly event: GuideEvent
  readonly airing: string
  readonly firstStartMs: number
}

/**
 * The guide in a stream as airings of a run. Its times are those of the broadcast: of a recording that is played later they
 * are moved to where its run is, as far as the stream tells its own time.
 */
export class StreamGuide {
  readonly #options: StreamGuideOptions
  readonly #known = new Map<number, Known>()
  #presentId: number | null = null
  /** From UTC to the run's wall clock; null before the stream's time is known. */
  #offsetMs: number | null = null

  constructor(options: StreamGuideOptions) {
    this.#options = options
  }

  news({ source, events, presentId, clock }: GuideNews): void {
    const wasMoved = clock !== null && this.#place(clock)
    const told = new Set(events.map(({ id }) => id))
    for (const event of events) this.#learn(event, source)
    if (presentId !== null && presentId !== this.#presentId) {
      this.#cutShort(this.#presentId, presentId, source)
      told.add(presentId)
    }
    this.#presentId = presentId
    for (const id of wasMoved ? [...this.#known.keys()] : told) this.#announce(id, source)
  }

  /** What was on is over where what is on begins, whatever was planned. */
  #cutShort(beforeId: number | null, presentId: number, source: string): void {
    const before = beforeId === null ? undefined : this.#known.get(beforeId)
    const next = this.#known.get(presentId)?.event
    if (before === undefined || next === undefined) return
    const { startMs, durationMs } = before.event
    if (next.startMs <= startMs || next.startMs >= startMs + durationMs) return
    const event = { ...before.event, durationMs: next.startMs - startMs }
    this.#known.set(event.id, { ...before, event })
    this.#announce(event.id, source)
  }

  /** Answers whether times are now other than before. */
  #place({ utcMs, atMs }: NonNullable<GuideNews['clock']>): boolean {
    const apartMs = this.#options.wallMs(atMs) - utcMs
    const before = this.#offsetMs
    if (before !== null && Math.abs(apartMs - before) < movedMs) return false
    this.#offsetMs = Math.abs(apartMs) < onAirMs ? 0 : Math.round(apartMs / secondMs) * secondMs
    return this.#offsetMs !== before
  }

  #learn(event: GuideEvent, source: string): void {
    const known = this.#known.get(event.id)
    const isSame =
      known !== undefined && Math.abs(event.startMs - known.firstStartMs) < renumberedMs
    const day = Math.floor(event.startMs / dayMs)
    this.#known.set(event.id, {
      event,
      airing: isSame ? known.airing : `${source}-${day}-${event.id}`,
      firstStartMs: isSame ? known.firstStartMs : event.startMs,
    })
    if (this.#known.size > mostKnown) this.#known.delete(this.#known.keys().next().value ?? 0)
  }

  #announce(id: number, source: string): void {
    const known = this.#known.get(id)
    // Where the stream says what is on, what is to come waits until it is.
    const waits = this.#presentId !== null && id !== this.#presentId
    if (known === undefined || this.#offsetMs === null || waits) return
    const { title, description, category, rating, startMs, durationMs } = known.event
    const fromMs = startMs + this.#offsetMs
    this.#options.announce({
      ...{ source, title, description, category, rating, startMs: fromMs },
      // Played at another time it is another airing.
      id: this.#offsetMs === 0 ? known.airing : `${this.#options.run}-${id}`.slice(-64),
      endMs: durationMs > 0 ? fromMs + durationMs : null,
    })
  }
}
