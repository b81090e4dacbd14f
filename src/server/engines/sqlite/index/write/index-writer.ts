import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { openWritable, transaction } from '../../database.ts'
import { integer } from '../../../rules/columns.ts'
import type { IndexCue } from '../format/chunk.ts'
import { buildChunk, type BuiltChunk } from '../format/chunk-builder.ts'
import { indexMigrations, indexPageSize, maxChunk, postingKey } from '../format/index-schema.ts'
import type { StreamKey } from '../../../rules/search/stream-key.ts'
import { encodeAscending } from '../format/varint.ts'

export interface SealedStream {
  readonly key: StreamKey
  readonly cues: readonly IndexCue[]
  readonly ownFrom: number
  readonly ownTo: number
}

/** Writes the index of one month. */
export class IndexWriter {
  readonly db: DatabaseSync
  readonly #sql: ReturnType<typeof prepare>
  readonly #terms = new Map<string, number>()

  constructor(file: string) {
    this.db = openWritable(file, indexMigrations, indexPageSize)
    this.db.exec('PRAGMA cache_size = -16000')
    this.#sql = prepare(this.db)
  }

  close(): void {
    this.db.close()
  }

  /** Up to which position a channel's cues of this month are in chunks. */
  sealedTo(channel: string): number {
    const row = this.#sql.channel.get(channel)
    return row === undefined ? 0 : integer(row, 'seq')
  }

  /** One chunk, and up to where it brings its channels. */
  add(streams: readonly SealedStream[], sealedTo: ReadonlyMap<string, number>): void {
    this.change((version) => {
      if (streams.length > 0) {
        const stretches = streams.map(({ key, ...rest }) => ({
          stream: this.#stream(key),
          ...rest,
        }))
        const last = this.#sql.lastChunk.get()
        const id = last === undefined ? 0 : integer(last, 'id') + 1
        if (id > maxChunk) throw new RangeError('a month of the search index has too many chunks')
        this.write(
          id,
          version,
          buildChunk(stretches, (term) => this.#term(term)),
        )
      }
      for (const [channel, seq] of sealedTo) this.#sql.setChannel.run(channel, seq)
    })
  }

  /** Runs `work` in a transaction that makes the next version. */
  change(work: (version: number) => void): void {
    try {
      transaction(this.db, () => {
        const version = integer(this.#sql.nextVersion.get() ?? {}, 'version')
        work(version)
      })
    } catch (error) {
      // Terms may have gone with the transaction.
      this.#terms.clear()
      throw error
    }
  }

  /** In a transaction. */
  write(id: number, version: number, { columns, terms }: BuiltChunk): void {
    const ordered = [...terms].sort(([a], [b]) => a - b)
    for (const [term, { positions, hours }] of ordered) {
      this.#sql.addPosting.run(postingKey(term, id), positions)
      if (hours !== undefined) this.#sql.addHours.run(postingKey(term, id), hours)
    }
    const numbers = encodeAscending(ordered.map(([term]) => term))
    const { tokens, firstMinute, lastMinute, stretches, minutes, cues, labels } = columns
    this.#sql.addChunk.run(
      ...[id, version, tokens, firstMinute, lastMinute, stretches, minutes, cues],
      ...[JSON.stringify(labels), numbers],
    )
  }

  #stream({ channel, run, track }: StreamKey): number {
    this.#sql.addStream.run(channel, run, track)
    return integer(this.#sql.stream.get(channel, run, track) ?? {}, 'id')
  }

  #term(text: string): number {
    let id = this.#terms.get(text)
    if (id !== undefined) return id
    const row = this.#sql.term.get(text)
    if (row === undefined) {
      id = integer(this.#sql.nextTerm.get() ?? {}, 'terms')
      this.#sql.addTerm.run(text, id)
    } else id = integer(row, 'id')
    if (this.#terms.size > 200_000) this.#terms.clear()
    this.#terms.set(text, id)
    return id
  }
}

function prepare(
  db: DatabaseSync,
): Record<
  | 'channel'
  | 'setChannel'
  | 'lastChunk'
  | 'nextVersion'
  | 'addStream'
  | 'stream'
  | 'term'
  | 'nextTerm'
  | 'addTerm'
  | 'addChunk'
  | 'addPosting'
  | 'addHours',
  StatementSync
> {
  return {
    channel: db.prepare('SELECT seq FROM channel WHERE name = ?'),
    setChannel: db.prepare('INSERT OR REPLACE INTO channel VALUES (?, ?)'),
    lastChunk: db.prepare('SELECT id FROM chunk ORDER BY id DESC LIMIT 1'),
    nextVersion: db.prepare('UPDATE state SET version = version + 1 RETURNING version'),
    addStream: db.prepare('INSERT OR IGNORE INTO stream VALUES (NULL, ?, ?, ?)'),
    stream: db.prepare('SELECT id FROM stream WHERE channel = ? AND run = ? AND track = ?'),
    term: db.prepare('SELECT id FROM term WHERE text = ?'),
    nextTerm: db.prepare('UPDATE state SET terms = terms + 1 RETURNING terms'),
    addTerm: db.prepare('INSERT INTO term VALUES (?, ?)'),
    addChunk: db.prepare('INSERT INTO chunk VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    addPosting: db.prepare('INSERT INTO posting VALUES (?, ?)'),
    addHours: db.prepare('INSERT INTO hours VALUES (?, ?)'),
  }
}
