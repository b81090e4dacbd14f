import type { StatementSync } from 'node:sqlite'
import type { Airing, ChannelTrack, Cue, Gap } from '../../../../protocol/api.ts'
import type {
  ArchivedRun,
  CuePage,
  CueQuery,
  FilePage,
  FilePlace,
  FileRequest,
  Range,
  SpanRange,
  Tally,
} from '../../../ports/archive.ts'
import type { LogEntry } from '../../../ports/log.ts'
import { tallyOf } from '../../rules/coverage.ts'
import { compareCues, formatCursor, parseCursor } from '../../rules/cue-order.ts'
import { makeFilePage } from '../../rules/file-page.ts'
import { listTracks } from '../../rules/channel-book.ts'
import {
  revisionsOf,
  supersededRuns,
  withRevision,
  type KnownRun,
  type Revision,
} from '../../rules/revisions.ts'
import { snapshot, rows } from '../database.ts'
import { announcedRuns, type LogReader } from '../log/log-reader.ts'
import { monthStartMs } from './months.ts'
import { integer, integerOrNull, json } from '../../rules/columns.ts'
import type { Troubles } from './troubles.ts'
import { eachOnce, firstFrom, startText } from './ordered-cues.ts'
import { SpanReader } from './span-reader.ts'
import { spanBounds, under } from './spans.ts'
import { UnfiledEntries } from './unfiled-entries.ts'
import { pageBefore, type Unread } from './unread.ts'
import type { SpanKind } from './volume-schema.ts'
import type { Volumes } from './volumes.ts'

/** What of a channel is in no volume yet, and where to look for the rest: one moment of the log. */
export interface LogMoment {
  readonly position: CuePage['position']
  readonly unfiled: readonly LogEntry[]
  /** Ascending. */
  readonly months: readonly number[]
  readonly superseded: ReadonlySet<string>
  readonly revisions: ReadonlyMap<string, Revision>
}

export interface FileInput {
  readonly request: FileRequest
  readonly place: FilePlace | null
  readonly want: 'bytes' | 'length'
}

export interface TallyInput extends Range {
  readonly channel: string
  readonly tracks: readonly string[] | null
}

/** Cues counted at a time: some megabytes of them. */
const tallyPage = 5000

/**
 * The union of log and volumes. The log is looked at first: what the filer moves afterwards is then
 * seen twice, and merged by identity, but never missed.
 */
export class ArchiveReader {
  readonly #log: LogReader
  readonly #volumes: Volumes
  readonly #troubles: Troubles
  readonly #unfiled: UnfiledEntries
  readonly spans: SpanReader
  readonly #sql: Record<'months' | 'revised' | 'tracks' | 'runs', StatementSync>

