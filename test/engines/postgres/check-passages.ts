import assert from 'node:assert/strict'
import { z } from 'zod'
import type { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { makePassages } from '../../../src/server/engines/postgres/search/passage-maker.ts'

const streamRows = z.array(z.object({ run: z.int(), track: z.string() }))
const cueRows = z.array(
  z
    .object({
      start_ms: z.int(),
      text: z.string(),
      language: z.string().nullable(),
      airing: z.string().nullable(),
    })
    .transform(({ start_ms: startMs, ...cue }) => ({ startMs, ...cue })),
)

/** Holds every passage against those that are made of all cues of their stream at once. */
export async function checkPassages(database: Postgres): Promise<void> {
  const streams = await database.query(
    'SELECT run, track FROM cue UNION SELECT run, track FROM search_passage',
  )
  for (const { run, track } of streamRows.parse(streams.rows)) {
    const { rows } = await database.query(
      'SELECT start_ms, text, language, airing FROM cue WHERE run = $1 AND track = $2 ORDER BY start_ms, id',
      [run, track],
    )
    const cues = cueRows.parse(rows)
    const minutes = new Set(cues.map(({ startMs }) => Math.floor(startMs / 60_000)))
    const { passages } = makePassages(cues, minutes)
    const wanted = passages.map((made) => ({
      ...{
        minute: made.minute,
        minutes: made.minutes,
        tokens: made.tokens,
        from_ms: made.fromMs,
        to_ms: made.toMs,
      },
      ...{ before: made.before, beyond: made.beyond, cues: made.cues, counts: made.counts },
      starts: made.starts,
      repeated: JSON.parse(made.repeated) as unknown,
      has_words: made.words !== null,
      // It may be in the index before its time, never after.
      is_late: false,
    }))
    const held = await database.query(
      `SELECT minute, minutes, tokens, from_ms, to_ms, before, beyond, cues, counts, starts, repeated, words IS NOT NULL AS has_words,
              NOT is_indexed AND minute = ANY($3) AS is_late
         FROM search_passage WHERE run = $1 AND track = $2 ORDER BY minute`,
      [run, track, passages.flatMap((made) => (made.isIndexed ? made.minute : []))],
    )
    assert.deepEqual(held.rows, wanted)
  }
}
