import { channel } from 'node:diagnostics_channel'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Position } from '../../../../protocol/position.ts'
import type {
  AppendResult,
  Batch,
  LogEntry,
  Monitoring,
  ProducerState,
} from '../../../ports/log.ts'
import { applyBatch, type Effects } from '../../rules/log-rules.ts'
import { monitoringOf } from '../../rules/log-watch.ts'
import { Books, type SqliteBook } from './log-books.ts'
import { formats, hourMs, kinds, modes, revisedCue } from './log-schema.ts'

const expiring = channel('ccr:log.expiring')

/** What the filer has made safe elsewhere. */
export interface Filed {
  readonly entries: readonly { readonly channel: number; readonly seq: number }[]
  readonly bins: readonly {
    readonly channel: number
    readonly hour: number
    readonly upTo: number
  }[]
  readonly shelves: readonly { readonly channel: number; readonly month: number }[]
  readonly indexed: readonly { readonly channel: number; readonly seq: number }[]
}

/**
 * The one writer of log.db. Every method but the reading ones must be called inside a transaction;
 * `touched` names the channels whose books are wrong when that transaction fails.
 */
export class LogStore {
  readonly touched = new Set<string>()
  readonly #books: Books
  readonly #sql: ReturnType<typeof prepare>

  constructor(db: DatabaseSync) {
    this.#books = new Books(db)
    this.#sql = prepare(db)
  }

  append(batch: Batch, nowMs: number): AppendResult {
    const book = this.#open(batch.channel)
    const effects = applyBatch(book, batch, nowMs)
    if (!effects.ok) return effects
    this.#write(book, batch.producer, effects, nowMs)
    const { received, entries, duplicates } = effects
    return { ok: true, received, stored: received, entries, duplicates }
  }

  fence(channel: string): number {
    const book = this.#open(channel)
    book.fence++
    this.#sql.fence.run(book.fence, book.id)
    return book.fence
  }

  /** Makes the channel when it is new: its epoch must be the same from the first answer on. */
  tip(channel: string): Position {
    const { epoch, tip } = this.#open(channel)
    return { epoch, seq: tip }
  }

  /** Reading: the tip, also of a channel that cannot be made at present. */
  peek(channel: string): Position {
    return this.#books.peek(channel)
  }

  /** Reading; answers of committed books between transactions. */
  producer(channel: string, producer: string): ProducerState {
    const received = this.#books.has(channel)
      ? this.#books.open(channel).producer(producer).received
      : 0
    return { received, stored: received }
  }

  /** Reading, as `producer`. */
  monitoring(channel: string): Monitoring | null {
    return this.#books.has(channel) ? monitoringOf(this.#books.open(channel)) : null
  }

  filed({ entries, bins, shelves, indexed }: Filed): void {
    for (const { channel, month } of shelves) this.#sql.addShelf.run(channel, month)
    for (const { channel, seq } of entries) this.#sql.setFiled.run(seq, channel)
    for (const { channel, seq } of indexed) this.#sql.setIndexed.run(seq, channel)
    for (const { channel, hour, upTo } of bins) this.#sql.deleteBins.run(channel, hour, upTo)
  }

  /** Deletes what is filed and older than `beforeMs`, at most about `limit` rows; how many went. */
  expire(beforeMs: number, rejectsBeforeMs: number, limit: number): number {
    let deleted = 0
    for (const { id, name, floor, done } of this.#sql.expirable.all() as unknown as Expirable[]) {
      if (deleted >= limit) break
      const kept = this.#sql.firstKept.get(id, floor, beforeMs)?.['seq']
      const upTo = Math.min(done, floor + limit, (typeof kept === 'number' ? kept : Infinity) - 1)
      if (upTo <= floor) continue
      const book = this.#open(name)
      deleted += Number(this.#sql.deleteEntries.run(id, upTo).changes)
      expiring.publish(undefined)
      this.#sql.setFloor.run(upTo, id)
      book.floor = upTo
      // What is long over names no cue any more, unless it is the last one known.
      this.#sql.deleteAirings.run(id, beforeMs, upTo, id)
      this.#books.forget(name)
    }
    this.#sql.deleteRejects.run(rejectsBeforeMs)
    return deleted
  }

  /** The channel's book is to be read anew: another has changed what it was read from. */
  forgetBook(channel: string): void {
    this.#books.forget(channel)
  }

  /** Forgets what a failed transaction has done to the books. */
  rollback(): void {
    for (const channel of this.touched) this.#books.forget(channel)
    this.touched.clear()
  }

  #open(channel: string): SqliteBook {
    this.touched.add(channel)
    return this.#books.open(channel)
  }

