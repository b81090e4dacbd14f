import type { Mode } from '../protocol/events.ts'

/** A caption growing on screen. The last text before its cue is the cue's own, or '' when it was erased unshown. */
export interface DraftOutput {
  readonly type: 'draft'
  readonly track: string
  /** 1, 2, 3 … per track: the identity of the cue it becomes. */
  readonly id: number
  readonly startMs: number
  readonly mode: Mode
  readonly text: string
}

/** One finished row of roll-up text, or one screen of pop-on or paint-on text, rows joined by \n. */
export interface CueOutput {
  readonly type: 'cue'
  readonly track: string
  readonly id: number
  readonly startMs: number
  readonly endMs: number
  readonly mode: Mode
  readonly text: string
}

/** What XDS says of the current programme; sent when any of it changes. Unknown parts are null. */
export interface ProgrammeOutput {
  readonly type: 'programme'
  readonly atMs: number
  readonly title: string | null
  readonly network: string | null
  readonly callLetters: string | null
  /** As XDS words it: TV-MA, PG-13 … */
  readonly rating: string | null
  readonly category: string | null
  readonly description: string | null
  readonly lengthMinutes: number | null
  readonly elapsedMinutes: number | null
}

/** Times are milliseconds on the clock of the groups (`fts`). */
export type CaptionEvent = DraftOutput | CueOutput | ProgrammeOutput
