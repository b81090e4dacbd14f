import { statSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Airing, Cue, Gap } from '../../../../protocol/api.ts'
import type { RunEvent } from '../../../../protocol/events.ts'
import { compareCues, cueIdentity } from '../../rules/cue-order.ts'
import { formatCueBlock, parseCueBlock } from './cue-block.ts'
import { openWritable, transaction } from '../database.ts'
import { groupBy } from '../group-by.ts'
import { monthStartMs } from './months.ts'
import { blob, integer } from '../../rules/columns.ts'
import {
  blockKey,
  farAwayMs,
  maxPart,
  partOfKey,
  slotMs,
  spanKinds,
  volumeMigrations,
  volumePageSize,
  type SpanKind,
} from './volume-schema.ts'

/** A slot with more cues goes on in another part, so that filing costs no more as it grows. */
const maxCuesPerBlock = 2000

/** A file of original bytes that is safe on disk. */
export interface FiledBin {
  readonly hour: number
  readonly part: number
  readonly run: string
  readonly format: number
  readonly path: string
  readonly upTo: number
  readonly firstMs: number
  readonly lastMs: number
  readonly rawBytes: number
  readonly bytes: number
  readonly chunks: Uint8Array
}

/** Files into one month. Everything is an upsert by identity: filing twice is filing once. */
export class VolumeWriter {
  readonly #db: DatabaseSync
  readonly #file: string
  readonly #inode: number
  readonly #startMs: number
  readonly #channels = new Map<string, number>()
  readonly #sql: ReturnType<typeof prepare>

  constructor(file: string, month: number) {
    this.#db = openWritable(file, volumeMigrations, volumePageSize)
    this.#file = file
    this.#inode = statSync(file).ino
    this.#startMs = monthStartMs(month)
    this.#sql = prepare(this.#db)
  }

  close(): void {
    this.#db.close()
  }

  /** False when the file has been taken away or replaced: what is written now would be lost with it. */
  get isInPlace(): boolean {
    return statSync(this.#file, { throwIfNoEntry: false })?.ino === this.#inode
  }

  /** Durable when it returns. */
  transaction(work: () => void): void {
    try {
      transaction(this.#db, work)
      if (!this.isInPlace) throw new Error('it was taken away while it was written')
    } catch (error) {
      // An interned channel may have gone with the transaction.
      this.#channels.clear()
      throw error
    }
  }

  addCues(channel: string, cues: readonly Cue[]): void {
    const slots = groupBy(cues, ({ start }) =>
      Math.floor((Date.parse(start) - this.#startMs) / slotMs),
    )
    for (const [slot, found] of slots) this.#addToSlot(channel, slot, found)
  }

  addRun(channel: string, run: RunEvent): void {
    this.#sql.setRun.run(this.#channel(channel), run.run, JSON.stringify(run))
  }

  setSpan(kind: SpanKind, channel: string, value: Airing | Gap): void {
    const [start, end] = 'from' in value ? [value.from, value.to] : [value.start, value.end]
    this.#sql.setSpan.run(
      spanKinds.indexOf(kind),
      this.#channel(channel),
      value.id,
      Date.parse(start),
      end === null ? farAwayMs : Date.parse(end),
      value.position.seq,
      JSON.stringify(value),
    )
  }

  /** Removes what a later telling has moved to another month. */
  removeSpan(kind: SpanKind, channel: string, id: string, beforeSeq: number): void {
    this.#sql.removeSpan.run(spanKinds.indexOf(kind), this.#channel(channel), id, beforeSeq)
  }

  lastBin(channel: string, hour: number): { readonly part: number; readonly upTo: number } {
    const row = this.#sql.lastBin.get(this.#channel(channel), hour)
    return row === undefined
      ? { part: 0, upTo: 0 }
      : { part: integer(row, 'part'), upTo: integer(row, 'up_to') }
  }

  addBin(channel: string, bin: FiledBin): void {
    this.#sql.addBin.run(
      this.#channel(channel),
      bin.hour,
      bin.part,
      bin.run,
      bin.format,
      bin.path,
      bin.upTo,
      bin.firstMs,
      bin.lastMs,
      bin.rawBytes,
      bin.bytes,
      bin.chunks,
    )
  }

  #addToSlot(name: string, slot: number, cues: readonly Cue[]): void {
    const channel = this.#channel(name)
    const low = blockKey({ channel, slot, part: 0 })
    const high = blockKey({ channel, slot, part: maxPart })
    const last = this.#sql.lastBlock.get(low, high)
    let key = low
    let all = cues
    if (last !== undefined) {
      const isFull = integer(last, 'count') >= maxCuesPerBlock
      key = integer(last, 'key')
      if (isFull && partOfKey(key) < maxPart) key++
      else all = [...parseCueBlock(name, blob(last, 'cues')), ...cues]
    }
    const unique = [...new Map(all.map((cue) => [cueIdentity(cue), cue])).values()]
    unique.sort(compareCues)
    const distinct = (values: readonly string[]): string => JSON.stringify([...new Set(values)])
    this.#sql.setBlock.run(
      key,
      unique.length,
      distinct(unique.map(({ run }) => run)),
      distinct(unique.map(({ track }) => track)),
      formatCueBlock(unique),
    )
  }

  #channel(name: string): number {
    let id = this.#channels.get(name)
    if (id === undefined) {
      this.#sql.addChannel.run(name)
      const row = this.#sql.channel.get(name)
      if (row === undefined) throw new Error(`channel ${name} was not made`)
      this.#channels.set(name, (id = integer(row, 'id')))
    }
    return id
  }
}

function prepare(
  db: DatabaseSync,
): Record<
  | 'channel'
  | 'addChannel'
  | 'lastBlock'
  | 'setBlock'
  | 'setRun'
  | 'setSpan'
  | 'removeSpan'
  | 'lastBin'
  | 'addBin',
  StatementSync
> {
  return {
    channel: db.prepare('SELECT id FROM channel WHERE name = ?'),
    addChannel: db.prepare('INSERT OR IGNORE INTO channel (name) VALUES (?)'),
    lastBlock: db.prepare(
      'SELECT key, count, cues FROM block WHERE key >= ? AND key <= ? ORDER BY key DESC LIMIT 1',
    ),
    setBlock: db.prepare('INSERT OR REPLACE INTO block VALUES (?, ?, ?, ?, ?)'),
    setRun: db.prepare('INSERT OR REPLACE INTO run VALUES (?, ?, ?)'),
    // Filing again after a crash must not put an earlier telling over a later one.
    setSpan: db.prepare(
      `INSERT INTO span VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET
       start = excluded.start, until = excluded.until, seq = excluded.seq, value = excluded.value
       WHERE excluded.seq >= span.seq`,
    ),
    removeSpan: db.prepare(
      'DELETE FROM span WHERE kind = ? AND channel = ? AND id = ? AND seq < ?',
    ),
    lastBin: db.prepare(
      'SELECT part, up_to FROM bin_file WHERE channel = ? AND hour = ? ORDER BY part DESC LIMIT 1',
    ),
    addBin: db.prepare('INSERT INTO bin_file VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
  }
}
