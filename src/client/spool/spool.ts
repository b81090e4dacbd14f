import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rm, type FileHandle } from 'node:fs/promises'
import { syncFolder } from './durable-file.ts'
import { lastWriteMs, loadSegments, segmentFile, type Segment } from './load.ts'
import { lockFolder } from './lock.ts'
import { readNote, writeNote, type SpooledRun, type SpoolNote } from './note.ts'
import { formatRecord, parsePieces, type SpoolRecord } from './record.ts'

/** How long an event may wait for its neighbours before it is fsynced. */
const groupMs = 80
/** One that readers are waiting for waits only for those made in the same moment. */
const urgentMs = 2
/** How often a full disk is tried again. */
const fullRetryMs = 1000
const segmentBytes = 1024 * 1024
/** A segment that is still written to is removed when all of it is stored and it has grown to this. */
const restartBytes = 64 * 1024
export interface SpoolOptions {
  readonly folder: string
  /** Oldest events go when the spool grows beyond this. */
  readonly maxBytes: number
  /** Test seam: what it throws is what the disk would have said. */
  readonly beforeWrite?: () => void
}

/**
 * Events on the tuner's disk that the server has not stored yet. Appending numbers them 1, 2, 3 …; they
 * may be sent once they are durable, and go when they are stored. Torn ends are cut when it is opened.
 * Whatever touches the files waits for its turn; callers may call at any time.
 */
export class Spool implements AsyncDisposable {
  readonly #folder: string
  readonly #maxBytes: number
  readonly #beforeWrite: () => void
  readonly #unlock: () => void
  #note: SpoolNote
  readonly #segments: Segment[] = []
  #handle: FileHandle | undefined
  #last: number
  #durable: number
  #stored = 0
  /** The highest number when it was opened: what the server knows beyond it was lost here. */
  #openedLast = 0
  /** Appended and not yet on disk. */
  #waiting: SpoolRecord[] = []
  #turn: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #isUrgent = false
  #cache: { readonly firstSeq: number; readonly records: SpoolRecord[] } | undefined
  #failure: Error | undefined
  #isFull = false
  #isDamaged = false
  #idleSinceMs: number | null = null
  /** Called after each group that became durable, and after a failure. */
  onDurable: () => void = () => undefined

  private constructor(options: SpoolOptions, unlock: () => void, note: SpoolNote) {
    this.#folder = options.folder
    this.#maxBytes = options.maxBytes
    this.#beforeWrite = options.beforeWrite ?? (() => undefined)
    this.#unlock = unlock
    this.#note = note
    this.#last = Math.max(note.trimmedTo, note.droppedTo)
    this.#durable = this.#last
  }

  /** Throws SpoolBusyError when another process has it; other errors are the disk's. */
  static async open(options: SpoolOptions): Promise<Spool> {
    const { folder } = options
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const unlock = lockFolder(folder)
    try {
      const idleSinceMs = await lastWriteMs(folder)
      const { note, was } = await readNote(folder)
      const spool = new Spool(options, unlock, note)
      spool.#idleSinceMs = idleSinceMs
      spool.#isDamaged = was === 'damaged'
      await spool.#load()
      // A new producer numbers what is there from 1 on; the server knows a cue that it has already.
      if (was !== 'there') await spool.#saveNote({ offset: spool.first - 1 })
      return spool
    } catch (error) {
      unlock()
      throw error
    }
  }

  get producer(): string {
    return this.#note.producer
  }

  get run(): SpooledRun | null {
    return this.#note.run
  }

  /** The highest number given out. */
  get last(): number {
    return this.#last
  }

  /** The highest number that survives a power cut, and may be sent. */
  get durable(): number {
    return this.#durable
  }

  /** The lowest number still kept; last + 1 when there is none. */
  get first(): number {
    return this.#segments[0]?.firstSeq ?? this.#durable + 1
  }

  /** What the producer calls 1 is this plus one here. */
  get offset(): number {
    return this.#note.offset
  }

  get openedLast(): number {
    return this.#openedLast
  }

  /** Whether what lies before `first` was dropped here, rather than stored there. */
  get hasDropped(): boolean {
    return this.#note.droppedTo > 0 && this.#note.droppedTo >= this.#note.trimmedTo
  }

