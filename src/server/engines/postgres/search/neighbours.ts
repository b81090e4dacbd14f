import { marginAfter, marginBefore } from '../../rules/search/measures.ts'
import { rowMinutes } from './passage-maker.ts'
import { integer, type Row } from '../../rules/columns.ts'
import type { Queryable } from '../database.ts'

/** One track of a run, by the run's id. */
export interface Stream {
  readonly run: number
  readonly track: string
}

/** The minutes of a row of `search_passage`. */
export interface RowSpan {
  readonly minute: number
  readonly minutes: number
}

export interface Neighbours {
  /** Rows that what is said beside them has a part in. */
  readonly reached: readonly RowSpan[]
  /** Further ones, whose words those need in turn. */
  readonly read: readonly RowSpan[]
}

interface Neighbour extends RowSpan {
  readonly tokens: number
}

const perRead = 64
/** It costs more to look at two minutes apart from each other than to make so many passages between them again. */
const nearPassages = 150

/** Parts minutes of a stream, ascending, where many passages lie between two. */
export async function nearGroups(
  client: Queryable,
  { run, track }: Stream,
  minutes: readonly number[],
): Promise<number[][]> {
  const groups: number[][] = []
  const [first, ...others] = minutes
  if (first === undefined) return groups
  const far = new Set<number>()
  if (minutes.some((minute, n) => n > 0 && minute - (minutes[n - 1] ?? 0) > nearPassages)) {
    const { rows } = await client.query(
      `SELECT asked.until FROM unnest($3::integer[], $4::integer[]) AS asked (since, until)
        WHERE (SELECT count(*) FROM (SELECT FROM search_passage AS p WHERE p.run = $1 AND p.track = $2
                 AND p.minute > asked.since AND p.minute < asked.until LIMIT ${nearPassages + 1}) AS found) > ${nearPassages}`,
      [run, track, minutes.slice(0, -1), others],
    )
    for (const row of rows as Row[]) far.add(integer(row, 'until'))
  }
  let group = [first]
  groups.push(group)
  for (const minute of others) {
    if (far.has(minute)) groups.push((group = []))
    group.push(minute)
  }
  return groups
}

/** The rows of a stream that hold one of its minutes, or lie between. */
export async function rowsWithin(
  client: Queryable,
  { run, track }: Stream,
  first: number,
  last: number,
): Promise<RowSpan[]> {
  const { rows } = await client.query(
    `SELECT minute, minutes FROM search_passage WHERE run = $1 AND track = $2 AND minute > $3 AND minute <= $4
        AND minute + minutes > $5`,
    [run, track, first - rowMinutes, last, first],
  )
  return (rows as Row[]).map(spanOf)
}

function spanOf(row: Row): RowSpan {
  return { minute: integer(row, 'minute'), minutes: integer(row, 'minutes') }
}

/**
 * Minutes of a stream beside one. Before it: those to which it is within the 120 tokens that follow, and 60 tokens before
 * them. After it: those to which it is within the 60 tokens before, and 120 tokens after the last of them.
 */
export async function neighboursOf(
  client: Queryable,
  stream: Stream,
  minute: number,
  way: 'before' | 'after',
): Promise<Neighbours> {
  const [reach, margin] =
    way === 'before' ? [marginAfter, marginBefore] : [marginBefore, marginAfter]
  const reached: RowSpan[] = []
  const read: RowSpan[] = []
  let distance = 0
  let needed = margin
  for await (const one of neighbours(client, stream, minute, way)) {
    if (distance < reach) reached.push(one)
    else {
      read.push(one)
      needed -= one.tokens
      if (needed <= 0) break
    }
    distance += one.tokens
  }
  return { reached, read }
}

/** The nearest first. */
async function* neighbours(
  client: Queryable,
  { run, track }: Stream,
  minute: number,
  way: 'before' | 'after',
): AsyncGenerator<Neighbour> {
  const [sign, order] = way === 'before' ? ['<', 'DESC'] : ['>', 'ASC']
  let beyond = minute
  for (;;) {
    const { rows } = await client.query(
      `SELECT minute, minutes, tokens FROM search_passage WHERE run = $1 AND track = $2 AND minute ${sign} $3
        ORDER BY minute ${order} LIMIT ${perRead}`,
      [run, track, beyond],
    )
    for (const row of rows as Row[]) {
      const span = spanOf(row)
      beyond = span.minute
      yield { ...span, tokens: integer(row, 'tokens') }
    }
    if (rows.length < perRead) return
  }
}
