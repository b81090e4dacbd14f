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

/** Those of these ids that there are. */
export async function readSpansById<Kind extends keyof Spans>(
  client: Queryable,
  kind: Kind,
  moment: Moment,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Spans[Kind]>> {
  if (ids.length === 0) return new Map()
  const { rows } = await client.query(
    `SELECT value FROM ${kind} WHERE channel = $1 AND id = ANY($2)`,
    [moment.id, ids],
  )
  return new Map(spansOf(kind, moment, rows).map((value) => [value.id, value]))
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
