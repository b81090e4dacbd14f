import { channel } from 'node:diagnostics_channel'
import { open, readFile, rm, utimes, type FileHandle } from 'node:fs/promises'
import { syncFolder, writeDurably } from './durable-file.ts'
import { formatRecord, lastOf, parsePieces, type SpoolRecord } from './record.ts'
import {
  countRecords,
  emptySegment,
  segmentFile,
  thin,
  type Dropped,
  type Segment,
  type Thinned,
} from './segment.ts'

const largestSegment = 1024 * 1024
/** A spool is at least this many segments: what is dropped at once is a small part of it. */
const fewestSegments = 12
/** For the note, its successor and the lock. */
const otherFilesBytes = 16 * 1024

/** Moments at which a test may end the process. */
const written = channel('ccr:spool.written')
const synced = channel('ccr:spool.synced')
const trimming = channel('ccr:spool.trimming')
const thinned = channel('ccr:spool.thinned')
const dropping = channel('ccr:spool.dropping')

export interface SegmentsOptions {
  readonly folder: string
  readonly maxBytes: number
  /** null: events may be of any age. */
  readonly maxAgeMs: number | null
  /** Before a segment goes that is not stored: what it holds, up to this number, is no more. */
  readonly beforeDrop: (lastSeq: number) => Promise<void>
  readonly beforeWrite: () => void
}

/**
 * The files of a spool, oldest first, never larger together than the limit, the moment of a rewrite
 * included. One call after the other: the spool gives each its turn.
 */
export class Segments {
  readonly #options: SegmentsOptions
  readonly #segmentBytes: number
  readonly #list: Segment[]
  #handle: FileHandle | undefined
  #cache: { readonly firstSeq: number; readonly records: SpoolRecord[] } | undefined
  #dropped: Dropped = { bins: 0, cues: 0 }

  constructor(options: SegmentsOptions, loaded: Segment[]) {
    this.#options = options
    this.#list = loaded
    this.#segmentBytes = Math.min(largestSegment, Math.ceil(options.maxBytes / fewestSegments))
  }

  get first(): Segment | undefined {
    return this.#list[0]
  }

  get dropped(): Dropped {
    return this.#dropped
  }

  get bytes(): number {
    return this.#list.reduce((sum, { bytes }) => sum + bytes, 0)
  }

  /** How much of what waits is written at once: more than one write would fill a segment beyond its size. */
  get writeBytes(): number {
    return this.#segmentBytes / 4
  }

  /** Nothing would have to be dropped for this much, and one write more. */
  hasRoomFor(bytes: number): boolean {
    return this.#needed(bytes + this.writeBytes) <= this.#options.maxBytes
  }

  segmentOf(seq: number): Segment | undefined {
    return this.#list.find(({ lastSeq }) => lastSeq >= seq)
  }

  /** The records of a segment, when they are in memory. */
  cached(segment: Segment): readonly SpoolRecord[] | undefined {
    return this.#cache?.firstSeq === segment.firstSeq ? this.#cache.records : undefined
  }

