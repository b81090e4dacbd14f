import type { ProgrammeOutput } from '../captions/caption-event.ts'
import type { AiringEvent } from '../protocol/events.ts'

/** One broadcast as a programme guide announces it. */
export interface GuideAiring {
  /** The same for the same broadcast, whoever tells it and when: letters, digits, `-` and `_`, at most 64. */
  readonly id: string
  readonly title: string
  /** Which guide says so: epg (of an extractor), psip or dvb; epg when left out. */
  readonly source?: string
  /** Milliseconds since 1970. */
  readonly startMs: number
  readonly endMs: number | null
  readonly description: string | null
  readonly category: string | null
  readonly rating: string | null
}

type Airing = Omit<AiringEvent, 'seq'>

export interface AiringsOptions {
  readonly run: string
  /** Milliseconds since 1970 of a time on the run's clock. */
  readonly wallMs: (ms: number) => number
  readonly tell: (airing: Airing) => void
}

/** A stream that has a guide has shown what is on by then: XDS waits for it. */
const guideWithinMs = 15_000
/** Weeks of a guide. */
const mostKept = 2000
const longest = { title: 500, description: 4000, category: 200, rating: 100 } as const

/**
 * The programmes of one run. A guide’s are told when they begin, as readers take what began last for what is on; while
 * there is one of the guide, what XDS says of the same time is left out.
 */
export class Airings {
  readonly #options: AiringsOptions
  /** By their ids, in the order in which they begin. */
  readonly #guide = new Map<string, GuideAiring>()
  readonly #told = new Map<string, string>()
  #said: Airing | undefined
  #count = 0
  /** What XDS says, while a guide may say better; and until when. */
  #waiting: ProgrammeOutput | null = null
  #waitUntilMs: number | null = null

  constructor(options: AiringsOptions) {
    this.#options = options
  }

  /** What XDS says: a new title is a new airing; more about the same one replaces what was known. */
  programme(programme: ProgrammeOutput): void {
    const { title, atMs } = programme
    if (title === null || title === '') return
    if (this.#waitUntilMs !== null && atMs < this.#waitUntilMs) {
      this.#waiting = programme
      return
    }
    if (this.#said !== undefined && this.#said.title !== title) this.#endSaid(atMs)
    if (this.#isGuided(this.#options.wallMs(atMs))) return
    const startMs = atMs - (programme.elapsedMinutes ?? 0) * 60_000
    const { run } = this.#options
    const airing = this.#said ?? {
      ...{ type: 'airing' as const, run, id: `${run}-${++this.#count}`, title },
      ...{ start: this.#time(startMs), end: null, source: 'xds' },
    }
    const { description, category, rating } = programme
    const said = { ...airing, description, category, rating }
    if (JSON.stringify(said) === JSON.stringify(this.#said)) return
    this.#said = said
    this.#options.tell(said)
  }

  /** The stream has a guide, of which nothing may be known yet. */
  expectGuide(atMs: number): void {
    this.#waitUntilMs ??= atMs + guideWithinMs
  }

  /** What a guide says, as often as it says it. */
  announce(airing: GuideAiring): void {
    if (airing.title === '' || this.#guide.size >= mostKept) return
    this.#guide.set(airing.id, airing)
  }

  /** The run has come to `atMs`: what has begun is told. */
  reach(atMs: number): void {
    if (atMs >= (this.#waitUntilMs ?? Infinity)) this.#stopWaiting()
    if (this.#guide.size === 0) return
    const nowMs = this.#options.wallMs(atMs)
    const begun = [...this.#guide.values()].filter(({ startMs }) => startMs <= nowMs)
    for (const airing of begun.sort((a, b) => a.startMs - b.startMs))
      this.#tell(airing, atMs, nowMs)
  }

  end(atMs: number): void {
    this.#stopWaiting()
    this.#endSaid(atMs)
  }

  #tell(airing: GuideAiring, atMs: number, nowMs: number): void {
    const { id, title, startMs, endMs, description, category, rating } = airing
    const isOver = endMs !== null && endMs <= nowMs
    const told = this.#told.get(id)
    const text = JSON.stringify(airing)
    if (isOver) {
      this.#guide.delete(id)
      this.#told.delete(id)
    }
    // What was over before anybody listened concerns nobody.
    if (told === text || (isOver && told === undefined)) return
    if (!isOver) this.#told.set(id, text)
    this.#endSaid(atMs)
    this.#options.tell({
      ...{ type: 'airing', run: this.#options.run, id, source: airing.source ?? 'epg' },
      title: title.slice(0, longest.title),
      start: new Date(startMs).toISOString(),
      end: endMs === null ? null : new Date(endMs).toISOString(),
      description: description?.slice(0, longest.description) ?? null,
      category: category?.slice(0, longest.category) ?? null,
      rating: rating?.slice(0, longest.rating) ?? null,
    })
  }

  #stopWaiting(): void {
    this.#waitUntilMs &&= -Infinity
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting !== null) this.programme(waiting)
  }

  #isGuided(nowMs: number): boolean {
    for (const { startMs, endMs } of this.#guide.values())
      if (startMs <= nowMs && (endMs === null || nowMs < endMs)) return true
    return false
  }

  #endSaid(atMs: number): void {
    if (this.#said === undefined) return
    this.#options.tell({ ...this.#said, end: this.#time(atMs) })
    this.#said = undefined
  }

  #time(ms: number): string {
    return new Date(this.#options.wallMs(ms)).toISOString()
  }
}
