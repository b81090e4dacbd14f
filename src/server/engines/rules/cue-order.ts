import type { Cue } from '../../../protocol/api.ts'
import { CcrError } from '../../../protocol/codes.ts'

/** A cue's place in the order of time; start is RFC 3339 UTC with milliseconds, so text order is time order. */
export interface CueKey {
  readonly start: string
  readonly track: string
  readonly run: string
  readonly id: number
}

/** Order of time: start, then track, run, id. */
export function compareCues(a: CueKey, b: CueKey): number {
  return (
    compareText(a.start, b.start) ||
    compareText(a.track, b.track) ||
    compareText(a.run, b.run) ||
    a.id - b.id
  )
}

export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

export function cueIdentity(cue: Pick<Cue, 'run' | 'track' | 'id'>): string {
  return `${cue.run} ${cue.track} ${cue.id}`
}

/** An opaque place after a cue; it stays right whatever is inserted before or after. */
export function formatCursor(key: CueKey): string {
  return Buffer.from(JSON.stringify([key.start, key.track, key.run, key.id])).toString('base64url')
}

export function parseCursor(cursor: string): CueKey {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    if (Array.isArray(parts) && parts.length === 4) {
      const [start, track, run, id] = parts as unknown[]
      if (
        typeof start === 'string' &&
        !Number.isNaN(Date.parse(start)) &&
        typeof track === 'string' &&
        typeof run === 'string' &&
        typeof id === 'number'
      )
        return { start, track, run, id }
    }
  } catch {
    // Not JSON: reported below like any other text that is not a cursor.
  }
  throw new CcrError('bad-request', 'cursor is not one that this archive has given out.')
}
