import type { CaptionGroup } from '../caption-group.ts'
import { padding } from '../cea608/encoder.ts'
import { frameRates } from '../timecode.ts'
import { sccHead, SccLine } from './scc-line.ts'

const { frameMs } = frameRates['30DF']
/** Lines as long as authoring programs write them; a pause ends one anyway. */
const longestLine = 60

/**
 * SCC of the pairs of line 21 as they were broadcast: nothing is decoded, so that modes, places and colours stay. A pair
 * goes out each frame; where a picture carries several, as film does, the frames after it take them.
 */
export class RawScc {
  /** `cc_type` of the field: 0 carries CC1 and CC2, 1 carries CC3 and CC4. */
  readonly #field: 0 | 1
  #line = new SccLine(0)
  #begunAt = 0
  pairs = 0

  constructor(field: 0 | 1) {
    this.#field = field
  }

  head(): string {
    return sccHead
  }

  group({ fts, triplets }: CaptionGroup): string {
    let text = ''
    for (let at = 0; at + 2 < triplets.length; at += 3) {
      const flags = triplets[at] ?? 0
      const isValid = (flags & 4) !== 0
      const pair = ((triplets[at + 1] ?? 0) << 8) | (triplets[at + 2] ?? 0)
      // Padding says nothing, and is what lies between lines.
      if (!isValid || (flags & 3) !== this.#field || pair === padding) continue
      const frame = Math.round(fts / frameMs)
      if (frame > this.#line.frame || this.#line.frame - this.#begunAt >= longestLine) {
        text += this.#line.end()
        this.#begunAt = Math.max(frame, this.#line.frame)
        this.#line = new SccLine(this.#begunAt)
      }
      this.#line.add([pair])
      this.pairs++
    }
    return text
  }

  tail(): string {
    return this.#line.end()
  }
}
