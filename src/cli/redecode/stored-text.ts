import type { Cue } from '../../protocol/api.ts'
import type { Archive } from '../../server/ports/archive.ts'

const cuesPerRead = 1000
/** Programmes that are remembered: text is made in order of its end, a little behind its beginning. */
const keptAirings = 20

/** The text of a run as it is stored, read page by page. */
export class StoredText {
  readonly #archive: Archive
  readonly #channel: string
  readonly #run: string
  /** Nothing of the run began before: earlier volumes need not be opened. */
  readonly #from: string
  #page: readonly Cue[] = []
  #at = 0
  #cursor: string | null = null
  #isRead = false
  readonly #lastOf = new Map<string, Cue>()
  readonly #airings: { readonly start: string; readonly airing: string | null }[] = []

  constructor(archive: Archive, channel: string, run: string, from: string) {
    this.#archive = archive
    this.#channel = channel
    this.#run = run
    this.#from = from
  }

  /** The cues that begin at `until` at the latest, after those given before; null = all that are left. */
  async *to(until: string | null): AsyncGenerator<Cue> {
    for (;;) {
      const cue = this.#page[this.#at]
      if (cue === undefined) {
        if (this.#isRead) return
        await this.#read()
        continue
      }
      if (until !== null && cue.start > until) return
      this.#at++
      this.#lastOf.set(cue.track, cue)
      this.#seeAiring(cue)
      yield cue
    }
  }

  /** The last that was given of a track. */
  last(track: string): Cue | undefined {
    return this.#lastOf.get(track)
  }

  /** The programme that what was said then belonged to; undefined when nothing was. */
  airingAt(start: string): string | null | undefined {
    return (this.#airings.findLast((known) => known.start <= start) ?? this.#airings[0])?.airing
  }

  #seeAiring({ start, airing }: Cue): void {
    if (this.#airings.length > 0 && this.#airings.at(-1)?.airing === airing) return
    this.#airings.push({ start, airing })
    if (this.#airings.length > keptAirings) this.#airings.shift()
  }

  async #read(): Promise<void> {
    const page = await this.#archive.cues({
      ...{ channel: this.#channel, from: this.#from, to: null, tracks: null },
      ...{ order: 'oldest', cursor: this.#cursor, limit: cuesPerRead, run: this.#run },
    })
    this.#page = page.cues
    this.#at = 0
    this.#cursor = page.cursor
    this.#isRead = page.cursor === null
  }
}
