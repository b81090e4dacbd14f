import { z } from 'zod'
import type { Cue } from '../../../../protocol/api.ts'
import { modeSchema } from '../../../../protocol/events.ts'
import type { CuePage, CueQuery, Range, Tally } from '../../../ports/archive.ts'
import { tallyOf } from '../../rules/coverage.ts'
import { formatCursor, parseCursor } from '../../rules/cue-order.ts'
import { withRevision } from '../../rules/revisions.ts'
import type { Queryable } from '../database.ts'
import { boundsOf } from './bounds.ts'
import type { Moment } from './moment.ts'

const cueRows = z.array(
  z.object({
    run: z.string(),
    track: z.string(),
    id: z.int(),
    start_ms: z.int(),
    end_ms: z.int(),
    text: z.string(),
    mode: modeSchema,
    language: z.string().nullable(),
    airing: z.string().nullable(),
    seq: z.int(),
  }),
)

/** A run's name is looked up cue by cue: a join would lose the order of the index, and read all of the range for a page. */
const runName = '(SELECT name FROM log_run WHERE log_run.id = cue.run)'

const cueColumns = `${runName} AS run, track, id, start_ms, end_ms, text, mode, language, airing, seq`

/** A page of the order of time. The client is in the moment's snapshot. */
export async function readCues(
  client: Queryable,
  moment: Moment,
  query: CueQuery,
): Promise<CuePage> {
  const { position } = moment
  const [comparison, direction] = query.order === 'oldest' ? ['>', 'ASC'] : ['<', 'DESC']
  const conditions = new Conditions(moment, query, query.tracks)
  if (query.run === null) conditions.notSuperseded()
  else
    conditions.add(
      (n) => `run = (SELECT id FROM log_run WHERE channel = $1 AND name = $${n})`,
      query.run,
    )
  if (query.cursor !== null) {
    const { start, track, run, id } = parseCursor(query.cursor)
    // Told apart from the rest of the order, it is where the index begins to be read.
    conditions.add((n) => `start_ms ${comparison}= $${n}`, Date.parse(start))
    conditions.add(
      (n) =>
        `(start_ms, track, ${runName}, id) ${comparison} ($${n}, $${n + 1}, $${n + 2}, $${n + 3})`,
      ...[Date.parse(start), track, run, id],
    )
  }
  const { rows } = await client.query(
    `SELECT ${cueColumns} FROM cue
     WHERE ${conditions.sql} ORDER BY start_ms ${direction}, track ${direction}, 1 ${direction}, id ${direction}
     LIMIT $${conditions.values.length + 1}`,
    [...conditions.values, query.limit + 1],
  )
  const found = cueRows.parse(rows).map((row) => cueOf(row, moment))
  const cues = found.slice(0, query.limit)
  const last = found.length > query.limit ? cues.at(-1) : undefined
  return { cues, cursor: last === undefined ? null : formatCursor(last), position }
}

/** Cues by their numbers, of what began at a time or later: there is no index of numbers, so it bounds what is read. */
export async function readCuesBySeq(
  client: Queryable,
  moment: Moment,
  { after, to, fromMs, limit }: Readonly<Record<'after' | 'to' | 'fromMs' | 'limit', number>>,
): Promise<readonly Cue[]> {
  const { rows } = await client.query(
    `SELECT ${cueColumns} FROM cue WHERE channel = $1 AND start_ms >= $2 AND seq > $3 AND seq <= $4
     ORDER BY seq LIMIT $5`,
    [moment.id, fromMs, after, to, limit],
  )
  return cueRows.parse(rows).map((row) => cueOf(row, moment))
}

/** Texts counted at a time: some megabytes of them. */
const textsAtOnce = 5000
const textRows = z.array(z.object({ text: z.string() }))

export async function readTally(
  client: Queryable,
  moment: Moment,
  range: Range,
  tracks: readonly string[] | null,
): Promise<Tally> {
  const conditions = new Conditions(moment, range, tracks)
  conditions.notSuperseded()
  await client.query(
    `DECLARE texts NO SCROLL CURSOR FOR SELECT text FROM cue WHERE ${conditions.sql}`,
    conditions.values,
  )
  let tally: Tally = { cues: 0, words: 0 }
  for (;;) {
    const { rows } = await client.query(`FETCH ${textsAtOnce} FROM texts`)
    const { cues, words } = tallyOf(textRows.parse(rows))
    tally = { cues: tally.cues + cues, words: tally.words + words }
    if (cues < textsAtOnce) return tally
  }
}

class Conditions {
  readonly values: unknown[]
  readonly #moment: Moment
  readonly #sql = ['channel = $1', 'start_ms >= $2', 'start_ms < $3']

  constructor(moment: Moment, range: Range, tracks: readonly string[] | null) {
    this.#moment = moment
    const { fromMs, toMs } = boundsOf(range)
    this.values = [moment.id, fromMs, toMs]
    if (tracks !== null) this.add((n) => `track = ANY($${n})`, tracks)
  }

  get sql(): string {
    return this.#sql.join(' AND ')
  }

  /** `sql` is told the number of the first value. */
  add(sql: (first: number) => string, ...values: readonly unknown[]): void {
    this.#sql.push(sql(this.values.length + 1))
    this.values.push(...values)
  }

  notSuperseded(): void {
    const { superseded } = this.#moment
    if (superseded.length > 0) this.add((n) => `run <> ALL($${n})`, superseded)
  }
}

function cueOf(row: z.infer<typeof cueRows>[number], moment: Moment): Cue {
  const { run, track, id, text, mode, language, airing, seq } = row
  const { channel, position, revisions } = moment
  const cue: Cue = {
    ...{ channel, track, id },
    start: new Date(row.start_ms).toISOString(),
    end: new Date(row.end_ms).toISOString(),
    ...{ text, mode, language, run, position: { epoch: position.epoch, seq }, airing },
  }
  return withRevision(cue, revisions)
}
