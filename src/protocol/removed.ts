import type { Cue, Removed } from './api.ts'

/** Whether such news means this cue. */
export function isRemoved(cue: Cue, removed: Removed): boolean {
  if (removed.what === 'past') return cue.start < removed.before
  return (
    removed.what === 'cue' &&
    cue.id === removed.id &&
    cue.run === removed.run &&
    cue.track === removed.track
  )
}
