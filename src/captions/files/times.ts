import type { Cue } from '../../protocol/api.ts'
import type { FileFacts, FileState } from './caption-file.ts'

/** Milliseconds of a cue since the file's zero, which its first cue sets where the range has no beginning. */
export function fileTimes(
  cue: Pick<Cue, 'start' | 'end'>,
  state: FileState,
): { startMs: number; endMs: number } {
  const start = Date.parse(cue.start)
  state.zeroMs ??= start
  const startMs = Math.max(0, start - state.zeroMs)
  // A cue of no length is not valid in WebVTT, and never seen in a player.
  return { startMs, endMs: Math.max(startMs + 1, Date.parse(cue.end) - state.zeroMs) }
}

/** `hh:mm:ss.mmm`; hours take as many digits as they need. */
export function formatClock(ms: number, mark: ',' | '.'): string {
  const two = (n: number): string => String(Math.floor(n) % 60).padStart(2, '0')
  const hours = String(Math.floor(ms / 3_600_000)).padStart(2, '0')
  return `${hours}:${two(ms / 60_000)}:${two(ms / 1000)}${mark}${String(ms % 1000).padStart(3, '0')}`
}

const localClocks = new Map<string, Intl.DateTimeFormat>()

/** `2026-11-24 18:00:00` on the channel's clock. */
export function formatLocal(at: string, { timeZone }: Pick<FileFacts, 'timeZone'>): string {
  let clock = localClocks.get(timeZone)
  if (clock === undefined) localClocks.set(timeZone, (clock = localClock(timeZone)))
  return clock.format(new Date(at))
}

function localClock(timeZone: string): Intl.DateTimeFormat {
  // Swedes write dates as ISO 8601 does.
  const options = { dateStyle: 'short', timeStyle: 'medium' } as const
  try {
    return new Intl.DateTimeFormat('sv-SE', { ...options, timeZone })
  } catch {
    // A zone this system does not know: UTC is at least true.
    return new Intl.DateTimeFormat('sv-SE', { ...options, timeZone: 'UTC' })
  }
}
