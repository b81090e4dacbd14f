import { z } from 'zod'
import type { Query } from '../../../../query/language/query.ts'
import type { ChannelFacts } from '../../../../query/match/filter-test.ts'
import type { SearchChannel, SearchScope } from '../../../ports/search.ts'
import { revisionsOf, supersededRuns, type Revision } from '../../rules/revisions.ts'
import { CompiledQuery, asksForShow } from '../../rules/search/compiled-query.ts'
import { minuteMs } from '../../rules/search/measures.ts'
import { narrow, splitQuery, timeFilters } from '../../rules/search/split-query.ts'
import type { Queryable } from '../database.ts'
import { rowMinutes, rowStart } from './passage-maker.ts'
import type { PassageRow } from './passage-row.ts'
import type { Titles } from './titles.ts'

/** `fromMinute ≤ minute < toMinute`, since 1970; either may be infinite. */
export interface Minutes {
  readonly fromMinute: number
  readonly toMinute: number
}

/** Of a channel's minutes: those that rows are made of as a whole, those at the edges that are not, or all. */
export type Part = 'all' | 'whole' | 'edges'

/** Its minutes are those that may be searched. */
export interface ScopeChannel extends Minutes {
  readonly id: number
  readonly name: string
  readonly epoch: string
  /** By name of the run. */
  readonly revisions: ReadonlyMap<string, Revision>
}

/** A part of a query, and its values. */
export interface Condition {
  readonly sql: string
  readonly values: readonly unknown[]
}

/** One search: which passages it looks at, and what of them is asked for. */
export class PassageScope {
  readonly query: CompiledQuery
  /** For passages at the edges of the asked time, where cues are told apart. */
  readonly edgeQuery: CompiledQuery
  /** The whole question, its times in it: what a passage is marked by. */
  readonly asked: Query
  readonly facts: ReadonlyMap<string, ChannelFacts>
  readonly fromMs: number
  readonly toMs: number
  /** Whether titles of programmes must be known before anything is decided. */
  readonly asksForShow: boolean
  /** By id. */
  readonly channels: ReadonlyMap<number, ScopeChannel>
  readonly #superseded: readonly number[]
  /** How many channels there are. */
  readonly #known: number
  readonly #tracks: readonly string[] | null

  private constructor(scope: SearchScope, titles: Titles, known: KnownChannels) {
    const split = splitQuery(scope.query)
    const from = scope.from === null ? -Infinity : Date.parse(scope.from)
    const to = scope.to === null ? Infinity : Date.parse(scope.to)
    this.fromMs = Math.max(from, split.fromMs)
    this.toMs = Math.min(to, split.toMs)
    this.facts = new Map(scope.channels.map((one) => [one.id, one]))
    const titleOf = (channel: string, airing: string): string | null => titles.of(channel, airing)
    this.query = new CompiledQuery(split, this.facts, titleOf)
    const edges = timeFilters(this.fromMs, this.toMs)
    this.asked = narrow(scope.query, edges)
    this.edgeQuery =
      edges.length === 0
        ? this.query
        : new CompiledQuery({ ...split, query: narrow(split.query, edges) }, this.facts, titleOf)
    this.asksForShow = asksForShow(split.query)
    this.channels = known.channels
    this.#superseded = known.superseded
    this.#known = known.count
    this.#tracks = scope.tracks
  }

  static async open(client: Queryable, scope: SearchScope, titles: Titles): Promise<PassageScope> {
    return new PassageScope(scope, titles, await readChannels(client, scope.channels))
  }

  /** Whether a cue of the passage, or a token that reaches into it, may lie before or after the asked time. */
  isAtEdge({ minute, toMs }: Pick<PassageRow, 'minute' | 'toMs'>): boolean {
    return minute * minuteMs < this.fromMs || toMs >= this.toMs
  }

  /** The same in SQL, of `p`. */
  get edgeTest(): string {
    const before = Number.isFinite(this.fromMs)
      ? `p.minute * ${minuteMs}::bigint < ${this.fromMs}`
      : 'false'
    const after = Number.isFinite(this.toMs) ? `p.to_ms >= ${this.toMs}` : 'false'
    return `${before} OR ${after}`
  }

