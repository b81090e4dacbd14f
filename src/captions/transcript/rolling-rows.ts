import type { CueTrack } from '../cues/cue-track.ts'

interface ToldRow {
  readonly text: string
  endMs: number
}

interface OpenRow {
  text: string
  endMs: number
}

/** As many rows as roll up. */
const rowsKept = 4
/** Direct roll-up shows rows that were told as long as they are on screen, a picture after the other. */
const stillShownMs = 1000
/** A pair of characters comes with each picture: what came faster is not all of a row. */
const pictureMs = 1001 / 30
const shortestWholeMs = 50
/** A correction follows what it corrects at once. */
const correctionMs = 100

/**
 * Roll-up as transcripts have it. Most tell each row once, when it is finished. Direct ones (`--dru`) tell, picture by
 * picture, every row that is seen, the last of them growing, and each row again as a whole when it is finished. Both
 * become drafts and one cue a row.
 */
export class RollingRows {
  readonly #cues: CueTrack
  readonly #told: ToldRow[] = []
  #open: OpenRow | undefined
  #isDirect = false
  #beganMs = 0

  constructor(cues: CueTrack) {
    this.#cues = cues
  }

  /** The rows that were seen from `startMs` to `endMs`, the newest last. */
  screen(rows: readonly string[], startMs: number, endMs: number): void {
    if (rows.length > 1) this.#isDirect = true
    rows.forEach((row, n) => this.#row(row, startMs, endMs, n === rows.length - 1))
  }

  /** What was told last, for a screen in another mode that only shows it again. */
  isStillShown(text: string, startMs: number): boolean {
    return this.#toldRow(text, startMs) !== undefined
  }

  /** When the last row began; none begins before it. */
  get beganMs(): number {
    return this.#beganMs
  }

  /** Something else of the track began then. */
  reach(ms: number): void {
    this.#beganMs = Math.max(this.#beganMs, ms)
  }

  finish(atMs: number): void {
    const open = this.#open
    if (open === undefined) return
    this.#open = undefined
    this.#cues.finish(atMs)
    this.#told.push({ text: open.text, endMs: atMs })
    if (this.#told.length > rowsKept) this.#told.shift()
  }

  #row(row: string, startMs: number, endMs: number, isLast: boolean): void {
    const seen = this.#toldRow(row, startMs)
    const open = this.#open
    if (open !== undefined && (isLast || seen === undefined) && this.#goesOn(open, row, startMs)) {
      const isWhole = startMs < open.endMs - 1
      open.text = row
      open.endMs = Math.max(open.endMs, endMs)
      this.#cues.update(row, startMs, 'roll-up')
      if (!isLast || isWhole) this.finish(isWhole ? endMs : startMs)
      return
    }
    if (seen !== undefined) {
      seen.endMs = Math.max(seen.endMs, endMs)
      return
    }
    this.finish(startMs)
    this.#open = { text: row, endMs }
    // What is told as a whole after others began may itself have begun before them.
    this.#beganMs = Math.max(this.#beganMs, startMs)
    this.#cues.update(row, this.#beganMs, 'roll-up')
    if (isPart(row, endMs - startMs)) this.#isDirect = true
    if (!isLast || !this.#isDirect) this.finish(endMs)
  }

  /** It grew, or its end was corrected. */
  #goesOn(open: OpenRow, row: string, startMs: number): boolean {
    if (row.startsWith(open.text)) return true
    if (startMs - open.endMs > correctionMs) return false
    const same = commonLength(open.text, row)
    return same > 0 && same >= Math.min(open.text.length, row.length) * 0.6
  }

  #toldRow(row: string, startMs: number): ToldRow | undefined {
    // Where rows are told once, the same one right after is said again.
    const slackMs = this.#isDirect ? stillShownMs : -1
    return this.#told.findLast(({ text, endMs }) => text === row && startMs <= endMs + slackMs)
  }
}

function isPart(row: string, lengthMs: number): boolean {
  return lengthMs < Math.max(shortestWholeMs, (row.length / 2 - 1) * pictureMs)
}

function commonLength(a: string, b: string): number {
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  return at
}
