import { marginAfter, marginBefore, minuteMs } from '../../rules/search/measures.ts'
import type { StreamKey } from '../../rules/search/stream-key.ts'
import { integer, text, textOrNull, type Row } from '../../rules/columns.ts'
import { parseCueTable, type CueTable } from './cue-table.ts'

/** A row of `search_passage`, as far as a search asks for it. */
export interface PassageRow extends StreamKey {
  readonly channelId: number
  readonly runId: number
  readonly minute: number
  readonly minutes: number
  readonly tokens: number
  readonly fromMs: number
  readonly toMs: number
  /** Null for what does not fit a tsvector. */
  readonly words: string | null
  /** Terms; empty where nothing is taken away. */
  readonly before: readonly string[]
  readonly beyond: readonly string[]
  /** When gaps begin among its cues, ascending. */
  readonly gapsMs: readonly number[]
  readonly cues: CueTable
  /** How many tokens are before each minute, where that is all that was read of its cues. */
  readonly starts: readonly number[] | null
}

interface Needs {
  /** Numbers of the values: lexemes whose places are read, and of lexemes that begin with something, from what to what. */
  readonly words: { readonly lexemes: number; readonly ranges: readonly Range[] } | null
  readonly margins: boolean
  /** Where cues are read also when none of them has a say in it, an SQL test; null for everywhere. */
  readonly cues: string | null
}

type Range = readonly [number, number]

/** The columns of `p`, a passage, that `parsePassage` reads. */
export function passageColumns({ words, margins, cues }: Needs): string {
  return `p.minute, p.minutes, p.channel, p.run, p.track, p.tokens, p.from_ms, p.to_ms,
    ${
      cues === null
        ? 'p.cues, NULL AS starts'
        : `CASE WHEN p.starts IS NULL OR ${cues} OR EXISTS (SELECT ${gaps}) THEN p.cues END AS cues, p.starts`
    },
    (SELECT name FROM log_run WHERE log_run.id = p.run) AS run_name,
    ${words === null ? 'NULL' : placesOf(words)} AS words,
    ${margins ? 'p.before' : "''"} AS before, ${margins ? 'p.beyond' : "''"} AS beyond,
    ${
      words !== null ? `(SELECT string_agg(start_ms::text, ',' ORDER BY start_ms) ${gaps})` : 'NULL'
    } AS gaps`
}

const gaps = `FROM gap WHERE gap.channel = p.channel
  AND gap.start_ms > p.from_ms AND gap.start_ms <= p.to_ms AND gap.end_ms IS DISTINCT FROM gap.start_ms`

/** To write a whole vector out takes PostgreSQL ten times as long. Lexemes are in the order of their bytes in it. */
function placesOf({ lexemes, ranges }: NonNullable<Needs['words']>): string {
  const marked = (more: string): string =>
    `ts_filter(setweight(p.words, 'B', $${lexemes}::text[]${more}), '{b}')::text`
  if (ranges.length === 0) return marked('')
  const below = (value: number): string => `width_bucket($${value}::text COLLATE "C", sorted.terms)`
  const slices = ranges.map(([from, to]) => ` || sorted.terms[${below(from)} + 1 : ${below(to)}]`)
  return `(SELECT ${marked(slices.join(''))} FROM (SELECT tsvector_to_array(p.words) AS terms OFFSET 0) AS sorted)`
}

export function parsePassage(row: Row, channel: string): PassageRow {
  const minute = integer(row, 'minute')
  const gaps = textOrNull(row, 'gaps')
  let cues: CueTable | undefined
  return {
    channel,
    channelId: integer(row, 'channel'),
    run: text(row, 'run_name'),
    runId: integer(row, 'run'),
    track: text(row, 'track'),
    minute,
    minutes: integer(row, 'minutes'),
    tokens: integer(row, 'tokens'),
    fromMs: integer(row, 'from_ms'),
    toMs: integer(row, 'to_ms'),
    words: textOrNull(row, 'words'),
    before: terms(text(row, 'before')),
    beyond: terms(text(row, 'beyond')),
    starts: row['cues'] === null ? (JSON.parse(text(row, 'starts')) as number[]) : null,
    gapsMs: gaps === null ? [] : gaps.split(',').map(Number),
    // In most of what is offered nothing is found.
    get cues() {
      return (cues ??= parseCueTable(minute, text(row, 'cues')))
    },
  }
}

/** One minute of it, and the cues around as far as a query reaches. */
export function minuteOf(row: PassageRow, minute: number): PassageRow {
  if (row.minutes === 1) return row
  const { position, startMs } = row.cues
  const isFrom = (since: number) => (ms: number) => ms >= since * minuteMs
  const first = startMs.findIndex(isFrom(minute))
  const next = startMs.findIndex(isFrom(minute + 1))
  let from = first
  while (from > 0 && (position[from] ?? 0) > (position[first] ?? 0) - marginBefore) from--
  let to = next < 0 ? startMs.length : next
  while (to < startMs.length && (position[to] ?? 0) < (position[next] ?? 0) + marginAfter) to++
  const [fromMs = row.fromMs, toMs = row.toMs] = [startMs[from], startMs[to - 1]]
  return { ...row, minute, minutes: 1, fromMs, toMs }
}

function terms(joined: string): readonly string[] {
  return joined === '' ? [] : joined.split(' ')
}
