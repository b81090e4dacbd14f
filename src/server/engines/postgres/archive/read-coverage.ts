import { z } from 'zod'
import { clipSpans, subtractSpans, type TimeSpan } from '../../../../protocol/time/time-spans.ts'
import type { Queryable } from '../database.ts'
import type { Bounds } from './bounds.ts'

const spanRows = z.array(
  z.object({ channel: z.string(), start_ms: z.int(), end_ms: z.int().nullable() }),
)

/** When each of some channels was monitored: the time of its runs without its gaps, cut to the bounds. */
export async function readCoverage(
  client: Queryable,
  channels: readonly string[],
  { fromMs, toMs }: Bounds,
): Promise<ReadonlyMap<string, TimeSpan[]>> {
  const read = async (sql: string): Promise<ReadonlyMap<string, TimeSpan[]>> => {
    const { rows } = await client.query(sql, [channels, fromMs, toMs])
    const found = new Map<string, TimeSpan[]>()
    for (const { channel, start_ms, end_ms } of spanRows.parse(rows)) {
      let spans = found.get(channel)
      if (spans === undefined) found.set(channel, (spans = []))
      spans.push({ fromMs: start_ms, toMs: end_ms ?? Infinity })
    }
    return found
  }
  const ofChannels = 'JOIN log_channel ON log_channel.id = channel AND log_channel.name = ANY($1)'
  const extents = await read(
    `SELECT log_channel.name AS channel, from_ms AS start_ms, to_ms AS end_ms FROM log_run ${ofChannels}
     WHERE to_ms > $2 AND from_ms < $3`,
  )
  const holes = await read(
    `SELECT log_channel.name AS channel, start_ms, end_ms FROM gap ${ofChannels}
     WHERE coalesce(end_ms, 9007199254740991) > $2 AND start_ms < $3`,
  )
  return new Map(
    [...extents].map(([channel, spans]) => {
      const monitored = subtractSpans(spans, holes.get(channel) ?? [])
      return [channel, clipSpans(monitored, { fromMs, toMs })]
    }),
  )
}
