import type { Searchable } from './searchable.ts'
import type { StreamKey } from '../../../rules/search/stream-key.ts'

/** A minute of a stream with hits, on its way to a page. */
export class Candidate implements StreamKey {
  readonly channel: string
  readonly run: string
  readonly track: string
  readonly minute: number
  readonly mentions: number
  /** Where it was found: the place of its minute in the chunk, and what begins the first and the last match. */
  readonly chunk: Searchable
  readonly place: number
  readonly first: number
  readonly last: number
  readonly #startOf: (chunk: Searchable, first: number) => number
  #startMs: number | undefined

  constructor(
    { channel, run, track }: StreamKey,
    hit: Pick<Candidate, 'minute' | 'mentions' | 'chunk' | 'place' | 'first' | 'last'>,
    startOf: (chunk: Searchable, first: number) => number,
  ) {
    this.channel = channel
    this.run = run
    this.track = track
    this.minute = hit.minute
    this.mentions = hit.mentions
    this.chunk = hit.chunk
    this.place = hit.place
    this.first = hit.first
    this.last = hit.last
    this.#startOf = startOf
  }

  /** Read when it is asked for: mostly the minute tells enough, and a table of cues takes long to unpack. */
  get startMs(): number {
    return (this.#startMs ??= this.#startOf(this.chunk, this.first))
  }
}
