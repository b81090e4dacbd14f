import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Airing, Cue, Gap } from '../../../../protocol/api.ts'
import { compareCues, cueIdentity } from '../../rules/cue-order.ts'
import { snapshot, rows } from '../database.ts'
import type { BlockCache } from './block-cache.ts'
import { monthStartMs } from './months.ts'
import { blob, integer, json, text, type Row } from '../../rules/columns.ts'
import {
  blockKey,
  maxPart,
  maxSlot,
  slotMs,
  slotOfKey,
  spanKinds,
  type SpanKind,
} from './volume-schema.ts'

export interface SpanQuery {
  readonly kind: SpanKind
  readonly fromMs: number
  readonly toMs: number
  readonly limit: number
}

export interface BinFile {
  readonly part: number
  readonly run: string
  readonly format: number
  readonly path: string
  readonly upTo: number
  readonly chunks: Uint8Array
}

/** Which cues of a volume are wanted; slots that hold none of them are not opened. */
export interface BlockFilter {
  readonly tracks: readonly string[] | null
  readonly run: string | null
}

interface SlotRange {
  readonly channel: number
  readonly first: number
  readonly last: number
  readonly order: 'oldest' | 'newest'
  readonly filter: BlockFilter
}

/** As many as a minute and what is said around it may lie in. */
const fewSlots = 3
/** Cues of some 40 slots are kept besides those of the cache of blocks, mostly the same ones. */
const maxSlots = 40

/** Reads one month. */
export class VolumeReader {
  readonly #db: DatabaseSync
  readonly #startMs: number
  readonly #month: number
  readonly #blocks: BlockCache
  /** Numbers, which are given out once. */
  readonly #channels = new Map<string, number>()
  /** What was read of few slots, until another connection writes. */
  readonly #slots = new Map<string, readonly (readonly Cue[])[]>()
  #version = -1
  readonly #sql: Record<
    | 'channel'
    | 'ascending'
    | 'descending'
    | 'spans'
    | 'span'
    | 'allSpans'
    | 'hasSpan'
    | 'nextHour'
    | 'nextFile'
    | 'upTo'
    | 'version',
    StatementSync
  >