  /** Whether anything of the passage's track is asked for. */
  mayPass(row: Pick<PassageRow, 'channel' | 'run' | 'track'>): boolean {
    return this.query.mayPass(row)
  }

  /** The minutes that hold all that is asked for. */
  get bounds(): Minutes {
    const bounds = [...this.channels.values()].map((channel) => this.#boundsOf(channel))
    return {
      fromMinute: Math.min(...bounds.map(({ fromMinute }) => fromMinute)),
      toMinute: Math.max(...bounds.map(({ toMinute }) => toMinute)),
    }
  }

  /** Whether a minute of a channel is one of these. */
  holds({ minute, row }: Placed, { fromMinute, toMinute }: Minutes, part: Part): boolean {
    const channel = this.channels.get(row.channelId)
    if (channel === undefined) return false
    const bounds = this.#boundsOf(channel)
    const minutes = {
      fromMinute: Math.max(fromMinute, bounds.fromMinute),
      toMinute: Math.min(toMinute, bounds.toMinute),
    }
    return this.#partsOf(minutes, part).some(
      (one) => minute >= one.fromMinute && minute < one.toMinute,
    )
  }

  /** Whether so much of a month is asked for that the rest of what has its words is no burden. */
  isMostOf({ fromMinute, toMinute }: Minutes): boolean {
    const { bounds } = this
    const minutes = Math.min(toMinute, bounds.toMinute) - Math.max(fromMinute, bounds.fromMinute)
    return (minutes / minutesOfMonth) * (this.channels.size / this.#known) >= most
  }

  #partsOf(minutes: Minutes, part: Part): Minutes[] {
    if (part === 'all') return [minutes]
    const { fromMinute, toMinute } = minutes
    const first = Math.max(fromMinute, Math.ceil(this.fromMs / minuteMs))
    const end = Math.min(toMinute, Math.floor(this.toMs / minuteMs))
    const from = rowStart(first + rowMinutes - 1)
    const to = Math.max(from, rowStart(end))
    if (part === 'whole') return [{ fromMinute: from, toMinute: to }]
    return [
      { fromMinute, toMinute: Math.min(toMinute, from) },
      { fromMinute: to, toMinute },
    ]
  }

