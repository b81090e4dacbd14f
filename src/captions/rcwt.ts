import type { CaptionGroup, CaptionReader, FaultCounts } from './caption-group.ts'
import { countFault, UnreadableSourceError } from './faults.ts'
import { ByteQueue } from './byte-queue.ts'

/**
 * RCWT, raw captions with time: what CCExtractor writes as "BIN". An 11-byte header, then groups of an int64
 * FTS, a uint16 count n (both little-endian) and n × 3 bytes.
 */

export const rcwtHeaderBytes = 11
const groupHeadBytes = 10
const maxBlocks = 0xffff

/** A step back of up to this is B-frame order and left as it came; a longer one is a clock that began again. */
const maxStepBackMs = 10_000
/** Nothing in one run is further apart; used only to tell garbage from a group. */
const maxStepMs = 30 * 24 * 3600 * 1000
/** While looking for the next group in damage, a step beyond this is not believed. */
const maxResyncStepMs = 3600 * 1000
/** A picture carries at most 31 blocks; a group in damage that claims more than a second of them is not believed. */
const maxResyncBlocks = 31 * 60
/** What the clock of a file glued to another continues with: one picture. */
const pictureMs = 33

/** The header of a stream of CEA-608/708 groups, as CCExtractor 0.94 writes it. */
export function formatRcwtHeader(): Uint8Array {
  return Uint8Array.of(0xcc, 0xcc, 0xed, 0xcc, 0x00, 0x50, 0x00, 0x01, 0x00, 0x00, 0x00)
}

/** One group; longer ones than 65,535 blocks become several of the same FTS, and none has no blocks. */
export function formatRcwtGroup(group: CaptionGroup): Uint8Array {
  const blocks = Math.floor(group.triplets.length / 3)
  const parts = Math.ceil(blocks / maxBlocks)
  const out = new Uint8Array(parts * groupHeadBytes + blocks * 3)
  const view = new DataView(out.buffer)
  let at = 0
  for (let part = 0; part < parts; part++) {
    const from = part * maxBlocks
    const count = Math.min(maxBlocks, blocks - from)
    view.setBigInt64(at, BigInt(Math.round(group.fts)), true)
    view.setUint16(at + 8, count, true)
    out.set(group.triplets.subarray(from * 3, (from + count) * 3), at + groupHeadBytes)
    at += groupHeadBytes + count * 3
  }
  return out
}

/**
 * Reads RCWT of version 1 (CEA-608/708).
 *
 * Groups come as they were written, also where CCExtractor's B-frame order steps back some milliseconds. A new
 * header in mid-stream (files glued together) or a clock that began again continues the time of what was before.
 * @throws UnreadableSourceError when the header says teletext or ISDB, whose records have another layout
 */
export class RcwtReader implements CaptionReader {
  readonly #queue = new ByteQueue()
  readonly #faults: Record<string, number> = {}
  #started = false
  #lost = false
  #offset = 0
  #last: number | null = null
  /** The newest FTS as written, before `#offset`. */
  #lastWritten: number | null = null

  push(chunk: Uint8Array): CaptionGroup[] {
    this.#queue.push(chunk)
    return this.#read(false)
  }

  end(): CaptionGroup[] {
    const groups = this.#read(true)
    if (this.#queue.length > 0) countFault(this.#faults, 'rcwt-truncated')
    this.#queue.drop(this.#queue.length)
    return groups
  }

  faults(): FaultCounts {
    return this.#faults
  }

  #read(ended: boolean): CaptionGroup[] {
    const groups: CaptionGroup[] = []
    for (;;) {
      const step = this.#readOne(groups, ended)
      if (!step) return groups
    }
  }