  #write(book: SqliteBook, producer: string, effects: Effects, nowMs: number): void {
    const sql = this.#sql
    for (const name of effects.runs) this.#writeRun(book, name)
    for (const entry of effects.entries) this.#writeEntry(book, entry, nowMs)
    this.#writeSpans(book, effects)
    for (const bin of effects.bins) {
      const at = Date.parse(bin.at)
      book.bins++
      sql.addBin.run(
        book.id,
        Math.floor(at / hourMs),
        book.bins,
        nowMs,
        book.runId(bin.run),
        formats.indexOf(bin.format),
        bin.fts,
        at,
        Buffer.from(bin.data, 'base64'),
      )
    }
    for (const { seq, code, detail, line } of effects.rejects)
      sql.addReject.run(book.id, producer, seq, nowMs, code, detail, line)
    const { received, lastTimeMs, openSkip } = book.producer(producer)
    const skip = openSkip === null ? null : JSON.stringify(openSkip)
    sql.setProducer.run(book.id, producer, received, lastTimeMs, skip)
    if (effects.entries.length > 0 || effects.bins.length > 0)
      sql.setTip.run(book.tip, book.bins, book.id)
    if (effects.watchChanged) sql.setWatch.run(book.id, JSON.stringify(book.watch))
    if (effects.tracksChanged) sql.setTracks.run(JSON.stringify([...book.tracks]), book.id)
  }

  #writeRun(book: SqliteBook, name: string): void {
    const id = book.runId(name)
    const note = book.run(name)
    if (note.announced !== null && note.changed.announced) {
      const { of: original = null } = note.announced
      this.#sql.setRun.run(original, JSON.stringify(note.announced), id)
    }
    if (note.binProducer !== null && note.changed.bin)
      this.#sql.setRunBin.run(id, note.binProducer, note.binAtMs)
    if (note.extent !== null && note.changed.extent)
      this.#sql.setRunExtent.run(id, book.id, note.extent.fromMs, note.extent.toMs)
    note.changed.extent = false
    note.changed.announced = false
    note.changed.bin = false
  }

  /** The spans of a track are one small row, written once however many cues the batch had. */
  #writeSpans(book: SqliteBook, { entries }: Effects): void {
    const written = new Set<string>()
    for (const entry of entries) {
      if (entry.type !== 'cue') continue
      const { run, track } = entry.value
      const key = `${run} ${track}`
      if (written.has(key)) continue
      written.add(key)
      const spans = book.run(run).cues.get(track)?.spans() ?? []
      this.#sql.setRunTrack.run(book.runId(run), track, JSON.stringify(spans))
    }
  }

  #writeEntry(book: SqliteBook, entry: LogEntry, nowMs: number): void {
    const kind = kinds.indexOf(entry.type)
    const { seq } = entry.value.position
    if (entry.type === 'cue') {
      const { run, track, id, start, end, mode, language, airing, text } = entry.value
      this.#sql.addCue.run(
        book.id,
        seq,
        kind,
        nowMs,
        entry.value.of === undefined ? Number(entry.late) : revisedCue,
        book.runId(run),
        track,
        id,
        Date.parse(start),
        Date.parse(end),
        modes.indexOf(mode),
        language,
        airing,
        text,
      )
      return
    }
    this.#sql.addOther.run(book.id, seq, kind, nowMs, JSON.stringify(entry.value))
    if (entry.type !== 'airing') return
    const { id, start, end } = entry.value
    const endMs = end === null ? null : Date.parse(end)
    this.#sql.setAiring.run(book.id, id, Date.parse(start), endMs, seq, nowMs)
  }
}

