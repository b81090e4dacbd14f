import type { StreamKey } from '../../rules/search/stream-key.ts'
import { integer, text, textOrNull, type Row } from '../../rules/columns.ts'
import { parseCueTable, type CueTable } from './cue-table.ts'

/** A row of `search_passage`, as far as a search asks for it. */
export interface PassageRow extends StreamKey {
  readonly channelId: number
  readonly runId: number
  readonly minute: number
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
}

interface Needs {
  readonly words: boolean
  readonly margins: boolean
}

/** The columns of `p`, a passage, that `parsePassage` reads. */
export function passageColumns({ words, margins }: Needs): string {
  return `p.minute, p.channel, p.run, p.track, p.tokens, p.from_ms, p.to_ms, p.cues,
    (SELECT name FROM log_run WHERE log_run.id = p.run) AS run_name,
    ${words ? 'p.words::text' : 'NULL'} AS words,
    ${margins ? 'p.before' : "''"} AS before, ${margins ? 'p.beyond' : "''"} AS beyond,
    ${
      words
        ? `(SELECT string_agg(start_ms::text, ',' ORDER BY start_ms) FROM gap WHERE gap.channel = p.channel
             AND gap.start_ms > p.from_ms AND gap.start_ms <= p.to_ms AND gap.end_ms IS DISTINCT FROM gap.start_ms)`
        : 'NULL'
    } AS gaps`
}

export function parsePassage(row: Row, channel: string): PassageRow {
  const minute = integer(row, 'minute')
  const gaps = textOrNull(row, 'gaps')
  return {
    channel,
    channelId: integer(row, 'channel'),
    run: text(row, 'run_name'),
    runId: integer(row, 'run'),
    track: text(row, 'track'),
    minute,
    tokens: integer(row, 'tokens'),
    fromMs: integer(row, 'from_ms'),
    toMs: integer(row, 'to_ms'),
    words: textOrNull(row, 'words'),
    before: terms(text(row, 'before')),
    beyond: terms(text(row, 'beyond')),
    gapsMs: gaps === null ? [] : gaps.split(',').map(Number),
    cues: parseCueTable(minute, text(row, 'cues')),
  }
}

function terms(joined: string): readonly string[] {
  return joined === '' ? [] : joined.split(' ')
}
