import type { StatementSync } from 'node:sqlite'
import type { Airing, Gap } from '../../../../protocol/api.ts'
import type { TimeSpan } from '../../../../protocol/time/time-spans.ts'
import { addMinutes, coverageOf } from '../../rules/coverage.ts'
import { snapshot, rows } from '../database.ts'
import type { LogReader } from '../log/log-reader.ts'
import { integer } from '../../rules/columns.ts'
import { monthStartMs } from './months.ts'
import { startMsOf, touches, under } from './spans.ts'
import { isDamage, type Troubles } from './troubles.ts'
import type { SpanKind } from './volume-schema.ts'
import type { SpanQuery, VolumeReader } from './volume-reader.ts'
import type { Volumes } from './volumes.ts'

export interface SpansInput {
  readonly kind: SpanKind
  readonly channel: string
  /** Only those that began then or later; earlier months are not looked into. */
  readonly startFromMs?: number
  readonly fromMs: number
  readonly toMs: number
  readonly limit: number
}

export interface MonitoredInput extends TimeSpan {
  readonly channels: readonly string[]
  /** Starts of the buckets in ms, and the end of the last. */
  readonly edges: readonly number[]
}

export interface AiringInput {
  readonly channel: string
  readonly id: string
}

/** Where to look for a channel's airings or gaps: one moment of the log. */
interface SpanMoment {
  readonly epoch: string
  /** Those in no volume yet, by their ids, as they were told last. */
  readonly unfiled: ReadonlyMap<string, Airing | Gap>
  /** Ascending. */
  readonly months: readonly number[]
}

/** Airings and gaps of volumes and of the log; the cues between them are not looked at. */
export class SpanReader {
  readonly #log: LogReader
  readonly #volumes: Volumes
  readonly #troubles: Troubles
  readonly #sql: Record<'months' | 'extents', StatementSync>

  constructor(log: LogReader, volumes: Volumes, troubles: Troubles) {
    this.#log = log
    this.#volumes = volumes
    this.#troubles = troubles
    this.#sql = {
      months: log.db.prepare('SELECT month FROM shelf WHERE channel = ? ORDER BY month'),
      extents: log.db.prepare(
        `SELECT from_ms, to_ms FROM run_extent WHERE to_ms > ? AND from_ms < ?
         AND channel = (SELECT id FROM channel WHERE name = ?)`,
      ),
    }
  }

  /** Those that touch the range, the latest first. */
  list<T extends Airing | Gap>(input: SpansInput): T[] {
    const { kind, channel, fromMs, toMs, startFromMs = -Infinity, limit } = input
    const moment = this.#moment(channel, kind)
    if (moment === undefined) return []
    const { unfiled, epoch } = moment
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
        if (other === undefined || other.position.seq < span.position.seq)
          filed.set(span.id, under(epoch, span))
      }
    }
    found.push(...filed.values())
    found.sort((a, b) => startMsOf(b) - startMsOf(a) || b.position.seq - a.position.seq)
    return found.slice(0, limit) as T[]
  }

  airing({ channel, id }: AiringInput): Airing | null {
    const moment = this.#moment(channel, 'airing')
    if (moment === undefined) return null
    const told = moment.unfiled.get(id)
    if (told !== undefined) return told as Airing
    // A start that was told anew can have left an older telling in another month.
    const found = moment.months.flatMap(
      (month) => this.#read(month, (volume) => volume?.airing(channel, id)) ?? [],
    )
    const last = found.sort((a, b) => b.position.seq - a.position.seq)[0]
    return last === undefined ? null : under(moment.epoch, last)
  }

  coverage(input: Omit<SpansInput, 'kind' | 'limit'>): TimeSpan[] {
    const { channel, fromMs, toMs } = input
    const extents = rows(this.#sql.extents, fromMs, toMs, channel).map((row) => ({
      fromMs: integer(row, 'from_ms'),
      toMs: integer(row, 'to_ms'),
    }))
    const gaps = this.list<Gap>({ ...input, kind: 'gap', limit: 1_000_000 })
    return coverageOf(extents, gaps, { fromMs, toMs })
  }

  monitored({ channels, edges, ...span }: MonitoredInput): number[] {
    const minutes = edges.slice(1).map(() => 0)
    for (const channel of channels) addMinutes(minutes, edges, this.coverage({ channel, ...span }))
    return minutes
  }

  /** Undefined when the log has never heard of the channel. */
  #moment(name: string, kind: SpanKind): SpanMoment | undefined {
    return snapshot(this.#log.db, () => {
      const channel = this.#log.channel(name)
      if (channel === undefined) return undefined
      const unfiled = new Map<string, Airing | Gap>()
      for (const span of this.#log.spans(channel, kind, channel.filed)) unfiled.set(span.id, span)
      const months = rows(this.#sql.months, channel.id).map((row) => integer(row, 'month'))
      return { epoch: channel.epoch, unfiled, months }
    })
  }

  /** An earlier month that is damaged does not take this one with it: what it let reach into the range is left out. */
  #spansOf(month: number, channel: string, query: SpanQuery): (Airing | Gap)[] {
    try {
      return this.#read(month, (volume) => volume?.spans(channel, query)) ?? []
    } catch (error) {
      if (monthStartMs(month + 1) > query.fromMs || !isDamage(error)) throw error
      return []
    }
  }

  /** Reads in a month's volume; what fails there is told as damage of that month. */
  #read<T>(month: number, work: (volume: VolumeReader | undefined) => T): T {
    const read = (): T => work(this.#volumes.openFiled(month))
    try {
      return read()
    } catch (error) {
      throw this.#volumes.failure(this.#troubles, month, error, read)
    }
  }
}