  constructor(db: DatabaseSync, month: number, blocks: BlockCache) {
    this.#db = db
    this.#month = month
    this.#blocks = blocks
    this.#startMs = monthStartMs(month)
    const select = 'SELECT key, runs, tracks, cues FROM block WHERE key >= ? AND key <= ?'
    this.#sql = {
      channel: db.prepare('SELECT id FROM channel WHERE name = ?'),
      ascending: db.prepare(`${select} ORDER BY key`),
      descending: db.prepare(`${select} ORDER BY key DESC`),
      spans: db.prepare(
        `SELECT value FROM span WHERE kind = ? AND channel = ? AND until > ? AND start < ?
         AND until > start ORDER BY start DESC, seq DESC LIMIT ?`,
      ),
      span: db.prepare('SELECT value FROM span WHERE kind = ? AND channel = ? AND id = ?'),
      allSpans: db.prepare('SELECT value FROM span WHERE kind = ?'),
      hasSpan: db.prepare(
        'SELECT 1 FROM span WHERE kind = ? AND channel = ? AND id = ? AND seq < ?',
      ),
      nextHour: db.prepare('SELECT min(hour) AS hour FROM bin_file WHERE channel = ? AND hour > ?'),
      nextFile: db.prepare(
        'SELECT * FROM bin_file WHERE channel = ? AND hour = ? AND part > ? ORDER BY part LIMIT 1',
      ),
      version: db.prepare('PRAGMA data_version'),
      upTo: db.prepare('SELECT max(up_to) AS up_to FROM bin_file WHERE channel = ? AND hour = ?'),
    }
  }

  close(): void {
    this.#db.close()
  }

  /** The cues of each slot that touches [fromMs, toMs), slot by slot in the asked direction; in a slot by time. */
  *slots(
    channel: string,
    fromMs: number,
    toMs: number,
    order: 'oldest' | 'newest',
    filter: BlockFilter,
  ): Generator<readonly Cue[]> {
    const id = this.#channel(channel)
    if (id === undefined) return
    const first = Math.max(0, Math.floor((fromMs - this.#startMs) / slotMs))
    const last = Math.min(maxSlot, Math.ceil((toMs - this.#startMs) / slotMs) - 1)
    if (first > last) return
    const range = { channel: id, first, last, order, filter }
    // A page of passages asks for the same few slots again and again.
    if (last - first < fewSlots) yield* this.#fewSlots(channel, range)
    else yield* this.#readSlots(channel, range)
  }

  #fewSlots(channel: string, range: SlotRange): readonly (readonly Cue[])[] {
    const version = integer(this.#sql.version.get() ?? {}, 'data_version')
    if (version !== this.#version) this.#slots.clear()
    this.#version = version
    const { first, last, order, filter } = range
    const key = `${range.channel} ${first} ${last} ${order} ${filter.run} ${filter.tracks?.join()}`
    let slots = this.#slots.get(key)
    if (slots === undefined) {
      slots = [...this.#readSlots(channel, range)]
      if (this.#slots.size >= maxSlots) this.#slots.clear()
      this.#slots.set(key, slots)
    }
    return slots
  }

  *#readSlots(
    channel: string,
    { channel: id, first, last, order, filter }: SlotRange,
  ): Generator<readonly Cue[]> {
    const statement = order === 'oldest' ? this.#sql.ascending : this.#sql.descending
    const low = blockKey({ channel: id, slot: first, part: 0 })
    const high = blockKey({ channel: id, slot: last, part: maxPart })
    let slot = -1
    let cues: readonly Cue[] = []
    for (const row of statement.iterate(low, high)) {
      const next = slotOfKey(integer(row, 'key'))
      if (next !== slot && cues.length > 0) {
        yield cues
        cues = []
      }
      slot = next
      if (!holds(row, filter)) continue
      const part = this.#blocks.read(this.#month, channel, row)
      // A part by itself has each cue once, and in order.
      cues = cues.length === 0 ? part : withoutRepeats([...cues, ...part])
    }
    if (cues.length > 0) yield cues
  }

  spans<T extends Airing | Gap>(channel: string, query: SpanQuery): T[] {
    const id = this.#channel(channel)
    if (id === undefined) return []
    const kind = spanKinds.indexOf(query.kind)
    return rows(this.#sql.spans, kind, id, query.fromMs, query.toMs, query.limit).map(
      (row) => json(row, 'value') as T,
    )
  }

  airing(channel: string, id: string): Airing | undefined {
    const known = this.#channel(channel)
    if (known === undefined) return undefined
    const row = this.#sql.span.get(spanKinds.indexOf('airing'), known, id)
    return row === undefined ? undefined : (json(row, 'value') as Airing)
  }

  /** All of the month, of every channel. */
  allSpans<T extends Airing | Gap>(kind: SpanKind): T[] {
    return rows(this.#sql.allSpans, spanKinds.indexOf(kind)).map((row) => json(row, 'value') as T)
  }

  /** Whether an airing or gap is here as it was told before a position. */
  hasSpan(kind: SpanKind, channel: string, id: string, beforeSeq: number): boolean {
    const known = this.#channel(channel)
    if (known === undefined) return false
    return this.#sql.hasSpan.get(spanKinds.indexOf(kind), known, id, beforeSeq) !== undefined
  }

  /** The next hour with files after one; undefined at the end. */
  nextBinHour(channel: string, after: number): number | undefined {
    const id = this.#channel(channel)
    if (id === undefined) return undefined
    const hour = this.#sql.nextHour.get(id, after)?.['hour']
    return typeof hour === 'number' ? hour : undefined
  }

  /**
   * The next file of an hour, and the number of the last log row that is in any of them; 0 when there is none.
   * Of one moment: a file put away between the two would be passed over with all it holds.
   */
  binFiles(channel: string, hour: number, afterPart: number): { file?: BinFile; upTo: number } {
    return snapshot(this.#db, () => {
      const file = this.#nextBinFile(channel, hour, afterPart)
      const upTo = this.#binsFiled(channel, hour)
      return file === undefined ? { upTo } : { file, upTo }
    })
  }

  #nextBinFile(channel: string, hour: number, afterPart: number): BinFile | undefined {
    const id = this.#channel(channel)
    const row = id === undefined ? undefined : this.#sql.nextFile.get(id, hour, afterPart)
    if (row === undefined) return undefined
    return {
      part: integer(row, 'part'),
      run: text(row, 'run'),
      format: integer(row, 'format'),
      path: text(row, 'path'),
      upTo: integer(row, 'up_to'),
      chunks: blob(row, 'chunks'),
    }
  }

  #binsFiled(channel: string, hour: number): number {
    const id = this.#channel(channel)
    const upTo = id === undefined ? null : this.#sql.upTo.get(id, hour)?.['up_to']
    return typeof upTo === 'number' ? upTo : 0
  }

  #channel(name: string): number | undefined {
    let id = this.#channels.get(name)
    if (id !== undefined) return id
    const row = this.#sql.channel.get(name)
    if (row === undefined) return undefined
    id = integer(row, 'id')
    this.#channels.set(name, id)
    return id
  }
}

function holds(row: Row, { tracks, run }: BlockFilter): boolean {
  if (run !== null && !(json(row, 'runs') as string[]).includes(run)) return false
  return (
    tracks === null || (json(row, 'tracks') as string[]).some((track) => tracks.includes(track))
  )
}

/** A crash between two databases can leave a cue in two parts of a slot. */
function withoutRepeats(cues: Cue[]): Cue[] {
  const seen = new Map(cues.map((cue) => [cueIdentity(cue), cue]))
  return [...seen.values()].sort(compareCues)
}
