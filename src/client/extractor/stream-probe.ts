import type { CaptionGroup, CaptionReader } from '../../captions/caption-group.ts'
import { createCaptionReader } from '../../captions/create-reader.ts'
import { SubtitleFinder } from '../../captions/transport/subtitle-finder.ts'
import type { SubtitleService } from '../../captions/transport/subtitle-services.ts'

/** Looks into the beginning of a transport stream: what kinds of captions are in it, or in one programme of it. */
export class StreamProbe {
  readonly #reader: CaptionReader
  readonly #finder: SubtitleFinder
  #hasCaptions = false

  constructor(programme: number | null = null) {
    this.#finder = new SubtitleFinder(programme)
    this.#reader = createCaptionReader('ts', { programme: programme ?? undefined })
  }

  push(chunk: Uint8Array): void {
    this.#hasCaptions ||= this.#reader.push(chunk).some(hasText)
    this.#finder.push(chunk)
  }

  /** CEA-608 or 708 that says something. */
  get hasCaptions(): boolean {
    return this.#hasCaptions
  }

  /** The one whose captions would be read; null while it is not known. */
  get programme(): number | null {
    return this.#reader.programme?.() ?? null
  }

  /** All programmes have been described. */
  get isDescribed(): boolean {
    return this.#finder.isDescribed
  }

  /** What the stream announces beside them. */
  get services(): readonly SubtitleService[] {
    return this.#finder.services
  }
}

/** Something else than the padding that line 21 is never without. */
function hasText({ triplets }: CaptionGroup): boolean {
  for (let at = 0; at + 2 < triplets.length; at += 3) {
    const [flags = 0, first = 0, second = 0] = triplets.subarray(at, at + 3)
    if ((flags & 4) === 0) continue
    if ((flags & 2) !== 0) {
      // A service block that is not empty begins behind the head of its packet.
      if (first !== 0 || second !== 0) return true
    } else if (((first | second) & 0x7f) !== 0) return true
  }
  return false
}
