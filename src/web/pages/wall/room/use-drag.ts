import { useEffect, useRef, useState, type PointerEvent } from 'react'

export interface Drag {
  /** The tile that is moved, and the one whose place it would take; null = none. */
  readonly dragged: string | null
  readonly over: string | null
  /** To be called when a pointer goes down on what a tile is dragged by. */
  readonly start: (tile: string, event: PointerEvent<HTMLElement>) => void
}

/** A pointer that moved less only pressed. */
const leastPx = 6
/** Nearer to the edge of the window, the page scrolls, so much a frame. */
const edgePx = 56
const scrollPx = 10

/** Moves tiles with mouse, pen or finger; Escape lets go. `onDrop` gets both tiles' keys. */
export function useDrag(onDrop: (tile: string, onto: string) => void): Drag {
  const [state, setState] = useState<{
    readonly dragged: string
    readonly over: string | null
  } | null>(null)
  const stop = useRef<(() => void) | null>(null)
  useEffect(() => () => stop.current?.(), [])
  const start = (tile: string, event: PointerEvent<HTMLElement>): void => {
    const isTool =
      event.target instanceof Element && event.target.closest('button, select') !== null
    if (event.button !== 0 || isTool || stop.current !== null) return
    stop.current = follow(event.nativeEvent, {
      // The same tile at every move of the pointer draws nothing anew.
      over: (at) => {
        const over = at === tile ? null : at
        setState((was) =>
          was?.dragged === tile && was.over === over ? was : { dragged: tile, over },
        )
      },
      ended: (onto) => {
        stop.current = null
        setState(null)
        if (onto !== null && onto !== tile) onDrop(tile, onto)
      },
    })
  }
  return { dragged: state?.dragged ?? null, over: state?.over ?? null, start }
}

interface DragListener {
  over(tile: string | null): void
  /** `onto` null: nowhere, or it was given up. */
  ended(onto: string | null): void
}

/** Follows a pointer from where it went down until it goes up; the returned function ends it before. */
function follow(from: globalThis.PointerEvent, listener: DragListener): () => void {
  const ended = new AbortController()
  const { signal } = ended
  let isMoving = false
  let at = { x: from.clientX, y: from.clientY }
  let frame = 0
  const look = (): void => listener.over(tileAt(at))
  const scroll = (): void => {
    const by = at.y < edgePx ? -scrollPx : at.y > innerHeight - edgePx ? scrollPx : 0
    if (by !== 0) {
      scrollBy(0, by)
      look()
    }
    frame = requestAnimationFrame(scroll)
  }
  const end = (onto: string | null): void => {
    ended.abort()
    cancelAnimationFrame(frame)
    if (isMoving) swallowClick()
    listener.ended(isMoving ? onto : null)
  }
  const isOther = ({ pointerId }: globalThis.PointerEvent): boolean => pointerId !== from.pointerId
  const options = { signal }
  window.addEventListener(
    'pointermove',
    (event) => {
      if (isOther(event)) return
      at = { x: event.clientX, y: event.clientY }
      if (!isMoving) {
        if (Math.hypot(at.x - from.clientX, at.y - from.clientY) < leastPx) return
        isMoving = true
        frame = requestAnimationFrame(scroll)
      }
      event.preventDefault()
      look()
    },
    options,
  )
  window.addEventListener('pointerup', (event) => isOther(event) || end(tileAt(at)), options)
  window.addEventListener('pointercancel', (event) => isOther(event) || end(null), options)
  window.addEventListener('keydown', ({ key }) => key === 'Escape' && end(null), options)
  // Nothing is to be selected on the way.
  document.addEventListener('selectstart', (event) => event.preventDefault(), options)
  return () => end(null)
}

function tileAt({ x, y }: { readonly x: number; readonly y: number }): string | null {
  const tile = document.elementFromPoint(x, y)?.closest<HTMLElement>('[data-tile]')
  return tile?.dataset['tile'] ?? null
}

/** The link that was dragged by is not followed. */
function swallowClick(): void {
  const swallow = (event: Event): void => {
    event.preventDefault()
    event.stopPropagation()
  }
  window.addEventListener('click', swallow, { capture: true, once: true })
  setTimeout(() => window.removeEventListener('click', swallow, { capture: true }), 0)
}
