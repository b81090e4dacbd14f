import type { CaptionGroup, CaptionReader, CaptionService, FaultCounts } from './caption-group.ts'
import { countFault } from './faults.ts'
import { appendPacketBlocks } from './ancillary.ts'
import { TextLines } from './text-lines.ts'
import { countFrames, frameRates, parseTimecode, type FrameRate } from './timecode.ts'
import { CcBuffer } from './transport/cc-buffer.ts'

export interface MccReaderOptions {
  /** Hours taken off every time. Default: the hour that the first line begins in. */
  readonly hourOffset?: number | undefined
}

/** What one letter stands for, from the head of every MCC file. */
const letters: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    Array.from('GHIJKLMNO').map((letter, i) => [letter, 'FA0000'.repeat(i + 1)]),
  ),
  P: 'FB8080',
  Q: 'FC8080',
  R: 'FD8080',
  S: '9669',
  T: '6101',
  U: 'E1000000',
  Z: '00',
}

/**
 * MacCaption files, versions 1 and 2: lines of a timecode and one ancillary data packet, most of them caption
 * distribution packets. Groups are what CCExtractor would keep of their blocks.
 */
export class MccReader implements CaptionReader {
  readonly #faults: Record<string, number> = {}
  readonly #lines = new TextLines(this.#faults)
  readonly #blocks = new CcBuffer()
  readonly #services = new Map<string, CaptionService>()
  #rate: FrameRate = frameRates['30DF']
  #hourOffset: number | null
  /** Packets of one frame may stand in several lines: they are one group. */
  #fts = 0

  constructor(options: MccReaderOptions = {}) {
    this.#hourOffset = options.hourOffset ?? null
  }

  push(chunk: Uint8Array): CaptionGroup[] {
    const groups: CaptionGroup[] = []
    for (const line of this.#lines.push(chunk)) this.#read(line, groups)
    return groups
  }

  end(): CaptionGroup[] {
    const groups: CaptionGroup[] = []
    for (const line of this.#lines.end()) this.#read(line, groups)
    this.#flush(groups)
    return groups
  }

  faults(): FaultCounts {
    return this.#faults
  }

  /** Caption services that its packets announce, with their languages. */
  services(): readonly CaptionService[] {
    return [...this.#services.values()]
  }

  #read(line: string, groups: CaptionGroup[]): void {
    const [head = '', body] = line.split('\t')
    if (body === undefined) {
      this.#readHeader(head)
      return
    }
    // Version 2 may add the field and the line: 00:00:00:00.1,9
    const timecode = parseTimecode(
      head.trim().replace(/(?<=:\d\d[:;.]\d\d)(?:\.\d)?(?:,\d+)?$/, ''),
    )
    const packet = parseHex(body.trim())
    if (timecode === null || packet === null) {
      countFault(this.#faults, 'mcc-bad-line')
      return
    }
    this.#hourOffset ??= timecode.hours
    const hours = Math.max(0, timecode.hours - this.#hourOffset)
    const fts = Math.round(countFrames({ ...timecode, hours }, this.#rate) * this.#rate.frameMs)
    if (fts !== this.#fts) this.#flush(groups)
    this.#fts = fts
    const fault = appendPacketBlocks(packet, this.#blocks, this.#services)
    if (fault !== null) countFault(this.#faults, fault)
  }

  #flush(groups: CaptionGroup[]): void {
    if (this.#blocks.isEmpty) return
    const triplets = this.#blocks.take()
    if (triplets.length > 0) groups.push({ fts: this.#fts, triplets })
  }

  #readHeader(line: string): void {
    const match = /^\s*Time Code Rate=(\S+)/i.exec(line)
    if (match === null) return
    const rates: Readonly<Record<string, FrameRate>> = frameRates
    const rate = rates[(match[1] ?? '').toUpperCase()]
    if (rate === undefined) countFault(this.#faults, 'mcc-unknown-rate')
    else this.#rate = rate
  }
}

/** Hex digits and the format's letters; null when anything else is in it. */
function parseHex(text: string): Uint8Array | null {
  let digits = ''
  for (const character of text) {
    const upper = character.toUpperCase()
    if (/[0-9A-F]/.test(upper)) digits += upper
    else {
      const meaning = letters[upper]
      // A letter stands between whole bytes.
      if (meaning === undefined || digits.length % 2 !== 0) return null
      digits += meaning
    }
  }
  if (digits.length % 2 !== 0) return null
  const bytes = new Uint8Array(digits.length / 2)
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16)
  }
  return bytes
}
