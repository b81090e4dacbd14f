import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { firstCharacter } from '../../../../../query/language/parse-words.ts'
import type { Word } from '../../../../../query/language/query.ts'
import { blob, integer, json, rows, text } from '../../rows.ts'
import {
  decodeCues,
  decodeMinutes,
  decodeStretches,
  type CueTable,
  type MinuteTable,
  type Stretch,
} from '../format/chunk.ts'
import { postingKey } from '../format/index-schema.ts'
import type { Searchable } from './searchable.ts'
import type { TableCache } from './table-cache.ts'
import type { StreamKey } from '../tail/tail-stream.ts'
import { decodeAscending } from '../format/varint.ts'

/** Reads the index of one month, as it is at one moment. */
export class IndexVolume {
  readonly month: number
  readonly db: DatabaseSync
  readonly #sql: Record<
    | 'version'
    | 'chunks'
    | 'chunk'
    | 'minutes'
    | 'cues'
    | 'posting'
    | 'term'
    | 'prefix'
    | 'streams'
    | 'channels',
    StatementSync
  >
  readonly #tables: TableCache
  #version = -1
  #chunks = new Map<string, SealedChunk>()
  readonly #streams: StreamKey[] = []
  #sealed = new Map<string, number>()
  readonly #words = new Map<string, readonly number[]>()

