/** What a subtitle file needs of a cue; times are milliseconds since the file's own zero. */
export interface TimedText {
  readonly startMs: number
  readonly endMs: number
  readonly text: string
}

/** One SubRip entry, `number` from 1. */
export function formatSrtCue(cue: TimedText, number: number): string {
  return `${number}\n${formatClock(cue.startMs, ',')} --> ${formatClock(cue.endMs, ',')}\n${cue.text}\n\n`
}

export const vttHeader = 'WEBVTT\n\n'

/** One WebVTT cue; `&` and `<` are markup there, and `-->` may not appear in text. */
export function formatVttCue(cue: TimedText): string {
  const text = cue.text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return `${formatClock(cue.startMs, '.')} --> ${formatClock(cue.endMs, '.')}\n${text}\n\n`
}

function formatClock(ms: number, mark: ',' | '.'): string {
  const total = Math.max(0, Math.round(ms))
  const two = (n: number): string => String(Math.floor(n) % 60).padStart(2, '0')
  const hours = String(Math.floor(total / 3_600_000)).padStart(2, '0')
  return `${hours}:${two(total / 60_000)}:${two(total / 1000)}${mark}${String(total % 1000).padStart(3, '0')}`
}
