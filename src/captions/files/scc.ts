import { Encoder, type Pair } from '../cea608/encoder.ts'
import { frameRates } from '../timecode.ts'
import type { FileFacts, FileItem, FileState, FileWriter } from './caption-file.ts'
import { cleanText } from './clean-text.ts'
import { screensOf, toLine21, wrapRows } from './line21-rows.ts'
import { sccHead, SccLine } from './scc-line.ts'
import { fileTimes } from './times.ts'

/**
 * Scenarist closed captions: each cue as a pop-on screen of CC1, loaded beforehand so that it is shown in the frame of its
 * start; drop-frame timecodes from 00:00:00;00. A pair goes out each frame and no faster: a screen that cannot be loaded in
 * time is shown as soon as it is loaded, and counted. Nothing is left out.
 */
export const sccWriter: FileWriter = {
  mediaType: 'text/x-scc; charset=utf-8',
  tellsSpans: false,
  head: () => sccHead,
  item: formatItem,
  tail(_facts: FileFacts, state: FileState): string {
    const line = new SccLine(state.line21.freeFrame)
    eraseWhenDue(line, state, Infinity)
    return line.end()
  },
}

const { frameMs } = frameRates['30DF']
const encoder = new Encoder('CC1')
const erase = encoder.command('eraseDisplayed')
const show = encoder.command('endOfCaption')
const lastRow = 15
/** A screen that came late stays a moment, if nothing follows. */
const shortestFrames = 30

function formatItem(item: FileItem, _facts: FileFacts, state: FileState): string {
  if (item.type !== 'cue') return ''
  const { text, replaced } = toLine21(cleanText(item.value.text))
  const rows = wrapRows(text)
  if (rows.length === 0) return ''
  state.cues++
  state.line21.replaced += replaced
  const { startMs, endMs } = fileTimes(item.value, state)
  let lines = ''
  for (const screen of screensOf(rows, startMs, endMs))
    lines += formatScreen(screen.rows, frameOf(screen.startMs), frameOf(screen.endMs), state)
  return lines
}

function formatScreen(
  rows: readonly string[],
  showFrame: number,
  endFrame: number,
  state: FileState,
): string {
  const { line21 } = state
  const steps = loadSteps(rows)
  const length = steps.reduce((sum, pairs) => sum + pairs.length, 0)
  const line = new SccLine(line21.freeFrame)
  eraseWhenDue(line, state, showFrame - length)
  const { eraseFrame } = line21
  const cleared = eraseFrame !== null && eraseFrame < showFrame ? erase.length : 0
  line.moveTo(showFrame - length - cleared)
  for (const pairs of steps) {
    eraseWhenDue(line, state, line.frame + 1)
    line.add(pairs)
  }
  eraseWhenDue(line, state, showFrame - erase.length + 1)
  line.moveTo(showFrame)
  const shown = line.frame
  line.add(show)
  // The new screen takes the place of the old one: there is nothing left to clear.
  line21.eraseFrame =
    shown > showFrame + 1
      ? Math.max(endFrame, shown + shortestFrames)
      : Math.max(endFrame, shown + 2)
  if (shown > showFrame + 1) line21.late++
  line21.freeFrame = line.frame
  return line.end()
}

/** Clears the screen where that is to happen before a frame. */
function eraseWhenDue(line: SccLine, { line21 }: FileState, before: number): void {
  if (line21.eraseFrame === null || line21.eraseFrame >= before) return
  line.moveTo(line21.eraseFrame)
  line.add(erase)
  line21.eraseFrame = null
  line21.freeFrame = line.frame
}

/** Runs of pairs that belong together: a doubled code that something comes between would count twice. */
function loadSteps(rows: readonly string[]): Pair[][] {
  const steps = [encoder.command('resumeCaptionLoading'), encoder.command('eraseHidden')]
  for (const [n, row] of rows.entries()) {
    steps.push(encoder.preamble(lastRow + 1 - rows.length + n))
    steps.push(...textSteps(row))
  }
  return steps
}

function textSteps(row: string): Pair[][] {
  const steps: Pair[][] = []
  for (const pair of encoder.text(row)) {
    const last = steps.at(-1)
    const isSecond = last?.length === 1 && last[0] === pair && isControl(pair)
    if (isSecond) last.push(pair)
    else steps.push([pair])
  }
  return steps
}

function isControl(pair: Pair): boolean {
  return ((pair >> 8) & 0x70) === 0x10
}

function frameOf(ms: number): number {
  return Math.round(ms / frameMs)
}
