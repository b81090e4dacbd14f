import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Position } from '../../../../protocol/position.ts'
import type { AiringNote } from '../../rules/airing-notes.ts'
import { createEpoch } from '../../epoch.ts'
import { IdSpans } from '../../rules/id-spans.ts'
import { createWatchNote, type WatchNote } from '../../rules/log-holes.ts'
import {
  createProducerNote,
  createRunNote,
  type ChannelBook,
  type ProducerNote,
  type RunNote,
} from '../../rules/channel-book.ts'
import type { KnownRun } from '../../rules/revisions.ts'
import { integer, integerOrNull, json, text, textOrNull } from '../../rules/columns.ts'

/** A channel restarted daily stays below this for two months; its book is then read anew. */
const maxRunsInMemory = 64

/** A channel's book in memory, filled from the database as it is asked. */
export class SqliteBook implements ChannelBook {
  readonly id: number
  readonly channel: string
  readonly epoch: string
  tip: number
  fence: number
  floor: number
  bins: number
  readonly airings = new Map<string, AiringNote>()
  readonly tracks: Map<string, string | null>
  readonly watch: WatchNote
  readonly runIds = new Map<string, number>()
  readonly #producers = new Map<string, ProducerNote>()
  readonly #runs = new Map<string, RunNote>()
  readonly #shelves: Shelves

  constructor(shelves: Shelves, row: ReturnType<StatementSync['all']>[number]) {
    this.#shelves = shelves
    this.id = integer(row, 'id')
    this.channel = text(row, 'name')
    this.epoch = text(row, 'epoch')
    this.tip = integer(row, 'tip')
    this.fence = integer(row, 'fence')
    this.floor = integer(row, 'floor')
    this.bins = integer(row, 'bins')
    this.tracks = new Map(json(row, 'tracks') as [string, string | null][])
    const watch = shelves.watch.get(this.id)
    this.watch = watch === undefined ? createWatchNote() : (json(watch, 'note') as WatchNote)
    for (const airing of shelves.airings.all(this.id)) {
      const startMs = integer(airing, 'start')
      const endMs = integerOrNull(airing, 'end')
      this.airings.set(text(airing, 'id'), { id: text(airing, 'id'), startMs, endMs })
    }
  }

  get isLarge(): boolean {
    return this.#runs.size > maxRunsInMemory
  }

  producer(name: string): ProducerNote {
    let note = this.#producers.get(name)
    if (note === undefined) {
      const row = this.#shelves.producer.get(this.id, name)
      note = createProducerNote()
      if (row !== undefined) {
        note.received = integer(row, 'received')
        note.lastTimeMs = integerOrNull(row, 'last_ms')
        if (row['skip'] !== null) note.openSkip = json(row, 'skip') as ProducerNote['openSkip']
      }
      this.#producers.set(name, note)
    }
    return note
  }

  run(name: string): RunNote {
    let note = this.#runs.get(name)
    if (note === undefined) this.#runs.set(name, (note = this.#loadRun(name)))
    return note
  }

  /** The interned run; made when it is new. */
  runId(name: string): number {
    let id = this.runIds.get(name)
    if (id === undefined) {
      id = Number(this.#shelves.addRun.run(this.id, name).lastInsertRowid)
      this.runIds.set(name, id)
    }
    return id
  }

  #loadRun(name: string): RunNote {
    const note = createRunNote()
    const row = this.#shelves.run.get(this.id, name)
    if (row === undefined) return note
    const id = integer(row, 'id')
    this.runIds.set(name, id)
    if (textOrNull(row, 'announced') !== null) {
      const announced = json(row, 'announced') as KnownRun
      note.announced = announced
      note.live = announced.live
      for (const { track, language } of announced.tracks) note.languages.set(track, language)
    }
    for (const track of this.#shelves.runTracks.all(id))
      note.cues.set(text(track, 'track'), new IdSpans(json(track, 'cues') as [number, number][]))
    const bin = this.#shelves.runBin.get(id)
    if (bin !== undefined) {
      note.binProducer = text(bin, 'producer')
      note.binAtMs = integer(bin, 'at')
    }
    const extent = this.#shelves.runExtent.get(id)
    if (extent !== undefined)
      note.extent = { fromMs: integer(extent, 'from_ms'), toMs: integer(extent, 'to_ms') }
    return note
  }
}

interface Shelves {
  readonly airings: StatementSync
  readonly producer: StatementSync
  readonly run: StatementSync
  readonly addRun: StatementSync
  readonly runTracks: StatementSync
  readonly runBin: StatementSync
  readonly runExtent: StatementSync
  readonly watch: StatementSync
}

/** All channels' books. What a failed transaction has touched is dropped, and read anew. */
export class Books {
  readonly #books = new Map<string, SqliteBook>()
  /** Epochs given to channels that were new. */
  readonly #epochs = new Map<string, string>()
  readonly #channel: StatementSync
  readonly #addChannel: StatementSync
  readonly #shelves: Shelves

  constructor(db: DatabaseSync) {
    this.#channel = db.prepare('SELECT * FROM channel WHERE name = ?')
    this.#addChannel = db.prepare('INSERT INTO channel (name, epoch) VALUES (?, ?)')
    this.#shelves = {
      airings: db.prepare('SELECT id, start, "end" FROM airing WHERE channel = ? ORDER BY seq'),
      producer: db.prepare('SELECT * FROM producer WHERE channel = ? AND name = ?'),
      run: db.prepare('SELECT id, announced FROM run WHERE channel = ? AND name = ?'),
      addRun: db.prepare('INSERT INTO run (channel, name) VALUES (?, ?)'),
      runTracks: db.prepare('SELECT track, cues FROM run_track WHERE run = ?'),
      runBin: db.prepare('SELECT producer, at FROM run_bin WHERE run = ?'),
      runExtent: db.prepare('SELECT from_ms, to_ms FROM run_extent WHERE run = ?'),
      watch: db.prepare('SELECT note FROM watch WHERE channel = ?'),
    }
  }

  /** The channel's book; inside a transaction a new channel is made. */
  open(channel: string): SqliteBook {
    const known = this.#books.get(channel)
    if (known !== undefined && !known.isLarge) return known
    let row = this.#channel.get(channel)
    if (row === undefined) {
      this.#addChannel.run(channel, this.#epoch(channel))
      row = this.#channel.get(channel)
    }
    if (row === undefined) throw new Error(`channel ${channel} was not made`)
    const book = new SqliteBook(this.#shelves, row)
    this.#books.set(channel, book)
    return book
  }

  /** Reads only: where a channel stands that may not have been made yet. */
  peek(channel: string): Position {
    const row = this.#channel.get(channel)
    return row === undefined
      ? { epoch: this.#epoch(channel), seq: 0 }
      : { epoch: text(row, 'epoch'), seq: integer(row, 'tip') }
  }

  /** The same from its first telling on, also while it cannot be written. */
  #epoch(channel: string): string {
    let epoch = this.#epochs.get(channel)
    if (epoch === undefined) this.#epochs.set(channel, (epoch = createEpoch()))
    return epoch
  }

  has(channel: string): boolean {
    return this.#books.has(channel) || this.#channel.get(channel) !== undefined
  }

  forget(channel: string): void {
    this.#books.delete(channel)
  }
}
