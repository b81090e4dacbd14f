import { flushSync } from 'react-dom'

/**
 * What all tiles have to show is shown together, in one frame: the page is laid out and drawn once for them. How often is
 * what the machine can bear: a reader sees no difference between ten frames a second and sixty, a weak machine does.
 */

/** Two frames are at least so far apart. */
const leastMs = 90
/** However slow the machine is, letters come so often. */
const mostMs = 1500
/** A frame may take a third of the time from it to the next. */
const share = 3

const waiting = new Set<() => void>()
const ends = new Set<Element>()
/** What is asked for while a frame is under way waits until it is known what that frame took. */
let phase: 'idle' | 'asked' | 'drawing' = 'idle'
let nextMs = -Infinity

/** Runs `write` before one of the next frames; what is asked for again before then is done once. */
export function beforeFrame(write: () => void): void {
  waiting.add(write)
  if (phase === 'idle') ask()
}

export function forgetFrame(write: () => void): void {
  waiting.delete(write)
}

/** Scrolls a box to its end, together with the others and once all of them are written. */
export function scrollToEnd(box: Element): void {
  if (ends.size === 0) requestAnimationFrame(scrollAll)
  ends.add(box)
}

function ask(): void {
  phase = 'asked'
  const waitMs = nextMs - performance.now()
  if (waitMs <= 0) requestAnimationFrame(writeAll)
  else setTimeout(() => requestAnimationFrame(writeAll), waitMs)
}

function writeAll(): void {
  const beganMs = performance.now()
  phase = 'drawing'
  const writes = [...waiting]
  waiting.clear()
  // What React makes of it belongs to the same frame.
  flushSync(() => {
    for (const write of writes) write()
  })
  scrollAll()
  // Comes when the frame is laid out and drawn.
  setTimeout(() => {
    const tookMs = performance.now() - beganMs
    nextMs = beganMs + Math.min(mostMs, Math.max(leastMs, share * tookMs))
    phase = 'idle'
    if (waiting.size > 0) ask()
  }, 0)
}

function scrollAll(): void {
  const boxes = [...ends]
  ends.clear()
  for (const box of boxes) box.scrollTop = box.scrollHeight
}
