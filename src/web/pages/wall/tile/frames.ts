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
let isAsked = false
let nextMs = -Infinity

/** Runs `write` before one of the next frames; what is asked for again before then is done once. */
export function beforeFrame(write: () => void): void {
  waiting.add(write)
  if (isAsked) return
  isAsked = true
  const waitMs = nextMs - performance.now()
  if (waitMs <= 0) requestAnimationFrame(writeAll)
  else setTimeout(() => requestAnimationFrame(writeAll), waitMs)
}

export function forgetFrame(write: () => void): void {
  waiting.delete(write)
}

/** Scrolls a box to its end, together with the others and once all of them are written. */
export function scrollToEnd(box: Element): void {
  if (ends.size === 0) requestAnimationFrame(scrollAll)
  ends.add(box)
}

function writeAll(): void {
  const beganMs = performance.now()
  isAsked = false
  const writes = [...waiting]
  waiting.clear()
  // What React makes of it belongs to the same frame.
  flushSync(() => {
    for (const write of writes) write()
  })
  scrollAll()
  nextMs = beganMs + leastMs
  // Comes when the frame is laid out and drawn.
  setTimeout(() => {
    const tookMs = performance.now() - beganMs
    nextMs = beganMs + Math.min(mostMs, Math.max(leastMs, share * tookMs))
  }, 0)
}

function scrollAll(): void {
  const boxes = [...ends]
  ends.clear()
  for (const box of boxes) box.scrollTop = box.scrollHeight
}