  /** The segment may have been stored and removed while this waited for its turn. */
  async fillCache(seq: number): Promise<void> {
    const segment = this.segmentOf(seq)
    if (segment === undefined || this.#cache?.firstSeq === segment.firstSeq) return
    this.#cache = { firstSeq: segment.firstSeq, records: await this.#readAll(segment) }
  }

  /** Makes records durable; throws what the disk says, with nothing of them written. */
  async append(records: readonly SpoolRecord[]): Promise<void> {
    const text = records.map(formatRecord).join('')
    await this.#makeRoom(Buffer.byteLength(text))
    const { segment, handle } = await this.#current(records[0]?.seq ?? 0)
    try {
      this.#options.beforeWrite()
      await handle.appendFile(text)
      written.publish(undefined)
      await handle.datasync()
      synced.publish(undefined)
    } catch (error) {
      // Half a group must not stand before the next try.
      await handle.truncate(segment.bytes)
      throw error
    }
    countRecords(segment, records)
    segment.writtenAtMs = performance.now()
    if (this.#cache?.firstSeq === segment.firstSeq) this.#cache.records.push(...records)
  }

  /**
   * Removes segments that are stored whole; the last one only if it has this many bytes, and if
   * `noteLast` could write down what the numbering goes on from.
   */
  async trim(
    stored: number,
    atLeastBytes: number,
    noteLast: (lastSeq: number) => Promise<boolean>,
  ): Promise<void> {
    let isChanged = false
    for (;;) {
      const segment = this.#list[0]
      if (segment === undefined || segment.lastSeq > stored) break
      if (this.#list.length === 1) {
        if (segment.bytes < atLeastBytes) break
        await this.close()
        if (!(await noteLast(segment.lastSeq))) break
      }
      trimming.publish(undefined)
      await this.#remove(segment)
      isChanged = true
    }
    if (isChanged) await syncFolder(this.#options.folder)
  }

  async close(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  /** Drops what is too old, then BIN from the oldest on, then cues, then what else there is. */
  async #makeRoom(incoming: number): Promise<void> {
    await this.#sealFull()
    for (const segment of this.#tooOld()) await this.#drop(segment, 'bin-and-cues')
    while (this.#needed(incoming) > this.#options.maxBytes) {
      const sealed = this.#list.filter(({ isSealed }) => isSealed)
      const withBin = sealed.find(({ binBytes }) => binBytes > 0)
      const withCues = sealed.find(({ cueBytes }) => cueBytes > 0)
      const [oldest] = sealed
      if (withBin !== undefined) await this.#drop(withBin, 'bin')
      else if (withCues !== undefined) await this.#drop(withCues, 'bin-and-cues')
      else if (oldest !== undefined) await this.#dropWhole(oldest)
      else return
    }
  }

  /** With room to rewrite the largest segment beside itself. */
  #needed(incoming: number): number {
    return this.bytes + incoming + 1.5 * this.#segmentBytes + otherFilesBytes
  }

  #tooOld(): Segment[] {
    const { maxAgeMs } = this.#options
    if (maxAgeMs === null) return []
    const before = performance.now() - maxAgeMs
    return this.#list.filter(
      ({ isSealed, writtenAtMs, binBytes, cueBytes }) =>
        isSealed && writtenAtMs < before && binBytes + cueBytes > 0,
    )
  }

  /** One that is full, or that nobody wrote to for longer than its events may wait. */
  async #sealFull(): Promise<void> {
    const last = this.#list.at(-1)
    if (last === undefined || last.isSealed) return
    const ageMs = performance.now() - last.writtenAtMs
    const isOld = this.#options.maxAgeMs !== null && ageMs > this.#options.maxAgeMs
    if (last.bytes < this.#segmentBytes && !isOld) {
      for (const segment of this.#list) segment.isSealed = segment !== last
      return
    }
    await this.close()
    for (const segment of this.#list) segment.isSealed = true
  }

  async #drop(segment: Segment, what: 'bin' | 'bin-and-cues'): Promise<void> {
    const left = thin(await this.#readAll(segment), what)
    const isNothingLeft = left.records.length <= 1 && what === 'bin-and-cues'
    const rewritten = left.records.reduce((sum, record) => sum + formatRecord(record).length, 0)
    const hasRoom = this.bytes + rewritten + otherFilesBytes <= this.#options.maxBytes
    if (segment === this.#list[0] && (isNothingLeft || !hasRoom)) {
      await this.#dropWhole(segment)
      return
    }
    await this.#rewrite(segment, left)
    thinned.publish(undefined)
    this.#count(left)
  }

  async #rewrite(segment: Segment, { records }: Thinned): Promise<void> {
    const file = segmentFile(this.#options.folder, segment.firstSeq)
    await writeDurably(file, records.map(formatRecord).join(''))
    // What is left is as old as it was.
    const writtenS = (Date.now() - (performance.now() - segment.writtenAtMs)) / 1000
    await utimes(file, writtenS, writtenS)
    if (this.#cache?.firstSeq === segment.firstSeq) this.#cache = undefined
    Object.assign(segment, { bytes: 0, binBytes: 0, cueBytes: 0 })
    countRecords(segment, records)
  }

  async #dropWhole(segment: Segment): Promise<void> {
    const lost = thin(await this.#readAll(segment), 'bin-and-cues')
    await this.#options.beforeDrop(segment.lastSeq)
    dropping.publish(undefined)
    await this.#remove(segment)
    this.#count(lost)
  }

  #count({ bins, cues }: Dropped): void {
    this.#dropped = { bins: this.#dropped.bins + bins, cues: this.#dropped.cues + cues }
  }

  async #remove(segment: Segment): Promise<void> {
    const at = this.#list.indexOf(segment)
    if (at >= 0) this.#list.splice(at, 1)
    if (this.#cache?.firstSeq === segment.firstSeq) this.#cache = undefined
    await rm(segmentFile(this.#options.folder, segment.firstSeq), { force: true })
  }

  async #current(seq: number): Promise<{ segment: Segment; handle: FileHandle }> {
    const { folder } = this.#options
    const last = this.#list.at(-1)
    if (last !== undefined && !last.isSealed) {
      this.#handle ??= await open(segmentFile(folder, last.firstSeq), 'a', 0o600)
      return { segment: last, handle: this.#handle }
    }
    await this.close()
    const handle = await open(segmentFile(folder, seq), 'ax', 0o600)
    await syncFolder(folder)
    const segment = emptySegment(seq, performance.now())
    this.#handle = handle
    this.#list.push(segment)
    return { segment, handle }
  }

  async #readAll({ firstSeq }: Segment): Promise<SpoolRecord[]> {
    const bytes = await readFile(segmentFile(this.#options.folder, firstSeq))
    return parsePieces(bytes).pieces[0] ?? []
  }
}

/** Records from `from` on, up to `durable`, about `maxBytes` long; the first is cut to begin there. */
export function sliceRecords(
  records: readonly SpoolRecord[],
  from: number,
  durable: number,
  maxBytes: number,
): SpoolRecord[] {
  const found: SpoolRecord[] = []
  let bytes = 0
  for (let i = firstIndex(records, from); i < records.length && bytes <= maxBytes; i++) {
    const record = records[i]
    if (record === undefined || record.seq > durable) break
    found.push(record.seq < from ? { seq: from, line: record.line } : record)
    bytes += record.line.length
  }
  return found
}

function firstIndex(records: readonly SpoolRecord[], from: number): number {
  let low = 0
  let high = records.length
  while (low < high) {
    const middle = (low + high) >> 1
    const record = records[middle]
    if (record !== undefined && lastOf(record) < from) low = middle + 1
    else high = middle
  }
  return low
}
