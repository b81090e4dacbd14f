import type { StatementSync } from 'node:sqlite'
import type { Airing, ChannelTrack, Cue, Gap } from '../../../../protocol/api.ts'
import type { CcrError } from '../../../../protocol/codes.ts'
import type { CuePage, CueQuery } from '../../../ports/archive.ts'
import type { LogEntry } from '../../../ports/log.ts'
import { compareCues, cueIdentity, formatCursor, parseCursor } from '../../cue-order.ts'
import { listTracks } from '../../log-rules.ts'
import { supersededRuns } from '../../revisions.ts'
import { snapshot } from '../database.ts'
import { announcedRuns, type LogChannel, type LogReader } from '../log/log-reader.ts'
import { monthStartMs } from './months.ts'
import { integer, json, rows } from '../rows.ts'
import type { Troubles } from './troubles.ts'
import { farAwayMs, type SpanKind } from './volume-schema.ts'
import type { SpanQuery } from './volume-reader.ts'
import type { Volumes } from './volumes.ts'

/** What of a channel is in no volume yet, and where to look for the rest: one moment of the log. */
interface Moment {
  readonly position: CuePage['position']
  readonly unfiled: readonly LogEntry[]
  /** Ascending. */
  readonly months: readonly number[]
  readonly superseded: ReadonlySet<string>
}

/** Channels whose unfiled entries are kept for the next question. */
const maxUnfiled = 32

/** A month that cannot be read ends a page: what lies before it is still complete. */
interface Unread {
  readonly month: number
  readonly failure: CcrError
}

export interface SpansInput {
  readonly kind: SpanKind
  readonly channel: string
  /** Only those that began then or later; earlier months are not looked into. */
  readonly startFromMs?: number
  readonly fromMs: number
  readonly toMs: number
  readonly limit: number
}

/**
 * The union of log and volumes. The log is looked at first: what the filer moves afterwards is then
 * seen twice, and merged by identity, but never missed.
 */
export class ArchiveReader {
  readonly #log: LogReader
  readonly #volumes: Volumes
  readonly #troubles: Troubles
  readonly #unfiled = new Map<string, { readonly key: string; readonly entries: LogEntry[] }>()
  readonly #sql: Record<'months' | 'revised' | 'tracks', StatementSync>

