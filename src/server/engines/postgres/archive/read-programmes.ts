import { z } from 'zod'
import type { Programme } from '../../../../protocol/api.ts'
import type { ProgrammeWish, Range } from '../../../ports/archive.ts'
import { hasTerms, mostAirings } from '../../rules/programmes.ts'
import type { Queryable } from '../database.ts'
import { boundsOf } from './bounds.ts'
import type { Moment } from './moment.ts'
import { readSpansById } from './read-spans.ts'

const titleRows = z.array(z.object({ title: z.string(), count: z.int(), ids: z.array(z.string()) }))

/**
 * What `programmesOf` (rules/programmes.ts) makes of the airings that begin in the range. PostgreSQL puts titles together, so
 * that of some ten thousand airings only those come here that are told.
 */
export async function readProgrammes(
  client: Queryable,
  moment: Moment,
  range: Range,
  { terms, newest }: ProgrammeWish,
): Promise<readonly Programme[]> {
  const { fromMs, toMs } = boundsOf(range)
  const { rows } = await client.query(
    `SELECT title, count(*) AS count, (array_agg(id ORDER BY place))[1:$4] AS ids FROM (
       SELECT id, value->>'title' AS title, row_number() OVER (ORDER BY start_ms DESC, seq DESC) AS place FROM airing
       WHERE channel = $1 AND start_ms >= $2 AND start_ms < $3 AND (end_ms IS NULL OR end_ms > start_ms)
       ORDER BY start_ms DESC, seq DESC LIMIT ${mostAirings}
     ) AS begun GROUP BY title ORDER BY min(place)`,
    [moment.id, fromMs, toMs, newest],
  )
  const found = titleRows.parse(rows).filter(({ title }) => hasTerms(title, terms))
  const ids = found.flatMap((programme) => programme.ids)
  const airings = await readSpansById(client, 'airing', moment, ids)
  return found.map(({ title, count, ids: told }) => ({
    ...{ title, channel: moment.channel, count },
    airings: told.flatMap((id) => airings.get(id) ?? []),
  }))
}