  #boundsOf({ fromMinute, toMinute }: Minutes): Minutes {
    return {
      fromMinute: Math.max(fromMinute, Math.floor(this.fromMs / minuteMs)),
      toMinute: Math.min(toMinute, Math.ceil(this.toMs / minuteMs)),
    }
  }

  /**
   * The condition on `p`, a passage, for what is asked for of these minutes; its first value is `$first`. Undefined when
   * that is nothing. Rows may have further minutes, which `holds` tells apart.
   */
  condition({ fromMinute, toMinute }: Minutes, first: number, part: Part): Condition | undefined {
    const values: unknown[] = []
    const value = (one: unknown): string => `$${first - 1 + values.push(one)}`
    // Mostly all channels may be searched from and up to the same minute: one list of them.
    const groups = Map.groupBy(this.channels.values(), (channel) => {
      const bounds = this.#boundsOf(channel)
      const from = Math.max(fromMinute, bounds.fromMinute)
      const to = Math.min(toMinute, bounds.toMinute)
      return `${from} ${to}`
    })
    const parts = [...groups].flatMap(([bounds, channels]) => {
      const [from = 0, to = 0] = bounds.split(' ').map(Number)
      const ids = channels.map(({ id }) => id)
      return this.#partsOf({ fromMinute: from, toMinute: to }, part)
        .filter((one) => one.fromMinute < one.toMinute)
        .map((one) => {
          // Rows of several minutes that reach into these begin before them.
          const since = value(clampMinute(rowStart(one.fromMinute)))
          const until = value(clampMinute(one.toMinute))
          return `(p.minute >= ${since} AND p.minute < ${until} AND p.channel = ANY(${value(ids)}))`
        })
    })
    if (parts.length === 0) return undefined
    const sql = [`(${parts.join(' OR ')})`]
    if (this.#tracks !== null) sql.push(`p.track = ANY(${value(this.#tracks)})`)
    if (this.#superseded.length > 0) sql.push(`p.run <> ALL(${value(this.#superseded)})`)
    return { sql: sql.join(' AND '), values }
  }
}

interface Placed {
  readonly minute: number
  readonly row: Pick<PassageRow, 'channelId'>
}

const minutesOfMonth = 30 * 24 * 60
/** To look at a row takes as long as to ask several the index for theirs. */
const most = 0.2

const int4Max = 2 ** 31 - 1

/** What the column of minutes can be compared with. */
export function clampMinute(minute: number): number {
  return Math.min(int4Max, Math.max(-int4Max, minute))
}

interface KnownChannels {
  readonly channels: ReadonlyMap<number, ScopeChannel>
  /** Ids of runs that are not the text of their channel. */
  readonly superseded: readonly number[]
  readonly count: number
}

const channelRows = z.array(
  z.object({ id: z.int(), name: z.string(), epoch: z.string(), count: z.int() }),
)
const runRows = z.array(
  z.object({
    channel: z.int(),
    run: z.string(),
    of: z.string(),
    revision: z.int(),
    ended: z.boolean(),
  }),
)
const idRows = z.array(z.object({ id: z.int() }))

async function readChannels(
  client: Queryable,
  asked: readonly SearchChannel[],
): Promise<KnownChannels> {
  const byName = new Map(asked.map((channel) => [channel.id, channel]))
  const found = await client.query(
    'SELECT id, name, epoch, (SELECT count(*) FROM log_channel) AS count FROM log_channel WHERE name = ANY($1)',
    [[...byName.keys()]],
  )
  const rows = channelRows.parse(found.rows)
  const revised = await readRevised(
    client,
    rows.map(({ id }) => id),
  )
  const channels = rows.flatMap(({ id, name, epoch }): ScopeChannel[] => {
    const channel = byName.get(name)
    if (channel === undefined) return []
    const fromMinute =
      channel.from === null ? -Infinity : Math.ceil(Date.parse(channel.from) / minuteMs)
    const toMinute = channel.to === null ? Infinity : Math.floor(Date.parse(channel.to) / minuteMs)
    const revisions = revisionsOf(revised.get(id) ?? [])
    return [{ id, name, epoch, fromMinute, toMinute, revisions }]
  })
  return {
    channels: new Map(channels.map((channel) => [channel.id, channel])),
    count: rows[0]?.count ?? 0,
    superseded: await idsOfSuperseded(client, revised),
  }
}

type RevisedRun = Pick<z.infer<typeof runRows>[number], 'run' | 'of' | 'revision'> & {
  readonly ended?: true
}

/** Later decodes of the channels' runs. */
async function readRevised(
  client: Queryable,
  channels: readonly number[],
): Promise<Map<number, RevisedRun[]>> {
  const found = await client.query(
    `SELECT channel, name AS run, "of", revision, ended FROM log_run
      WHERE channel = ANY($1) AND "of" IS NOT NULL ORDER BY id`,
    [channels],
  )
  const byChannel = new Map<number, RevisedRun[]>()
  for (const { channel, ended, ...run } of runRows.parse(found.rows)) {
    const runs = byChannel.get(channel) ?? []
    byChannel.set(channel, runs)
    runs.push(ended ? { ...run, ended } : run)
  }
  return byChannel
}

async function idsOfSuperseded(
  client: Queryable,
  revised: ReadonlyMap<number, readonly RevisedRun[]>,
): Promise<number[]> {
  const pairs = [...revised].flatMap(([channel, runs]) =>
    [...supersededRuns(runs)].map((run) => [channel, run] as const),
  )
  if (pairs.length === 0) return []
  const found = await client.query(
    `SELECT log_run.id FROM unnest($1::integer[], $2::text[]) AS asked (channel, name)
       JOIN log_run ON log_run.channel = asked.channel AND log_run.name = asked.name`,
    [pairs.map(([channel]) => channel), pairs.map(([, run]) => run)],
  )
  return idRows.parse(found.rows).map(({ id }) => id)
}
