import type { CaptionGroup, CaptionReader, FaultCounts } from './caption-group.ts'
import { hasOddParity } from './cea608/parity.ts'
import { countFault } from './faults.ts'
import { TextLines } from './text-lines.ts'
import { countFrames, frameRates, parseTimecode, type Timecode } from './timecode.ts'

export interface SccReaderOptions {
  /** Hours taken off every time. Default: the hour that the first line begins in, as programmes begin at 01:00:00:00. */
  readonly hourOffset?: number | undefined
}

const field1 = 0xfc

/**
 * Scenarist closed captions: lines of a timecode and the pairs of field 1 from that frame on, one a frame. Every
 * word but padding is a group. Where a line begins before the words of the last are through, it waits for them.
 */
export class SccReader implements CaptionReader {
  readonly #faults: Record<string, number> = {}
  readonly #lines = new TextLines(this.#faults)
  #hourOffset: number | null
  /** The first frame that is still free. */
  #free = 0

  constructor(options: SccReaderOptions = {}) {
    this.#hourOffset = options.hourOffset ?? null
  }

  push(chunk: Uint8Array): CaptionGroup[] {
    return this.#lines.push(chunk).flatMap((line) => this.#read(line))
  }

  end(): CaptionGroup[] {
    return this.#lines.end().flatMap((line) => this.#read(line))
  }

  faults(): FaultCounts {
    return this.#faults
  }

  #read(line: string): CaptionGroup[] {
    const [time = '', ...words] = line.trim().split(/\s+/)
    if (time === '' || /^\uFEFF?Scenarist_SCC/.test(time)) return []
    const timecode = parseTimecode(time)
    if (timecode === null) {
      countFault(this.#faults, 'scc-bad-line')
      return []
    }
    const rate = timecode.drop ? frameRates['30DF'] : frameRates['30']
    let frame = Math.max(this.#free, countFrames(this.#shifted(timecode), rate))
    const groups: CaptionGroup[] = []
    for (const word of words) {
      const pair = /^[0-9a-f]{4}$/i.test(word) ? Number.parseInt(word, 16) : null
      if (pair === null) countFault(this.#faults, 'scc-bad-word')
      else if ((pair & 0x7f7f) !== 0) {
        const fts = Math.round(frame * rate.frameMs)
        const [first, second] = [this.#withParity(pair >> 8), this.#withParity(pair & 0xff)]
        groups.push({ fts, triplets: Uint8Array.of(field1, first, second) })
      }
      frame++
    }
    this.#free = frame
    return groups
  }

  /** Files suffer no noise: wrong parity is a writer that left it out. */
  #withParity(byte: number): number {
    if (hasOddParity(byte)) return byte
    countFault(this.#faults, 'scc-parity')
    return byte ^ 0x80
  }

  #shifted(timecode: Timecode): Timecode {
    this.#hourOffset ??= timecode.hours
    return { ...timecode, hours: Math.max(0, timecode.hours - this.#hourOffset) }
  }
}
