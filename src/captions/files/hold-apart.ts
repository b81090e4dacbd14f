import type { FileItem, FileState } from './caption-file.ts'

/** Enough for every track's screen; a cue that stays up for ever must not hold back the rest. */
const maxHeld = 200

/**
 * Players show cues that overlap one above the other, the newer one on top: rows of a roll-up would be read from bottom
 * to top. So on one track a cue ends where the next begins. An item is given out when nothing can cut it any more.
 */
export function holdApart(item: FileItem, state: FileState): FileItem[] {
  if (item.type === 'cue') {
    const { track, start } = item.value
    for (const [n, held] of state.held.entries())
      if (
        held.type === 'cue' &&
        held.value.track === track &&
        held.value.start < start &&
        held.value.end > start
      )
        state.held[n] = { type: 'cue', value: { ...held.value, end: start } }
  }
  state.held.push(item)
  const at = startOf(item)
  let free = Math.max(0, state.held.length - maxHeld)
  while (free < state.held.length - 1 && isThrough(state.held[free], at)) free++
  return state.held.splice(0, free)
}

/** What is still held when the file ends. */
export function releaseHeld(state: FileState): FileItem[] {
  return state.held.splice(0)
}

function isThrough(item: FileItem | undefined, at: string): boolean {
  return item?.type !== 'cue' || item.value.end <= at
}

export function startOf(item: FileItem): string {
  return item.type === 'gap' ? item.value.from : item.value.start
}