  constructor(db: DatabaseSync, month: number, tables: TableCache) {
    this.month = month
    this.#tables = tables
    this.db = db
    db.exec('PRAGMA cache_size = -32000; PRAGMA mmap_size = 1073741824')
    this.#sql = {
      version: db.prepare('SELECT version, file FROM state'),
      chunks: db.prepare('SELECT id, made FROM chunk ORDER BY id'),
      chunk: db.prepare('SELECT first_minute, last_minute, stretches FROM chunk WHERE id = ?'),
      minutes: db.prepare('SELECT minutes FROM chunk WHERE id = ?'),
      cues: db.prepare('SELECT cues, labels FROM chunk WHERE id = ?'),
      posting: db.prepare('SELECT positions FROM posting WHERE key = ?'),
      term: db.prepare('SELECT id FROM term WHERE text = ?'),
      prefix: db.prepare('SELECT id FROM term WHERE text >= ? AND text < ?'),
      streams: db.prepare('SELECT id, channel, run, track FROM stream WHERE id > ? ORDER BY id'),
      channels: db.prepare('SELECT name, seq FROM channel'),
    }
  }

  /** Grows with every change, 0 for an index without any. */
  get version(): number {
    return this.#version
  }

  get chunks(): Iterable<SealedChunk> {
    return this.#chunks.values()
  }

  /** Looks at what is new; inside a transaction all that is read afterwards is of the same moment. */
  refresh(): void {
    const state = this.#sql.version.get() ?? {}
    const version = integer(state, 'version')
    const file = text(state, 'file')
    if (version === this.#version) return
    this.#version = version
    this.#words.clear()
    this.#readStreams()
    this.#sealed = new Map(
      rows(this.#sql.channels).map((row) => [text(row, 'name'), integer(row, 'seq')]),
    )
    const chunks = new Map<string, SealedChunk>()
    for (const row of rows(this.#sql.chunks)) {
      const id = integer(row, 'id')
      const name = `${file}.${id}.${integer(row, 'made')}`
      chunks.set(name, this.#chunks.get(name) ?? this.#open(id, name))
    }
    this.#chunks = chunks
    const limits = new Map<number, number>()
    for (const chunk of [...chunks.values()].reverse()) chunk.take(limits)
  }

  /** Those that have anything here. */
  get channels(): Iterable<string> {
    return this.#sealed.keys()
  }

  sealedTo(channel: string): number {
    return this.#sealed.get(channel) ?? 0
  }

  /** The terms that a word of a query stands for. */
  terms(word: Word): readonly number[] {
    const key = `${word.match} ${word.term}`
    let terms = this.#words.get(key)
    if (terms === undefined) {
      terms = this.#findTerms(word)
      if (this.#words.size > 1000) this.#words.clear()
      this.#words.set(key, terms)
    }
    return terms
  }

  #findTerms({ term, match }: Word): readonly number[] {
    if (match === 'prefix')
      return rows(this.#sql.prefix, term, `${term}\u{10ffff}`).map((row) => integer(row, 'id'))
    const wanted = match === 'pair' ? [term, firstCharacter(term)] : [term]
    return wanted.flatMap((one) => {
      const row = this.#sql.term.get(one)
      return row === undefined ? [] : integer(row, 'id')
    })
  }

  /** Still packed. */
  posting(term: number, chunk: number): Uint8Array | undefined {
    const row = this.#sql.posting.get(postingKey(term, chunk))
    return row === undefined ? undefined : blob(row, 'positions')
  }

  minutes(chunk: SealedChunk): MinuteTable {
    return this.#tables.minutes(chunk, () =>
      decodeMinutes(blob(this.#sql.minutes.get(chunk.id) ?? {}, 'minutes'), chunk.stretches),
    )
  }

  cues(chunk: SealedChunk): CueTable {
    return this.#tables.cues(chunk, () => {
      const row = this.#sql.cues.get(chunk.id) ?? {}
      const labels = json(row, 'labels') as (string | null)[]
      return decodeCues(blob(row, 'cues'), chunk.stretches, labels)
    })
  }

  close(): void {
    this.db.close()
  }

  #open(id: number, name: string): SealedChunk {
    const row = this.#sql.chunk.get(id) ?? {}
    const stretches = decodeStretches(blob(row, 'stretches'))
    const keys = stretches.map(({ stream }) => {
      const key = this.#streams[stream]
      if (key === undefined) throw new Error(`the search index names a stream ${stream} it has not`)
      return key
    })
    return new SealedChunk(this, {
      ...{ id, name, stretches, keys },
      firstMinute: integer(row, 'first_minute'),
      lastMinute: integer(row, 'last_minute'),
    })
  }

  #readStreams(): void {
    for (const row of rows(this.#sql.streams, this.#streams.length - 1))
      this.#streams[integer(row, 'id')] = {
        channel: text(row, 'channel'),
        run: text(row, 'run'),
        track: text(row, 'track'),
      }
  }
}

interface SealedFields {
  readonly id: number
  readonly name: string
  readonly stretches: readonly Stretch[]
  readonly keys: readonly StreamKey[]
  readonly firstMinute: number
  readonly lastMinute: number
}

export class SealedChunk implements Searchable {
  readonly id: number
  readonly name: string
  readonly stretches: readonly Stretch[]
  readonly keys: readonly StreamKey[]
  readonly firstMinute: number
  readonly lastMinute: number
  readonly #volume: IndexVolume
  #limits: readonly number[] = []

  constructor(volume: IndexVolume, fields: SealedFields) {
    this.#volume = volume
    this.id = fields.id
    this.name = fields.name
    this.stretches = fields.stretches
    this.keys = fields.keys
    this.firstMinute = fields.firstMinute
    this.lastMinute = fields.lastMinute
  }

  /** Learns what chunks after it own, and adds what it owns itself. */
  take(limits: Map<number, number>): void {
    this.#limits = this.stretches.map(({ stream }) => limits.get(stream) ?? Infinity)
    for (const { stream, firstMinute } of this.stretches)
      limits.set(stream, Math.min(firstMinute, limits.get(stream) ?? Infinity))
  }

  limitOf(stretch: number): number {
    return this.#limits[stretch] ?? Infinity
  }

  minutes(): MinuteTable {
    return this.#volume.minutes(this)
  }

  cues(): CueTable {
    return this.#volume.cues(this)
  }

  positions(words: readonly Word[], required: ReadonlySet<number>): Int32Array[] | null {
    const packed: Uint8Array[][] = []
    for (const [n, word] of words.entries()) {
      const found = this.#volume
        .terms(word)
        .flatMap((term) => this.#volume.posting(term, this.id) ?? [])
      // Before anything is unpacked: most words are in few chunks.
      if (found.length === 0 && required.has(n)) return null
      packed.push(found)
    }
    return packed.map((lists) => {
      const found = lists.map(decodeAscending)
      const [only] = found
      if (found.length < 2) return only ?? new Int32Array(0)
      const all = new Int32Array(found.reduce((sum, one) => sum + one.length, 0))
      let at = 0
      for (const one of found) {
        all.set(one, at)
        at += one.length
      }
      return all.sort()
    })
  }
}
