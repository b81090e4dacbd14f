import type { CueEvent, DraftEvent } from '../protocol/events.ts'
import { CaptionDecoder } from './caption-decoder.ts'
import type { CaptionEvent, ProgrammeOutput } from './caption-event.ts'
import type { CaptionGroup, FaultCounts } from './caption-group.ts'

export interface RunTextOptions {
  readonly run: string
  /** null = CC1 to CC4, and the services of CEA-708 that say something else. */
  readonly tracks: readonly string[] | null
  /** Beside named tracks, also services of CEA-708 that say something else. */
  readonly ownServices?: boolean
  /** RFC 3339 of a moment on the run's clock, in milliseconds. */
  readonly wall: (ms: number) => string
}

export interface RunTextSink {
  cue(cue: Omit<CueEvent, 'seq'>): void
  draft(draft: DraftEvent): void
  programme(programme: ProgrammeOutput): void
}

/**
 * The text of one run: caption groups in, cues and drafts on the wall clock out. Tuner and archive make
 * text with it, so that the same groups give the same cues in both.
 */
export class RunText {
  readonly #options: RunTextOptions
  readonly #sink: RunTextSink
  readonly #decoder: CaptionDecoder

  constructor(options: RunTextOptions, sink: RunTextSink) {
    this.#options = options
    this.#sink = sink
    const { tracks, ownServices = tracks === null } = options
    this.#decoder = new CaptionDecoder(tracks === null ? {} : { tracks, ownServices })
  }

  push(group: CaptionGroup): void {
    this.#take(this.#decoder.push(group))
  }

  /** What is on screen becomes cues that end there. */
  end(atMs: number): void {
    this.#take(this.#decoder.end(atMs))
  }

  /** Damage that is found only when text is made. */
  faults(): FaultCounts {
    return this.#decoder.faults()
  }

  #take(events: readonly CaptionEvent[]): void {
    const { run, wall } = this.#options
    for (const event of events) {
      if (event.type === 'programme') {
        this.#sink.programme(event)
        continue
      }
      const { track, id, mode, text } = event
      const start = wall(event.startMs)
      if (event.type === 'draft')
        this.#sink.draft({ type: 'draft', run, track, id, start, mode, text })
      else {
        const end = wall(event.endMs)
        this.#sink.cue({ type: 'cue', run, track, id, start, end, mode, text })
      }
    }
  }
}