interface Expirable {
  readonly id: number
  readonly name: string
  readonly floor: number
  /** What is filed and in the search index. */
  readonly done: number
}

function prepare(
  db: DatabaseSync,
): Record<
  | 'addCue'
  | 'addOther'
  | 'setAiring'
  | 'addBin'
  | 'addReject'
  | 'setProducer'
  | 'setTip'
  | 'setTracks'
  | 'setRun'
  | 'setRunBin'
  | 'setRunTrack'
  | 'setRunExtent'
  | 'setWatch'
  | 'fence'
  | 'addShelf'
  | 'setFiled'
  | 'setIndexed'
  | 'deleteBins'
  | 'expirable'
  | 'firstKept'
  | 'deleteEntries'
  | 'setFloor'
  | 'deleteAirings'
  | 'deleteRejects',
  StatementSync
> {
  return {
    addCue: db.prepare('INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    addOther: db.prepare(
      'INSERT INTO entry (channel, seq, kind, stored, text) VALUES (?, ?, ?, ?, ?)',
    ),
    setAiring: db.prepare('INSERT OR REPLACE INTO airing VALUES (?, ?, ?, ?, ?, ?)'),
    addBin: db.prepare('INSERT INTO bin VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    addReject: db.prepare('INSERT INTO reject VALUES (NULL, ?, ?, ?, ?, ?, ?, ?)'),
    setProducer: db.prepare('INSERT OR REPLACE INTO producer VALUES (?, ?, ?, ?, ?)'),
    setTip: db.prepare('UPDATE channel SET tip = ?, bins = ? WHERE id = ?'),
    setTracks: db.prepare('UPDATE channel SET tracks = ? WHERE id = ?'),
    setRun: db.prepare('UPDATE run SET original = ?, announced = ? WHERE id = ?'),
    setRunBin: db.prepare('INSERT OR REPLACE INTO run_bin VALUES (?, ?, ?)'),
    setRunTrack: db.prepare('INSERT OR REPLACE INTO run_track VALUES (?, ?, ?)'),
    setRunExtent: db.prepare(
      `INSERT INTO run_extent VALUES (?, ?, ?, ?)
       ON CONFLICT DO UPDATE SET from_ms = excluded.from_ms, to_ms = excluded.to_ms`,
    ),
    setWatch: db.prepare('INSERT OR REPLACE INTO watch VALUES (?, ?)'),
    fence: db.prepare('UPDATE channel SET fence = ? WHERE id = ?'),
    addShelf: db.prepare('INSERT OR IGNORE INTO shelf VALUES (?, ?)'),
    setFiled: db.prepare('UPDATE channel SET filed = max(filed, ?) WHERE id = ?'),
    setIndexed: db.prepare('UPDATE channel SET indexed = max(indexed, ?) WHERE id = ?'),
    deleteBins: db.prepare('DELETE FROM bin WHERE channel = ? AND hour = ? AND n <= ?'),
    expirable: db.prepare(
      'SELECT id, name, floor, min(filed, indexed) AS done FROM channel WHERE min(filed, indexed) > floor',
    ),
    // Seqs are in order of storage, so the first that is young enough ends the old ones.
    firstKept: db.prepare(
      'SELECT seq FROM entry WHERE channel = ? AND seq > ? AND stored >= ? ORDER BY seq LIMIT 1',
    ),
    deleteEntries: db.prepare('DELETE FROM entry WHERE channel = ? AND seq <= ?'),
    setFloor: db.prepare('UPDATE channel SET floor = ? WHERE id = ?'),
    deleteAirings: db.prepare(
      `DELETE FROM airing WHERE channel = ? AND stored < ? AND seq <= ?
       AND start < (SELECT max(start) FROM airing WHERE channel = ?)`,
    ),
    deleteRejects: db.prepare('DELETE FROM reject WHERE stored < ?'),
  }
}
