import { minuteMs } from '../../rules/search/measures.ts'
import { integer, text, textOrNull, type Row } from '../../rules/columns.ts'
import type { Queryable } from '../database.ts'
import { nearGroups, neighboursOf, rowsWithin, type RowSpan, type Stream } from './neighbours.ts'
import { makePassages, rowMinutes, type MadePassage, type PassageCue } from './passage-maker.ts'

/** Where a cue stands that was stored, or removed; `run` is its id. */
export interface CuePlace extends Stream {
  readonly startMs: number
}

/** What has waited so long for the words behind it will hardly get them. */
const openMinutes = 60

/**
 * Makes the passages again that cues of a channel, stored just before in the same transaction, have a part in: their
 * minutes', and those beside them that reach there. The partitions of their months must be there (`Partitions`).
 */
export async function indexCues(
  client: Queryable,
  channel: number,
  cues: readonly CuePlace[],
): Promise<void> {
  let newest = -Infinity
  const streams = new Map<string, { readonly stream: Stream; readonly minutes: Set<number> }>()
  for (const { run, track, startMs } of cues) {
    const key = `${run} ${track}`
    let found = streams.get(key)
    if (found === undefined)
      streams.set(key, (found = { stream: { run, track }, minutes: new Set<number>() }))
    const minute = Math.floor(startMs / minuteMs)
    found.minutes.add(minute)
    newest = Math.max(newest, minute)
  }
  for (const { stream, minutes } of streams.values()) {
    // In order of time: a later group finds the passages of those before it, and gives them what they still lack.
    const sorted = [...minutes].sort((a, b) => a - b)
    for (const group of await nearGroups(client, stream, sorted))
      await remake(client, channel, stream, group)
  }
  if (newest === -Infinity) return
  await client.query(
    `UPDATE search_passage SET is_indexed = true
      WHERE channel = $1 AND minute < $2 AND NOT is_indexed AND words IS NOT NULL`,
    [channel, newest - openMinutes],
  )
}

/** Removes what was said before a time; the cues must be gone already, in the same transaction. */
export async function forgetPassages(
  client: Queryable,
  channel: number,
  beforeMs: number,
): Promise<void> {
  const minute = Math.floor(beforeMs / minuteMs)
  const { rows } = await client.query(
    `WITH gone AS (
       DELETE FROM search_passage WHERE channel = $1 AND minute <= $2 RETURNING run, track, minute + minutes AS until
     )
     SELECT run, track, max(until) AS until FROM gone GROUP BY run, track`,
    [channel, minute],
  )
  // What is left of the last row, and what reached back into what is gone.
  for (const row of rows as Row[]) {
    const left = Math.max(1, integer(row, 'until') - minute)
    const minutes = minutesOf({ minute, minutes: left })
    await remake(client, channel, { run: integer(row, 'run'), track: text(row, 'track') }, minutes)
  }
}

/**
 * All passages from the first of these minutes to the last, and those that reach there. Of what has just become whole, and
 * will be one row, most is further away: then these are the minutes, once.
 */
async function remake(
  client: Queryable,
  channel: number,
  stream: Stream,
  minutes: readonly number[],
  isWhole = false,
): Promise<void> {
  const within = await rowsWithin(client, stream, minutes[0] ?? 0, minutes.at(-1) ?? 0)
  const own = [...minutes, ...within.flatMap(minutesOf)]
  const before = await neighboursOf(client, stream, Math.min(...own), 'before')
  const after = await neighboursOf(client, stream, Math.max(...own), 'after')
  const reached = [...before.reached, ...after.reached].flatMap(minutesOf)
  // No word is new in what becomes whole: those beside it have their part of it already.
  const made = new Set(isWhole ? own : [...own, ...reached])
  const read = [...made, ...reached, ...[...before.read, ...after.read].flatMap(minutesOf)]
  const cues = await readCues(client, channel, stream, new Set(read))
  const { passages, parted } = makePassages(cues, made)
  for (const { minute } of passages) made.delete(minute)
  if (made.size > 0)
    await client.query(
      'DELETE FROM search_passage WHERE run = $1 AND track = $2 AND minute = ANY($3)',
      [stream.run, stream.track, [...made]],
    )
  if (passages.length > 0) await put(client, channel, stream, passages)
  if (isWhole) return
  for (const minute of parted)
    await remake(client, channel, stream, minutesOf({ minute, minutes: rowMinutes }), true)
}

function minutesOf({ minute, minutes }: RowSpan): number[] {
  return Array.from({ length: minutes }, (_, n) => minute + n)
}

/** The cues of a stream that start in these minutes, in order. */
async function readCues(
  client: Queryable,
  channel: number,
  { run, track }: Stream,
  minutes: ReadonlySet<number>,
): Promise<PassageCue[]> {
  const { rows } = await client.query(
    `SELECT cue.start_ms, cue.text, cue.language, cue.airing
       FROM unnest($4::bigint[]) AS asked (from_ms)
       JOIN cue ON cue.channel = $1 AND cue.start_ms >= asked.from_ms AND cue.start_ms < asked.from_ms + ${minuteMs}
        AND cue.track = $3 AND cue.run = $2
      ORDER BY cue.start_ms, cue.id`,
    [channel, run, track, Array.from(minutes, (minute) => minute * minuteMs)],
  )
  return (rows as Row[]).map((row) => ({
    startMs: integer(row, 'start_ms'),
    text: text(row, 'text'),
    language: textOrNull(row, 'language'),
    airing: textOrNull(row, 'airing'),
  }))
}

async function put(
  client: Queryable,
  channel: number,
  { run, track }: Stream,
  passages: readonly MadePassage[],
): Promise<void> {
  const column = <Key extends keyof MadePassage>(key: Key): MadePassage[Key][] =>
    passages.map((passage) => passage[key])
  await client.query(
    `INSERT INTO search_passage (minute, channel, run, track, minutes, is_indexed, tokens, from_ms, to_ms, words, before,
       beyond, cues, repeated, counts, starts)
     SELECT made.minute, $1, $2, $3, made.minutes, made.is_indexed, made.tokens, made.from_ms, made.to_ms, made.words,
            made.before, made.beyond, made.cues, made.repeated, made.counts, made.starts
       FROM unnest($4::integer[], $5::integer[], $6::boolean[], $7::integer[], $8::bigint[], $9::bigint[], $10::tsvector[],
                   $11::text[], $12::text[], $13::text[], $14::jsonb[], $15::text[], $16::text[])
         AS made (minute, minutes, is_indexed, tokens, from_ms, to_ms, words, before, beyond, cues, repeated, counts, starts)
     ON CONFLICT (minute, channel, run, track) DO UPDATE SET
       minutes = excluded.minutes, is_indexed = excluded.is_indexed, tokens = excluded.tokens,
       from_ms = excluded.from_ms, to_ms = excluded.to_ms, words = excluded.words, before = excluded.before,
       beyond = excluded.beyond, cues = excluded.cues, repeated = excluded.repeated, counts = excluded.counts,
       starts = excluded.starts`,
    [
      ...[channel, run, track, column('minute'), column('minutes'), column('isIndexed')],
      ...[column('tokens'), column('fromMs'), column('toMs'), column('words'), column('before')],
      ...[column('beyond'), column('cues'), column('repeated'), column('counts')],
      column('starts'),
    ],
  )
}