  /** When it was last written to before it was opened, milliseconds since 1970; null when it is new. */
  get idleSinceMs(): number | null {
    return this.#idleSinceMs
  }

  /** Something in it could not be read when it was opened: events may be missing. */
  get isDamaged(): boolean {
    return this.#isDamaged
  }

  /** The disk is full: what is appended waits in memory, and is tried again every second. */
  get isFull(): boolean {
    return this.#isFull
  }

  /** What went wrong with the disk; appending is useless then. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** Gives an event the next number, which it returns; `line` is the event's JSON, without a number. */
  append(line: string, isUrgent = false): number {
    const seq = ++this.#last
    this.#waiting.push({ seq, line })
    if (this.#timer === undefined || (isUrgent && !this.#isUrgent)) {
      clearTimeout(this.#timer)
      this.#timer = setTimeout(() => void this.flush(), isUrgent ? urgentMs : groupMs)
      this.#isUrgent = isUrgent
    }
    return seq
  }

  /** Makes everything appended so far durable. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#isUrgent = false
    await this.#inTurn(() => this.#write())
  }

  /** Durable events from `from` on, at least one if there is one, about `maxBytes` at most. */
  async read(from: number, maxBytes: number): Promise<readonly SpoolRecord[]> {
    let segment = this.#segmentOf(from)
    // A file is read between two writes: half a group, or one too few, would be a hole in the cache.
    while (segment !== undefined && this.#cache?.firstSeq !== segment.firstSeq) {
      await this.#inTurn(() => this.#fillCache(from))
      segment = this.#segmentOf(from)
    }
    if (segment === undefined) return []
    const records = this.#cache?.records ?? []
    const found: SpoolRecord[] = []
    let bytes = 0
    const at = Math.max(0, from - segment.firstSeq)
    if (records[at]?.seq !== segment.firstSeq + at)
      throw new Error(`the spool has lost ${segment.firstSeq + at}, which it had`)
    for (let i = at; i < records.length; i++) {
      const record = records[i]
      if (record === undefined || record.seq > this.#durable || bytes > maxBytes) break
      found.push(record)
      bytes += record.line.length
    }
    return found
  }

  /** The server has stored everything up to here. */
  async trim(stored: number): Promise<void> {
    this.#stored = Math.max(this.#stored, stored)
    await this.#inTurn(() => this.#trim(restartBytes))
  }

  async saveRun(run: SpooledRun | null): Promise<void> {
    await this.#inTurn(() => this.#saveNote({ run }))
  }

  /**
   * The server knows more of this producer than the spool did when it was opened: what came since then
   * was given numbers that the server has seen, and is sent by another producer.
   */
  async renew(): Promise<void> {
    await this.#inTurn(() =>
      this.#saveNote({ producer: randomUUID(), offset: this.#openedLast, droppedTo: 0 }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.flush()
    clearTimeout(this.#timer)
    await this.#inTurn(async () => {
      await this.#trim(0)
      await this.#closeSegment()
    })
    this.#unlock()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  /** Removes segments that are stored whole; the last one only if it has this many bytes. */
  async #trim(atLeastBytes: number): Promise<void> {
    let removed = false
    for (;;) {
      const segment = this.#segments[0]
      if (segment === undefined || segment.lastSeq > this.#stored) break
      if (this.#segments.length === 1) {
        if (segment.bytes < atLeastBytes) break
        await this.#closeSegment()
        // With no file left, the note is what the numbering goes on from.
        if (!(await this.#noteTrimmed(segment.lastSeq))) break
      }
      this.#segments.shift()
      await rm(this.#file(segment), { force: true })
      removed = true
    }
    if (removed) await syncFolder(this.#folder)
  }

  /** A full disk has no room for the note: the segment stays until there is. */
  async #noteTrimmed(trimmedTo: number): Promise<boolean> {
    try {
      await this.#saveNote({ trimmedTo })
      return true
    } catch (error) {
      if (isFullDisk(error)) return false
      throw error
    }
  }

  async #load(): Promise<void> {
    const { segments, isDamaged } = await loadSegments(this.#folder, this.#note.run !== null)
    this.#segments.push(...segments)
    this.#last = Math.max(this.#last, segments.at(-1)?.lastSeq ?? 0)
    this.#durable = this.#last
    this.#openedLast = this.#last
    this.#isDamaged ||= isDamaged
  }

  async #write(): Promise<void> {
    const group = this.#waiting
    const first = group[0]
    if (first === undefined || this.#failure !== undefined) return
    this.#waiting = []
    try {
      const { segment, handle } = await this.#segmentFor(first.seq)
      await this.#append(segment, handle, group)
      this.#durable = segment.lastSeq
      this.#isFull = false
      await this.#makeRoom()
    } catch (error) {
      if (isFullDisk(error) && this.#durable < first.seq) this.#tryAgain(group)
      else if (!isFullDisk(error))
        this.#failure = error instanceof Error ? error : new Error(String(error))
    }
    this.onDurable()
  }

  async #append(
    segment: Segment,
    handle: FileHandle,
    group: readonly SpoolRecord[],
  ): Promise<void> {
    const bytes = Buffer.from(group.map(formatRecord).join(''))
    try {
      this.#beforeWrite()
      await handle.appendFile(bytes)
      await handle.datasync()
    } catch (error) {
      // Half a group must not stand before the next try.
      await handle.truncate(segment.bytes)
      throw error
    }
    segment.bytes += bytes.length
    segment.lastSeq = group.at(-1)?.seq ?? segment.lastSeq
    this.#extendCache(segment, group)
  }

  #tryAgain(group: SpoolRecord[]): void {
    this.#isFull = true
    this.#waiting = [...group, ...this.#waiting]
    this.#timer ??= setTimeout(() => void this.flush(), fullRetryMs)
  }

  #extendCache(segment: Segment, group: readonly SpoolRecord[]): void {
    if (this.#cache?.firstSeq === segment.firstSeq) this.#cache.records.push(...group)
  }

  async #segmentFor(seq: number): Promise<{ segment: Segment; handle: FileHandle }> {
    const current = this.#segments.at(-1)
    if (current !== undefined && current.bytes < segmentBytes) {
      this.#handle ??= await open(this.#file(current), 'a', 0o600)
      return { segment: current, handle: this.#handle }
    }
    await this.#closeSegment()
    const segment = { firstSeq: seq, lastSeq: seq - 1, bytes: 0 }
    const handle = await open(this.#file(segment), 'ax', 0o600)
    await syncFolder(this.#folder)
    this.#handle = handle
    this.#segments.push(segment)
    return { segment, handle }
  }

  async #makeRoom(): Promise<void> {
    let total = this.#segments.reduce((sum, { bytes }) => sum + bytes, 0)
    while (total > this.#maxBytes && this.#segments.length > 1) {
      const oldest = this.#segments[0]
      if (oldest === undefined) return
      await this.#saveNote({ droppedTo: oldest.lastSeq })
      this.#segments.shift()
      await rm(this.#file(oldest), { force: true })
      total -= oldest.bytes
    }
  }

  #segmentOf(seq: number): Segment | undefined {
    return this.#segments.find(({ lastSeq }) => lastSeq >= seq)
  }

  /** The segment may have been stored and removed while this waited for its turn. */
  async #fillCache(seq: number): Promise<void> {
    const segment = this.#segmentOf(seq)
    if (segment === undefined || this.#cache?.firstSeq === segment.firstSeq) return
    const { pieces } = parsePieces(await readFile(this.#file(segment)))
    this.#cache = { firstSeq: segment.firstSeq, records: pieces[0] ?? [] }
  }

  async #closeSegment(): Promise<void> {
    const handle = this.#handle
    this.#handle = undefined
    await handle?.close()
  }

  #file({ firstSeq }: Segment): string {
    return segmentFile(this.#folder, firstSeq)
  }

  async #saveNote(change: Partial<SpoolNote>): Promise<void> {
    this.#note = { ...this.#note, ...change }
    await writeNote(this.#folder, this.#note)
  }
}

function isFullDisk(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOSPC' || error.code === 'EDQUOT')
  )
}
