import type { DatabaseSync } from 'node:sqlite'
import { hourMs } from '../log/log-schema.ts'
import { longestAiringMs } from '../../rules/retention.ts'
import { openWritable, transaction, rows } from '../database.ts'
import { blob, integer, text, type Row } from '../../rules/columns.ts'
import { formatCueBlock, parseCueBlock } from './cue-block.ts'
import { monthStartMs } from './months.ts'
import {
  blockKey,
  farAwayMs,
  maxPart,
  maxSlot,
  slotMs,
  spanKinds,
  volumeMigrations,
  volumePageSize,
} from './volume-schema.ts'

export interface Erased {
  /** Files of original bytes that no row names any more, below `bin`. */
  readonly files: readonly string[]
  /** Nothing of the channel is left in the volume. */
  readonly isEmpty: boolean
}

/** A volume is written anew when so much of it is holes: what was removed is then off the disk. */
const holesWorthVacuum = 0.25

const pastSpans = `channel = ? AND (until <= ?
  OR (kind = ${spanKinds.indexOf('airing')} AND until = ${farAwayMs} AND start < ?))`

/** Removes from one month what is past a channel's retention. */
export class VolumeEraser implements Disposable {
  readonly #db: DatabaseSync
  readonly #startMs: number

  constructor(file: string, month: number) {
    this.#db = openWritable(file, volumeMigrations, volumePageSize)
    this.#startMs = monthStartMs(month)
  }

  /** Whether `erase` would find anything. */
  holds(name: string, beforeMs: number): boolean {
    const channel = this.#channel(name)
    if (channel === undefined) return false
    const { low, boundary } = this.#keys(channel, beforeMs)
    const ask = (sql: string, ...values: number[]): boolean =>
      this.#db.prepare(sql).get(...values) !== undefined
    return (
      ask('SELECT 1 FROM block WHERE key >= ? AND key < ? LIMIT 1', low, boundary) ||
      ask(
        `SELECT 1 FROM span WHERE ${pastSpans} LIMIT 1`,
        ...[channel, beforeMs, beforeMs - longestAiringMs],
      ) ||
      ask(
        'SELECT 1 FROM bin_file WHERE channel = ? AND hour < ? LIMIT 1',
        channel,
        hour(beforeMs),
      ) ||
      this.#boundaryBlocks(boundary).some((row) =>
        parseCueBlock(name, blob(row, 'cues')).some(({ start }) => Date.parse(start) < beforeMs),
      )
    )
  }

  erase(name: string, beforeMs: number): Erased {
    const channel = this.#channel(name)
    if (channel === undefined) return { files: [], isEmpty: true }
    const erased = transaction(this.#db, () => this.#erase(name, channel, beforeMs))
    this.#shrink()
    return erased
  }

  [Symbol.dispose](): void {
    this.#db.close()
  }

  #erase(name: string, channel: number, beforeMs: number): Erased {
    const { low, boundary, high } = this.#keys(channel, beforeMs)
    const run = (sql: string, ...values: number[]): unknown => this.#db.prepare(sql).run(...values)
    run('DELETE FROM block WHERE key >= ? AND key < ?', low, boundary)
    for (const row of this.#boundaryBlocks(boundary)) this.#cut(name, row, beforeMs)
    run(`DELETE FROM span WHERE ${pastSpans}`, channel, beforeMs, beforeMs - longestAiringMs)
    const files = rows(
      this.#db.prepare('DELETE FROM bin_file WHERE channel = ? AND hour < ? RETURNING path'),
      ...[channel, hour(beforeMs)],
    ).map((row) => text(row, 'path'))
    const left = (sql: string, ...values: number[]): boolean =>
      this.#db.prepare(sql).get(...values) !== undefined
    const hasCues = left('SELECT 1 FROM block WHERE key >= ? AND key <= ? LIMIT 1', low, high)
    if (!hasCues) run('DELETE FROM run WHERE channel = ?', channel)
    const hasOther = ['span', 'bin_file'].some((table) =>
      left(`SELECT 1 FROM ${table} WHERE channel = ? LIMIT 1`, channel),
    )
    return { files, isEmpty: !hasCues && !hasOther }
  }

  /** The ten minutes in which the retention ends keep their younger part. */
  #cut(name: string, row: Row, beforeMs: number): void {
    const key = integer(row, 'key')
    const all = parseCueBlock(name, blob(row, 'cues'))
    const kept = all.filter(({ start }) => Date.parse(start) >= beforeMs)
    if (kept.length === all.length) return
    if (kept.length === 0) {
      this.#db.prepare('DELETE FROM block WHERE key = ?').run(key)
      return
    }
    const distinct = (values: readonly string[]): string => JSON.stringify([...new Set(values)])
    this.#db
      .prepare('UPDATE block SET count = ?, runs = ?, tracks = ?, cues = ? WHERE key = ?')
      .run(
        kept.length,
        distinct(kept.map(({ run }) => run)),
        distinct(kept.map(({ track }) => track)),
        formatCueBlock(kept),
        key,
      )
  }

  #boundaryBlocks(boundary: number): Row[] {
    return rows(
      this.#db.prepare('SELECT key, cues FROM block WHERE key >= ? AND key <= ?'),
      ...[boundary, boundary + maxPart],
    )
  }

  /** Of the channel's first block, of the ten minutes in which `beforeMs` lies, and of its last. */
  #keys(channel: number, beforeMs: number): { low: number; boundary: number; high: number } {
    const past = Math.floor((beforeMs - this.#startMs) / slotMs)
    const slot = Math.min(Math.max(past, 0), maxSlot)
    return {
      low: blockKey({ channel, slot: 0, part: 0 }),
      boundary: blockKey({ channel, slot, part: 0 }),
      high: blockKey({ channel, slot: maxSlot, part: maxPart }),
    }
  }

  #shrink(): void {
    const pragma = (name: string): number =>
      Number(this.#db.prepare(`PRAGMA ${name}`).get()?.[name])
    if (pragma('freelist_count') < pragma('page_count') * holesWorthVacuum) return
    this.#db.exec('VACUUM')
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  }

  #channel(name: string): number | undefined {
    const row = this.#db.prepare('SELECT id FROM channel WHERE name = ?').get(name)
    return row === undefined ? undefined : integer(row, 'id')
  }
}

function hour(ms: number): number {
  return Math.floor(ms / hourMs)
}