  constructor(log: LogReader, volumes: Volumes, troubles: Troubles) {
    this.#log = log
    this.#unfiled = new UnfiledEntries(log)
    this.spans = new SpanReader(log, volumes, troubles)
    this.#volumes = volumes
    this.#troubles = troubles
    const { db } = log
    this.#sql = {
      months: db.prepare('SELECT month FROM shelf WHERE channel = ? ORDER BY month'),
      revised: db.prepare('SELECT announced FROM run WHERE channel = ? AND original IS NOT NULL'),
      tracks: db.prepare('SELECT tracks FROM channel WHERE name = ?'),
      // Rows are made as runs are first heard of.
      runs: db.prepare(
        `SELECT announced, at FROM run LEFT JOIN run_bin ON run_bin.run = run.id
         WHERE channel = :channel AND announced IS NOT NULL AND id >
           coalesce((SELECT id FROM run WHERE channel = :channel AND name = :after), 0)
         ORDER BY id LIMIT :limit`,
      ),
    }
  }

  /** Undefined when the log has never heard of the channel. `every`: also runs that a later decode has replaced. */
  cues(query: CueQuery, every = false): CuePage | undefined {
    // One that is none is refused whatever the channel.
    if (query.cursor !== null) parseCursor(query.cursor)
    const moment = this.moment(query.channel)
    return moment === undefined ? undefined : this.cuesOf(moment, query, every)
  }

  /** The same, of a moment of its channel: who asks for many stretches looks at the log once. */
  cuesOf(moment: LogMoment, query: CueQuery, every = false): CuePage {
    const after = query.cursor === null ? null : parseCursor(query.cursor)
    const direction = query.order === 'oldest' ? 1 : -1
    const fromMs = query.from === null ? -Infinity : Date.parse(query.from)
    const toMs = query.to === null ? Infinity : Date.parse(query.to)
    const from = startText(fromMs)
    const to = startText(toMs)
    const wanted = (cue: Cue): boolean =>
      cue.start >= from &&
      cue.start < to &&
      (query.tracks === null || query.tracks.includes(cue.track)) &&
      (query.run === null ? every || !moment.superseded.has(cue.run) : cue.run === query.run) &&
      (after === null || compareCues(cue, after) * direction > 0)
    let found: Cue[] = []
    let unread: Unread | undefined
    for (const cues of this.#slots(query, moment.months, fromMs, toMs)) {
      if ('failure' in cues) {
        unread = cues
        break
      }
      for (let n = firstFrom(cues, from); n < cues.length; n++) {
        const cue = cues[n]
        if (cue === undefined || cue.start >= to) break
        if (wanted(cue)) found.push(under(moment.position.epoch, cue))
      }
      // Slots come in order: whatever is in the log, the page ends before the next one begins.
      if (found.length > query.limit) break
    }
    const unfiled = moment.unfiled.flatMap((entry) =>
      entry.type === 'cue' && wanted(entry.value) ? entry.value : [],
    )
    if (unfiled.length > 0) found = eachOnce([...found, ...unfiled])
    const ordered = found.sort((a, b) => compareCues(a, b) * direction)
    const revised = (cue: Cue): Cue => withRevision(cue, moment.revisions)
    if (unread !== undefined)
      return pageBefore(unread, ordered.map(revised), query, moment.position)
    const cues = ordered.slice(0, query.limit).map(revised)
    const last = ordered.length > query.limit ? cues.at(-1) : undefined
    const cursor = last === undefined ? null : formatCursor(last)
    return { cues, cursor, position: moment.position }
  }

  file({ request, place, want }: FileInput): FilePage {
    const { channel } = request
    const spans = <T extends Airing | Gap>(kind: SpanKind, range: SpanRange, limit: number): T[] =>
      this.spans.list<T>({ kind, channel, ...spanBounds(range), limit })
    const none = { cues: [], cursor: null, position: { epoch: '', seq: 0 } }
    const source = {
      cues: (query: CueQuery) => this.cues(query) ?? none,
      airings: (range: SpanRange, limit: number) => spans<Airing>('airing', range, limit),
      gaps: (range: SpanRange, limit: number) => spans<Gap>('gap', range, limit),
    }
    return makeFilePage(source, request, place, want)
  }

  /** Page by page, so that a day of a talkative channel fits in memory. */
  tally(input: TallyInput): Tally {
    const query = { ...input, order: 'oldest', limit: tallyPage, run: null } as const
    let tally: Tally = { cues: 0, words: 0 }
    let cursor: string | null = null
    do {
      const page = this.cues({ ...query, cursor })
      const { cues, words } = tallyOf(page?.cues ?? [])
      tally = { cues: tally.cues + cues, words: tally.words + words }
      cursor = page?.cursor ?? null
    } while (cursor !== null)
    return tally
  }

  runs(channel: string, after: string | null, limit: number): ArchivedRun[] {
    const known = this.#log.channel(channel)
    if (known === undefined) return []
    return this.#sql.runs.all({ channel: known.id, after, limit }).map((row) => {
      const { ended, ...announced } = json(row, 'announced') as KnownRun
      const atMs = integerOrNull(row, 'at')
      const binUntil = atMs === null ? null : new Date(atMs).toISOString()
      return { announced, ended: ended === true, binUntil }
    })
  }

  tracks(channel: string): ChannelTrack[] {
    const row = this.#sql.tracks.get(channel)
    if (row === undefined) return []
    return listTracks(new Map(json(row, 'tracks') as [string, string | null][]))
  }

  /** Undefined when the log has never heard of the channel. */
  moment(name: string): LogMoment | undefined {
    return snapshot(this.#log.db, () => {
      const channel = this.#log.channel(name)
      if (channel === undefined) return undefined
      const { id, epoch, tip } = channel
      return {
        position: { epoch, seq: tip },
        unfiled: this.#unfiled.of(channel),
        months: rows(this.#sql.months, id).map((row) => integer(row, 'month')),
        ...this.#revisions(id),
      }
    })
  }

  #revisions(channel: number): Pick<LogMoment, 'superseded' | 'revisions'> {
    const runs = announcedRuns(rows(this.#sql.revised, channel))
    return { superseded: supersededRuns(runs), revisions: revisionsOf(runs) }
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
      const read = (): Generator<readonly Cue[]> | undefined =>
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
