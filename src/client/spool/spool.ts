import { randomUUID } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { lastWriteMs, loadSegments } from './load.ts'
import { lockFolder } from './lock.ts'
import { readNote, writeNote, type OpenGap, type SpooledRun, type SpoolNote } from './note.ts'
import type { SpoolRecord } from './record.ts'
import type { Dropped } from './segment.ts'
import { Segments, sliceRecords } from './segments.ts'

/** How long an event may wait for its neighbours before it is fsynced. */
const groupMs = 80
/** One that readers are waiting for waits only for those made in the same moment. */
const urgentMs = 2
/** How often a full disk is tried again. */
const fullRetryMs = 1000
/** A segment that is still written to is removed when all of it is stored and it has grown to this. */
const restartBytes = 64 * 1024

export interface SpoolOptions {
  readonly folder: string
  /** The oldest BIN goes when the spool would grow beyond this; where there is none, the oldest cues. */
  readonly maxBytes: number
  /** Events that wait longer than this go; null or undefined: never for their age. */
  readonly maxAgeMs?: number | null | undefined
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
  readonly #options: SpoolOptions
  readonly #unlock: () => void
  #note: SpoolNote
  #segments: Segments
  #last: number
  #durable: number
  #stored = 0
  /** The highest number when it was opened: what the server knows beyond it was lost here. */
  #openedLast = 0
  /** Appended and not yet on disk. */
  #waiting: SpoolRecord[] = []
  #waitingBytes = 0
  #turn: Promise<unknown> = Promise.resolve()
  #timer: NodeJS.Timeout | undefined
  #isUrgent = false
  #failure: Error | undefined
  #isFull = false
  #isDamaged = false
  #idleSinceMs: number | null = null
  /** Called after each group that became durable, and after a failure. */
  onDurable: () => void = () => undefined