  /** Consumes one header, group or stray byte; false when more bytes are needed. */
  #readOne(groups: CaptionGroup[], ended: boolean): boolean {
    const queue = this.#queue
    if (queue.length < groupHeadBytes) return false
    if (isMagic(queue.bytes, queue.start)) {
      if (queue.length < rcwtHeaderBytes) return false
      if (!this.#started || isHeader(queue.bytes, queue.start)) return this.#readHeader()
    }
    if (!this.#started) {
      countFault(this.#faults, 'rcwt-no-header')
      this.#started = true
      this.#lost = true
    }
    const verdict = this.#judge(ended)
    if (verdict === 'wait') return false
    if (verdict === 'damaged') {
      if (!this.#lost) countFault(this.#faults, 'rcwt-damaged')
      this.#lost = true
      countFault(this.#faults, 'rcwt-skipped-bytes')
      queue.drop(1)
      return true
    }
    this.#lost = false
    groups.push(this.#take())
    return true
  }

  #readHeader(): boolean {
    const queue = this.#queue
    const version = queue.bytes[queue.start + 7]
    if (!this.#started && isHeader(queue.bytes, queue.start) && version !== 1) {
      throw new UnreadableSourceError(
        `expected RCWT of CEA-608/708 captions (version 1), got version ${version}, which is ` +
          `${version === 2 ? 'teletext' : 'ISDB'}; extract it as a transcript (--out=ttxt) instead`,
      )
    }
    queue.drop(rcwtHeaderBytes)
    // The next FTS, whatever it says, comes one picture after the last.
    this.#lastWritten = null
    this.#started = true
    this.#lost = false
    return true
  }

  #take(): CaptionGroup {
    const queue = this.#queue
    const written = readFts(queue.bytes, queue.start)
    const count = blockCount(queue.bytes, queue.start)
    if (this.#lastWritten !== null && written < this.#lastWritten - maxStepBackMs) {
      countFault(this.#faults, 'rcwt-clock-reset')
      this.#lastWritten = null
    }
    if (this.#lastWritten === null && this.#last !== null) {
      this.#offset = this.#last + pictureMs - written
    }
    if (this.#lastWritten === null || written > this.#lastWritten) this.#lastWritten = written
    const fts = written + this.#offset
    if (this.#last === null || fts > this.#last) this.#last = fts
    const from = queue.start + groupHeadBytes
    const triplets = queue.bytes.slice(from, from + count * 3)
    queue.drop(groupHeadBytes + count * 3)
    return { fts, triplets }
  }

  #judge(ended: boolean): 'group' | 'damaged' | 'wait' {
    const { bytes, start, length } = this.#queue
    if (!this.#plausibleHead(bytes, start)) return 'damaged'
    const need = groupHeadBytes + blockCount(bytes, start) * 3
    const seen = Math.min(need, length)
    for (let at = start + groupHeadBytes; at < start + seen; at += 3) {
      if (!isMarker(bytes[at])) return 'damaged'
    }
    if (length < need) return ended ? 'damaged' : 'wait'
    if (!this.#lost) return 'group'
    // Once lost, a group is believed when what follows looks like one too.
    const next = start + need
    if (length < need + groupHeadBytes) return ended ? 'group' : 'wait'
    return isMagic(bytes, next) || this.#plausibleHead(bytes, next) ? 'group' : 'damaged'
  }

  #plausibleHead(bytes: Uint8Array, at: number): boolean {
    const count = blockCount(bytes, at)
    if (count === 0 || (this.#lost && count > maxResyncBlocks)) return false
    const high = int32(bytes, at + 4)
    if (high > 0x1f || high < -0x20) return false
    const fts = readFts(bytes, at)
    const limit = this.#lost ? maxResyncStepMs : maxStepMs
    if (this.#lastWritten === null) return Math.abs(fts) <= maxStepMs
    const step = fts - this.#lastWritten
    return step <= limit && (step >= -limit || (!this.#lost && fts >= 0))
  }
}

function isMagic(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === 0xcc && bytes[at + 1] === 0xcc && bytes[at + 2] === 0xed
}

/** The magic alone is also the FTS 4:19:44.460; a group's FTS has a zero where a header has its version. */
function isHeader(bytes: Uint8Array, at: number): boolean {
  const version = bytes[at + 7] ?? 0
  return version > 0 && version < 4 && bytes[at + 9] === 0 && bytes[at + 10] === 0
}

/** Marker bits are all ones; CCExtractor's closing blocks and some capture cards leave them zero. */
function isMarker(byte: number | undefined): boolean {
  return byte !== undefined && (byte >= 0xf8 || byte < 0x08)
}

function blockCount(bytes: Uint8Array, at: number): number {
  return (bytes[at + 8] ?? 0) | ((bytes[at + 9] ?? 0) << 8)
}

function int32(bytes: Uint8Array, at: number): number {
  return (
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24)
  )
}

function readFts(bytes: Uint8Array, at: number): number {
  return int32(bytes, at + 4) * 0x1_0000_0000 + (int32(bytes, at) >>> 0)
}