  constructor(log: LogReader, volumes: Volumes, troubles: Troubles) {
    this.#log = log
    this.#volumes = volumes
    this.#troubles = troubles
    const { db } = log
    this.#sql = {
      months: db.prepare('SELECT month FROM shelf WHERE channel = ? ORDER BY month'),
      revised: db.prepare('SELECT announced FROM run WHERE channel = ? AND original IS NOT NULL'),
      tracks: db.prepare('SELECT tracks FROM channel WHERE name = ?'),
    }
  }

  /** Undefined when the log has never heard of the channel. */
  cues(query: CueQuery): CuePage | undefined {
    const after = query.cursor === null ? null : parseCursor(query.cursor)
    const moment = this.#moment(query.channel)
    if (moment === undefined) return undefined
    const direction = query.order === 'oldest' ? 1 : -1
    const fromMs = query.from === null ? -Infinity : Date.parse(query.from)
    const toMs = query.to === null ? Infinity : Date.parse(query.to)
    const wanted = (cue: Cue): boolean => {
      const startMs = Date.parse(cue.start)
      return (
        startMs >= fromMs &&
        startMs < toMs &&
        (query.tracks === null || query.tracks.includes(cue.track)) &&
        (query.run === null ? !moment.superseded.has(cue.run) : cue.run === query.run) &&
        (after === null || compareCues(cue, after) * direction > 0)
      )
    }
    const found = new Map<string, Cue>()
    let unread: Unread | undefined
    for (const cues of this.#slots(query, moment.months, fromMs, toMs)) {
      if ('failure' in cues) {
        unread = cues
        break
      }
      for (const cue of cues) if (wanted(cue)) found.set(cueIdentity(cue), cue)
      // Slots come in order: whatever is in the log, the page ends before the next one begins.
      if (found.size > query.limit) break
    }
    for (const entry of moment.unfiled)
      if (entry.type === 'cue' && wanted(entry.value))
        found.set(cueIdentity(entry.value), entry.value)
    const ordered = [...found.values()].sort((a, b) => compareCues(a, b) * direction)
    if (unread !== undefined) return pageBefore(unread, ordered, query, moment.position)
    const cues = ordered.slice(0, query.limit)
    const last = ordered.length > query.limit ? cues.at(-1) : undefined
    const cursor = last === undefined ? null : formatCursor(last)
    return { cues, cursor, position: moment.position }
  }

  spans<T extends Airing | Gap>(input: SpansInput): T[] {
    const { kind, channel, fromMs, toMs, startFromMs = -Infinity, limit } = input

    const moment = this.#moment(channel)
    if (moment === undefined) return []
    const unfiled = new Map<string, Airing | Gap>()
    for (const entry of moment.unfiled)
      if ((entry.type === 'airing' || entry.type === 'gap') && entry.type === kind)
        unfiled.set(entry.value.id, entry.value)
    const isWanted = (span: Airing | Gap): boolean =>
      touches(span, fromMs, toMs) && startMsOf(span) >= startFromMs
    const found: (Airing | Gap)[] = [...unfiled.values()].filter(isWanted)
    // Of each month enough are read that those told again in the log may fall away.
    const query = { kind, fromMs, toMs, limit: limit + unfiled.size }
    const filed = new Map<string, Airing | Gap>()
    for (const month of moment.months.toReversed()) {
      if (filed.size >= query.limit) break
      if (monthStartMs(month) >= toMs) continue
      if (monthStartMs(month + 1) <= startFromMs) break
      for (const span of this.#spansOf(month, channel, query)) {
        const other = filed.get(span.id)
        if (unfiled.has(span.id) || !isWanted(span)) continue
        if (other === undefined || other.position.seq < span.position.seq) filed.set(span.id, span)
      }
    }
    found.push(...filed.values())
    found.sort((a, b) => startMsOf(b) - startMsOf(a) || b.position.seq - a.position.seq)
    return found.slice(0, limit) as T[]
  }

  tracks(channel: string): ChannelTrack[] {
    const row = this.#sql.tracks.get(channel)
    return row === undefined
      ? []
      : listTracks(new Map(json(row, 'tracks') as [string, string | null][]))
  }

  #moment(name: string): Moment | undefined {
    return snapshot(this.#log.db, () => {
      const channel = this.#log.channel(name)
      if (channel === undefined) return undefined
      const { id, epoch, tip } = channel
      return {
        position: { epoch, seq: tip },
        unfiled: this.#readUnfiled(channel),
        months: rows(this.#sql.months, id).map((row) => integer(row, 'month')),
        superseded: this.#superseded(id),
      }
    })
  }

  /** A search asks for many stretches of one moment. */
  #readUnfiled(channel: LogChannel): readonly LogEntry[] {
    const { name, epoch, tip, filed } = channel
    const key = `${epoch} ${filed} ${tip}`
    const known = this.#unfiled.get(name)
    if (known?.key === key) return known.entries
    const entries = this.#log.entries(channel, filed, tip - filed)
    this.#unfiled.delete(name)
    this.#unfiled.set(name, { key, entries })
    const oldest = this.#unfiled.size > maxUnfiled ? this.#unfiled.keys().next() : undefined
    if (oldest?.done === false) this.#unfiled.delete(oldest.value)
    return entries
  }

  #superseded(channel: number): Set<string> {
    return supersededRuns(announcedRuns(rows(this.#sql.revised, channel)))
  }

  #spansOf(month: number, channel: string, query: SpanQuery): (Airing | Gap)[] {
    const read = (): (Airing | Gap)[] => this.#volumes.openFiled(month)?.spans(channel, query) ?? []
    try {
      return read()
    } catch (error) {
      throw this.#volumes.failure(this.#troubles, month, error, read)
    }
  }

  *#slots(
    query: CueQuery,
    months: readonly number[],
    fromMs: number,
    toMs: number,
  ): Generator<readonly Cue[] | Unread> {
    const { channel, order, tracks, run } = query
    // The cursor is where the page begins: slots beyond it need not be opened.
    const atMs = query.cursor === null ? null : Date.parse(parseCursor(query.cursor).start)
    const low = atMs === null || order === 'newest' ? fromMs : Math.max(fromMs, atMs)
    const high = atMs === null || order === 'oldest' ? toMs : Math.min(toMs, atMs + 1)
    for (const month of order === 'oldest' ? months : months.toReversed()) {
      if (monthStartMs(month + 1) <= low || monthStartMs(month) >= high) continue
      const read = (): Generator<Cue[]> | undefined =>
        this.#volumes.openFiled(month)?.slots(channel, low, high, order, { tracks, run })
      try {
        yield* read() ?? []
      } catch (error) {
        const again = (): void => [...(read() ?? [])].forEach(() => undefined)
        yield { month, failure: this.#volumes.failure(this.#troubles, month, error, again) }
        return
      }
    }
  }
}

/** What lies before a month that cannot be read, in the asked order; the page after it tells why it ends. */
function pageBefore(
  { month, failure }: Unread,
  ordered: readonly Cue[],
  { order, limit }: CueQuery,
  position: CuePage['position'],
): CuePage {
  const cues = ordered
    .filter(({ start }) =>
      order === 'oldest'
        ? Date.parse(start) < monthStartMs(month)
        : Date.parse(start) >= monthStartMs(month + 1),
    )
    .slice(0, limit)
  const last = cues.at(-1)
  if (last === undefined) throw failure
  return { cues, cursor: formatCursor(last), position }
}

function touches(span: Airing | Gap, fromMs: number, toMs: number): boolean {
  const startMs = startMsOf(span)
  const end = 'from' in span ? span.to : span.end
  const endMs = end === null ? farAwayMs : Date.parse(end)
  return endMs > startMs && startMs < toMs && endMs > fromMs
}

function startMsOf(span: Airing | Gap): number {
  return Date.parse('from' in span ? span.from : span.start)
}
