import { z } from 'zod'
import { airingSchema, gapSchema, type Airing, type Gap } from '../../../../protocol/api.ts'
import type { SpanRange } from '../../../ports/archive.ts'
import type { Queryable } from '../database.ts'
import { boundsOf, longAgoMs } from './bounds.ts'
import type { Moment } from './moment.ts'

const schemas = { airing: airingSchema, gap: gapSchema }

interface Spans {
  readonly airing: Airing
  readonly gap: Gap
}

/** Airings or gaps that share a moment with the range, newest start first; all of them without a limit. */
export async function readSpans<Kind extends keyof Spans>(
  client: Queryable,
  kind: Kind,
  moment: Moment,
  range: SpanRange,
  limit?: number,
): Promise<readonly Spans[Kind][]> {
  const { fromMs, toMs } = boundsOf(range)
  const startFromMs = range.startFrom === undefined ? longAgoMs : Date.parse(range.startFrom)
  // `coalesce` as it is indexed: what is over is passed over without being read.
  const { rows } = await client.query(
    `SELECT value FROM ${kind} WHERE channel = $1 AND start_ms >= $2 AND start_ms < $3
       AND coalesce(end_ms, 9007199254740991) > $4 AND (end_ms IS NULL OR end_ms > start_ms)
     ORDER BY start_ms DESC, seq DESC LIMIT $5`,
    [moment.id, startFromMs, toMs, fromMs, limit ?? null],
  )
  return spansOf(kind, moment, rows)
}

export async function readSpan<Kind extends keyof Spans>(
  client: Queryable,
  kind: Kind,
  moment: Moment,
  id: string,
): Promise<Spans[Kind] | null> {
  const { rows } = await client.query(`SELECT value FROM ${kind} WHERE channel = $1 AND id = $2`, [
    moment.id,
    id,
  ])
  return spansOf(kind, moment, rows)[0] ?? null
}

const valueRows = z.array(z.object({ value: z.unknown() }))

/** Under the epoch of now: what was stored under another has kept its number. */
function spansOf<Kind extends keyof Spans>(
  kind: Kind,
  { position: { epoch } }: Moment,
  rows: readonly unknown[],
): Spans[Kind][] {
  const schema: z.ZodType<Airing | Gap> = schemas[kind]
  return valueRows.parse(rows).map((row) => {
    const value = schema.parse(row.value)
    return { ...value, position: { epoch, seq: value.position.seq } } as Spans[Kind]
  })
}