  private constructor(options: SpoolOptions, unlock: () => void, note: SpoolNote) {
    this.#folder = options.folder
    this.#options = options
    this.#unlock = unlock
    this.#note = note
    this.#segments = this.#createSegments([])
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

  /** How far the server's clock was ahead of this machine's when that was last known; null = never. */
  get clockOffsetMs(): number | null {
    return this.#note.clockOffsetMs
  }

  get wasLive(): boolean {
    return this.#note.wasLive
  }

  get openGaps(): readonly OpenGap[] {
    return this.#note.openGaps
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
    return this.#segments.first?.firstSeq ?? this.#durable + 1
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

  /** What is appended next would fit without anything being dropped. */
  get hasRoom(): boolean {
    return this.#segments.hasRoomFor(this.#waitingBytes)
  }

  /** What was dropped for want of room or for its age since it was opened. */
  get dropped(): Dropped {
    return this.#segments.dropped
  }

  /** What went wrong with the disk; appending is useless then. */
  get failure(): Error | undefined {
    return this.#failure
  }

  /** Gives an event the next number, which it returns; `line` is the event's JSON, without a number. */
  append(line: string, isUrgent = false): number {
    const seq = ++this.#last
    this.#waiting.push({ seq, line })
    this.#waitingBytes += line.length
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

  /**
   * Durable events from `from` on, at least one if there is one, about `maxBytes` at most. A `skip` among
   * them stands for events that were dropped, and has their last number in `to`.
   */
  async read(from: number, maxBytes: number): Promise<readonly SpoolRecord[]> {
    let segment = this.#segments.segmentOf(from)
    // A file is read between two writes: half a group, or one too few, would be a hole in the cache.
    while (segment !== undefined && this.#segments.cached(segment) === undefined) {
      await this.#inTurn(() => this.#segments.fillCache(from))
      segment = this.#segments.segmentOf(from)
    }
    if (segment === undefined) return []
    const first = Math.max(from, segment.firstSeq)
    const records = this.#segments.cached(segment) ?? []
    const found = sliceRecords(records, first, this.#durable, maxBytes)
    if (first <= this.#durable && found[0]?.seq !== first)
      throw new Error(`the spool has lost ${first}, which it had`)
    return found
  }

  /** The server has stored everything up to here. */
  async trim(stored: number): Promise<void> {
    this.#stored = Math.max(this.#stored, stored)
    await this.#inTurn(() => this.#trim(restartBytes))
  }

  async saveRun(run: SpooledRun | null): Promise<void> {
    await this.#inTurn(() => this.#saveNote({ run, wasLive: false }))
  }

  /** From now on a live input is spooled, of which no run can be made again. */
  async beginLive(): Promise<void> {
    await this.#inTurn(() => this.#saveNote({ run: null, wasLive: true }))
  }

  async saveClockOffset(clockOffsetMs: number): Promise<void> {
    await this.#inTurn(() => this.#saveNote({ clockOffsetMs }))
  }

  async saveOpenGaps(openGaps: readonly OpenGap[]): Promise<void> {
    await this.#inTurn(() => this.#saveNote({ openGaps: [...openGaps] }))
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
      await this.#segments.close()
    })
    this.#unlock()
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  async #trim(atLeastBytes: number): Promise<void> {
    // With no file left, the note is what the numbering goes on from.
    const noteLast = (lastSeq: number): Promise<boolean> => this.#noteTrimmed(lastSeq)
    await this.#segments.trim(this.#stored, atLeastBytes, noteLast)
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
    this.#segments = this.#createSegments(segments)
    this.#last = Math.max(this.#last, segments.at(-1)?.lastSeq ?? 0)
    this.#durable = this.#last
    this.#openedLast = this.#last
    this.#isDamaged ||= isDamaged
  }

  #createSegments(loaded: ConstructorParameters<typeof Segments>[1]): Segments {
    const { folder, maxBytes, maxAgeMs = null, beforeWrite = () => undefined } = this.#options
    const beforeDrop = (droppedTo: number): Promise<void> => this.#saveNote({ droppedTo })
    return new Segments({ folder, maxBytes, maxAgeMs, beforeWrite, beforeDrop }, loaded)
  }

  async #write(): Promise<void> {
    const { last } = this
    while (this.#durable < last && this.#failure === undefined) {
      const group = this.#takeGroup()
      if (group.length === 0) return
      try {
        await this.#segments.append(group)
        this.#durable = group.at(-1)?.seq ?? this.#durable
        this.#isFull = false
      } catch (error) {
        if (isFullDisk(error)) {
          this.#tryAgain(group)
          return
        }
        this.#failure = error instanceof Error ? error : new Error(String(error))
      } finally {
        this.onDurable()
      }
    }
  }

  #takeGroup(): SpoolRecord[] {
    let bytes = 0
    const end = this.#waiting.findIndex(({ line }) => {
      bytes += line.length
      return bytes > this.#segments.writeBytes
    })
    // At least one, however long.
    const group = this.#waiting.splice(0, end === -1 ? this.#waiting.length : Math.max(1, end))
    this.#waitingBytes -= lengthOf(group)
    return group
  }

  #tryAgain(group: SpoolRecord[]): void {
    this.#isFull = true
    this.#waiting = [...group, ...this.#waiting]
    this.#waitingBytes += lengthOf(group)
    this.#timer ??= setTimeout(() => void this.flush(), fullRetryMs)
  }

  async #saveNote(change: Partial<SpoolNote>): Promise<void> {
    this.#note = { ...this.#note, ...change }
    await writeNote(this.#folder, this.#note)
  }
}

function lengthOf(records: readonly SpoolRecord[]): number {
  return records.reduce((sum, { line }) => sum + line.length, 0)
}

function isFullDisk(error: unknown): boolean {
  return (
    error instanceof Error &&
    'code' in error &&
    (error.code === 'ENOSPC' || error.code === 'EDQUOT')
  )
}
