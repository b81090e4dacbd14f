import { usageError } from './exit.ts'

/** Milliseconds of how long ago: 10s, 5m, 2h, 7d. */
export const units: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
}

/** A time, or how long ago, as RFC 3339; the flag is named when it is neither. */
export function parseWhen(flag: string, text: string, nowMs: number): string {
  const ago = /^([0-9]{1,6})([smhd])$/.exec(text)
  const unit = units[ago?.[2] ?? '']
  if (ago !== null && unit !== undefined)
    return new Date(nowMs - Number(ago[1]) * unit).toISOString()
  // Without a zone it would mean another moment on every machine.
  const time = /T.*(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(time))
    throw usageError(`${flag}: expected a time like 2026-11-24T18:00:00Z, or 2h, got ${text}`)
  return new Date(time).toISOString()
}
