import type { Mode } from '../../protocol/events.ts'
import { CueTrack, type EventSink } from '../cues/cue-track.ts'
import { RollingRows } from './rolling-rows.ts'

/** The rows of one caption, or of one moment of rolling up. */
export interface Screen {
  readonly mode: Mode
  readonly rows: readonly string[]
  readonly startMs: number
  readonly endMs: number
}

interface Block {
  readonly text: string
  readonly startMs: number
  readonly endMs: number
}

/** As much of a feed's cue as the protocol takes. */
const longestText = 2000

/** One track of a transcript: its screens in, drafts and cues out; times go forward. */
export class SaidTrack {
  readonly #cues: CueTrack
  readonly #rolling: RollingRows
  #before: Block | undefined

  constructor(track: string, sink: EventSink) {
    this.#cues = new CueTrack(track, sink)
    this.#rolling = new RollingRows(this.#cues)
  }

  show({ mode, rows, startMs, endMs }: Screen): void {
    const texts = rows
      .map((row) => row.trim().slice(0, longestText).trim())
      .filter((row) => row !== '')
    if (texts.length === 0) return
    if (mode === 'roll-up') this.#rolling.screen(texts, startMs, endMs)
    else this.#block(texts.join('\n').slice(0, longestText).trim(), mode, { startMs, endMs })
  }

  end(atMs: number): void {
    this.#rolling.finish(atMs)
    this.#cues.end(atMs)
  }

  #block(text: string, mode: Mode, span: { startMs: number; endMs: number }): void {
    this.#rolling.finish(span.startMs)
    const startMs = Math.max(span.startMs, this.#rolling.beganMs)
    const block = { text, startMs, endMs: Math.max(startMs, span.endMs) }
    if (this.#rolling.isStillShown(text, startMs) || isDouble(this.#before, block)) return
    this.#before = block
    this.#rolling.reach(startMs)
    this.#cues.update(text, startMs, mode)
    this.#cues.finish(block.endMs)
  }
}

/** CCExtractor tells CEA-608 and CEA-708 of the same programme into the same transcript unless it is told not to. */
function isDouble(before: Block | undefined, { text, startMs, endMs }: Block): boolean {
  if (before?.text.replaceAll(/\s+/g, ' ') !== text.replaceAll(/\s+/g, ' ')) return false
  return startMs < before.endMs - (endMs - startMs) / 2
}
