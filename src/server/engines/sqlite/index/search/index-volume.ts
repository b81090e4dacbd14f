import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { firstCharacter } from '../../../../../query/language/parse-words.ts'
import type { Word } from '../../../../../query/language/query.ts'
import { blob, integer, json, text } from '../../../rules/columns.ts'
import { rows } from '../../database.ts'
import {
  decodeCues,
  decodeMinutes,
  decodeStretches,
  type CueTable,
  type MinuteTable,
  type Stretch,
} from '../format/chunk.ts'
import { decodeHours, type HourTable } from '../format/hours.ts'
import { chunkOf, postingKey, versionWithHours } from '../format/index-schema.ts'
import { readPosting, union, type PositionList } from '../format/posting.ts'
import type { Searchable, WordHours } from './searchable.ts'
import { PostingCache } from './posting-cache.ts'
import { TableCache } from './table-cache.ts'
import type { StreamKey } from '../../../rules/search/stream-key.ts'

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
    | 'holders'
    | 'hours'
    | 'hoursOnce'
    | 'term'
    | 'prefix'
    | 'streams'
    | 'channels',
    StatementSync
  >
  readonly #tables: TableCache
  readonly #lists: PostingCache
  #version = -1
  #chunks = new Map<string, SealedChunk>()
  readonly #streams: StreamKey[] = []
  #sealed = new Map<string, number>()
  /** What was looked up of words and terms, until something is new. */
  readonly #words = new Map<string, readonly number[]>()
  readonly #holders = new Map<number, Int32Array>()
  readonly #hours = new Map<number, ReadonlyMap<number, Uint8Array>>()
  newestFirst: readonly SealedChunk[] = []
  oldestFirst: readonly SealedChunk[] = []
  #file = ''

  constructor(
    db: DatabaseSync,
    month: number,
    tables: TableCache = new TableCache(),
    lists: PostingCache = new PostingCache(),
  ) {
    this.month = month
    this.#lists = lists
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
      holders: db.prepare('SELECT key FROM posting WHERE key >= ? AND key < ?'),
      hours: db.prepare(
        hasHours(db)
          ? 'SELECT key, counts FROM hours WHERE key >= ? AND key < ?'
          : 'SELECT 0 AS key, NULL AS counts WHERE ? > ?',
      ),
      hoursOnce: db.prepare(
        hasHours(db)
          ? 'SELECT counts FROM hours WHERE key = ?'
          : 'SELECT NULL AS counts WHERE ? IS NULL',
      ),
      term: db.prepare('SELECT id FROM term WHERE text = ?'),
      prefix: db.prepare('SELECT id FROM term WHERE text >= ? AND text < ?'),
      streams: db.prepare('SELECT id, channel, run, track FROM stream WHERE id > ? ORDER BY id'),
      channels: db.prepare('SELECT name, seq FROM channel'),
    }
  }

  /** The same for the same content. */
  get name(): string {
    return `${this.#file}.${this.#version}`
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
    this.#file = file
    for (const known of [this.#words, this.#holders, this.#hours]) known.clear()
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
    this.newestFirst = [...chunks.values()].sort((a, b) => b.lastMinute - a.lastMinute)
    this.oldestFirst = [...chunks.values()].sort((a, b) => a.firstMinute - b.firstMinute)
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

  holds(word: Word, chunk: number): boolean {
    return this.terms(word).some((term) => this.#chunksOf(term).includes(chunk))
  }

  positions(word: Word, { id, name }: SealedChunk): PositionList {
    return this.#lists.get(`${name} ${word.match} ${word.term}`, () =>
      union(this.#postings(word, id).map(readPosting)),
    )
  }

  /** Of the terms that a word stands for, where each stands in a chunk; still packed. */
  #postings(word: Word, chunk: number): Uint8Array[] {
    return this.terms(word).flatMap((term) => {
      if (!this.#chunksOf(term).includes(chunk)) return []
      return blob(this.#sql.posting.get(postingKey(term, chunk)) ?? {}, 'positions')
    })
  }

  /** As `hourCounts`, for who asks of each term of a chunk once. */
  hourCountsOnce(term: number, chunk: number): Uint8Array | undefined {
    const row = this.#sql.hoursOnce.get(postingKey(term, chunk))
    return row === undefined ? undefined : blob(row, 'counts')
  }

  /** In how many places a term stands in each hour of a chunk, packed; undefined where that is not counted. */
  hourCounts(term: number, chunk: number): Uint8Array | undefined {
    const counts = remembered(this.#hours, term, maxHours, () => {
      const found = rows(this.#sql.hours, postingKey(term, 0), postingKey(term + 1, 0))
      return new Map(found.map((row) => [chunkOf(integer(row, 'key')), blob(row, 'counts')]))
    })
    return counts.get(chunk)
  }

  #chunksOf(term: number): Int32Array {
    return remembered(this.#holders, term, maxHolders, () => {
      const found = rows(this.#sql.holders, postingKey(term, 0), postingKey(term + 1, 0))
      return Int32Array.from(found, (row) => chunkOf(integer(row, 'key')))
    })
  }

  hourTable(chunk: SealedChunk): HourTable {
    return this.#tables.hours(chunk, () => this.#readMinutes(chunk))
  }

  minutes(chunk: SealedChunk): MinuteTable {
    return this.#tables.minutes(chunk, () => this.#readMinutes(chunk))
  }

  cues(chunk: SealedChunk): CueTable {
    return this.#tables.cues(chunk, () => {
      const row = this.#sql.cues.get(chunk.id) ?? {}
      const labels = json(row, 'labels') as (string | null)[]
      return decodeCues(blob(row, 'cues'), chunk.stretches, labels)
    })
  }

  #readMinutes({ id, stretches }: SealedChunk): MinuteTable {
    return decodeMinutes(blob(this.#sql.minutes.get(id) ?? {}, 'minutes'), stretches)
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

/** Terms of which a volume keeps in mind in which chunks they are, a few hundred bytes each: as many as a prefix may have. */
const maxHolders = 20_000
/** Terms of which it keeps in mind how often they were said in each hour, some 30 KB each in a large month. */
const maxHours = 32

function remembered<T>(known: Map<number, T>, term: number, most: number, read: () => T): T {
  let value = known.get(term)
  if (value === undefined) {
    value = read()
    if (known.size >= most) known.clear()
    known.set(term, value)
  }
  return value
}

/** A month that was last written to by an older program has no such table. */
function hasHours(db: DatabaseSync): boolean {
  const row = db.prepare('PRAGMA user_version').get() ?? {}
  return integer(row, 'user_version') >= versionWithHours
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

  /** Before anything is read: most words are in few chunks. */
  mayHold(words: readonly Word[], required: ReadonlySet<number>): boolean {
    for (const [n, word] of words.entries())
      if (required.has(n) && !this.#volume.holds(word, this.id)) return false
    return true
  }

  positions(words: readonly Word[]): PositionList[] {
    return words.map((word) => this.#volume.positions(word, this))
  }

  hours(word: Word): WordHours | null {
    const [term, ...others] = this.#volume.terms(word)
    if (term === undefined || others.length > 0) return null
    const packed = this.#volume.hourCounts(term, this.id)
    if (packed === undefined) return null
    const table = this.#volume.hourTable(this)
    const positions = (): PositionList => this.#volume.positions(word, this)
    return { table, counts: decodeHours(packed, table), positions }
  }
}
