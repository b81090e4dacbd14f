import type { Cue } from '../../../protocol/api.ts'
import type { Draft } from '../../../protocol/live/live.ts'
import { keyOf } from '../../data/channel-feed.ts'
import { flowOf } from '../../shared/captions/flow.ts'

/** Text that stands in a line of its own. */
export interface Line {
  /** The same while it grows and after. */
  readonly key: string
  readonly text: string
  readonly language: string | null
  /** When it began. */
  readonly at: string
}

/**
 * What a television set would show now: the last rows of roll-up text, or the one screen of pop-on text, the draft
 * among them.
 */
export function screenOf(
  cues: readonly Cue[],
  draft: Draft | undefined,
  most: number,
): readonly Line[] {
  const rows: Line[] = []
  const parts = [...cues.slice(-most), ...(draft === undefined ? [] : [draft])]
  for (const part of parts.reverse()) {
    const isScreen = part.mode === 'pop-on'
    if (isScreen && rows.length > 0) break
    rows.unshift(...rowsOf(part))
    if (isScreen || rows.length >= most) break
  }
  return rows.slice(-most)
}

/** Rows as they were sent. */
export function rowsAsSent(cues: readonly Cue[]): readonly Line[] {
  return cues.flatMap(rowsOf)
}

/** Rows that flow into each other, a speaker's turn or a screen in each line. */
export function turnsOf(cues: readonly Cue[]): readonly Line[] {
  const turns: Line[] = []
  let mayFlow = false
  for (const cue of cues) {
    const flow = flowOf(cue.mode, cue.text)
    const before = turns.at(-1)
    if (flow === 'flows' && mayFlow && before !== undefined)
      turns[turns.length - 1] = { ...before, text: `${before.text} ${cue.text}` }
    else turns.push(lineOf(cue, cue.text, 0))
    mayFlow = flow !== 'screen'
  }
  return turns
}

function rowsOf(part: Cue | Draft): Line[] {
  return part.text.split('\n').flatMap((row, i) => (row === '' ? [] : [lineOf(part, row, i)]))
}

function lineOf(part: Cue | Draft, text: string, row: number): Line {
  const language = 'language' in part ? part.language : null
  return { key: `${keyOf(part)} ${row}`, text, language, at: part.start }
}
