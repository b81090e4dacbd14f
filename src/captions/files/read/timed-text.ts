import { countFault } from '../../faults.ts'
import type { FileCue, FileCues } from './file-cues.ts'
import { plainText } from './plain-text.ts'

/** `[hh:]mm:ss.mmm`; SubRip writes a comma, and many programs write either in either. */
const clock = String.raw`(?:(\d{1,6}):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})`
const timing = new RegExp(String.raw`^\s*${clock}\s*-->\s*${clock}(?:\s.*)?$`)
/** Blocks that are not to be shown, and numbers without a cue. */
const isAside = /^\s*(?:WEBVTT|NOTE|STYLE|REGION|\d*\s*$)/
/** Of SubRip’s players: `{\an8}` puts a caption at the top. */
const override = /\{\\[^}]*\}/g
/** Our own name of a cue, `run/track/id`. */
const ownName = /^[^/\s]+\/([A-Za-z0-9-]{1,32})\/\d+$/

/**
 * SubRip and WebVTT (W3C, “WebVTT: The Web Video Text Tracks Format”): blocks of lines that a timing makes cues.
 * Notes, styles, regions and settings say nothing that is said.
 */
export function readTimedText(text: string, format: 'srt' | 'vtt'): FileCues {
  const faults: Record<string, number> = {}
  const cues: FileCue[] = []
  for (const block of text.split(/\n{2,}/)) {
    const lines = block.split('\n').filter((line) => line !== '')
    const at = lines.slice(0, 2).findIndex((line) => timing.test(line))
    if (at === -1) {
      if (isAside.test(block)) continue
      const isTimed = lines.some((line) => line.includes('-->'))
      countFault(faults, isTimed ? 'bad-timing' : 'stray-text')
      continue
    }
    const said = lines.slice(at + 1).join('\n')
    const cue = cueOf(
      lines[at] ?? '',
      format === 'srt' ? said.replace(override, '') : said,
      at === 1 ? lines[0] : undefined,
    )
    if (cue === null) countFault(faults, 'no-text')
    else cues.push(cue)
  }
  return { cues, isInstants: false, faults }
}

function cueOf(timed: string, marked: string, name = ''): FileCue | null {
  const times = timing.exec(timed)
  const text = plainText(marked)
  if (times === null || text === '') return null
  const track = ownName.exec(name)?.[1]
  return {
    startMs: millisecondsOf(times.slice(1, 5)),
    endMs: millisecondsOf(times.slice(5, 9)),
    text,
    ...(track === undefined ? {} : { track }),
  }
}

function millisecondsOf(parts: readonly (string | undefined)[]): number {
  const [hours = '0', minutes = '0', seconds = '0', fraction = '0'] = parts
  const whole = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
  return whole * 1000 + Number(fraction.padEnd(3, '0'))
}
