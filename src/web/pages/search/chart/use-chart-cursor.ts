import { useRef, useState, type KeyboardEvent, type PointerEvent } from 'react'
import type { SearchTimeline } from '../../../../protocol/search.ts'
import type { Times } from '../use-search-address.ts'
import { stepAt, type Shape } from './chart-shape.ts'
import { timesOfSteps } from './zoom.ts'

/** Closer together than this, press and release are one point. */
const dragPx = 5

export interface ChartCursor {
  readonly at: number | null
  /** The other end of the span that is being chosen; `at` when it is one moment. */
  readonly anchor: number | null
  readonly onPointerDown: (event: PointerEvent<HTMLElement>) => void
  readonly onPointerMove: (event: PointerEvent<HTMLElement>) => void
  readonly onPointerUp: (event: PointerEvent<HTMLElement>) => void
  readonly onPointerLeave: () => void
  readonly onPointerCancel: () => void
  readonly onKeyDown: (event: KeyboardEvent) => void
}

/** A moment or a span of the chart, chosen by dragging or with the keyboard. */
export function useChartCursor(
  timeline: SearchTimeline,
  shape: Shape,
  act: {
    readonly onPoint: (point: Times | null) => void
    readonly onZoom: (times: Times) => void
    readonly onZoomBy: (factor: number, around: number | null) => void
    readonly onMove: (direction: -1 | 1) => void
  },
): ChartCursor {
  const count = timeline.items.length
  const [at, setAt] = useState<number | null>(null)
  const [anchor, setAnchor] = useState<number | null>(null)
  const pressedAt = useRef<number | null>(null)
  const put = (step: number, isSpan: boolean): void => {
    setAt(step)
    setAnchor(isSpan ? (anchor ?? at ?? step) : step)
  }
  const clear = (): void => {
    pressedAt.current = null
    setAt(null)
    setAnchor(null)
  }
  const choose = (a: number, b: number, isSpan: boolean): void => {
    const times = timesOfSteps(timeline, a, b)
    if (times === null) return
    if (isSpan) {
      clear()
      act.onZoom(times)
    } else act.onPoint(times)
  }
  const placeOf = (event: PointerEvent<HTMLElement>): number =>
    event.clientX - event.currentTarget.getBoundingClientRect().left

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const here = at ?? count - 1
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: here - (at === null ? 0 : 1),
      ArrowDown: here - (at === null ? 0 : 1),
      ArrowRight: here + 1,
      ArrowUp: here + 1,
      Home: 0,
      End: count - 1,
    }
    const to = steps[event.key]
    if (to !== undefined) put(Math.max(0, Math.min(count - 1, to)), event.shiftKey)
    else if (event.key === 'Enter' || event.key === ' ')
      choose(here, anchor ?? here, anchor !== null && anchor !== here)
    else if (event.key === '+' || event.key === '=') act.onZoomBy(0.5, at)
    else if (event.key === '-') act.onZoomBy(2, at)
    else if (event.key === 'PageUp') act.onMove(-1)
    else if (event.key === 'PageDown') act.onMove(1)
    else if (event.key === 'Escape') {
      clear()
      act.onPoint(null)
    } else return
    event.preventDefault()
  }
  return {
    ...{ at, anchor, onKeyDown },
    onPointerDown: (event) => {
      if (event.button !== 0) return
      const x = placeOf(event)
      pressedAt.current = x
      event.currentTarget.setPointerCapture(event.pointerId)
      setAt(stepAt(shape, x, count))
      setAnchor(stepAt(shape, x, count))
    },
    onPointerMove: (event) => {
      const step = stepAt(shape, placeOf(event), count)
      setAt(step)
      if (pressedAt.current === null) setAnchor(step)
    },
    onPointerUp: (event) => {
      const pressed = pressedAt.current
      pressedAt.current = null
      if (pressed === null) return
      const x = placeOf(event)
      const isSpan = Math.abs(x - pressed) > dragPx
      choose(stepAt(shape, pressed, count), stepAt(shape, x, count), isSpan)
    },
    onPointerLeave: () => {
      if (pressedAt.current === null) clear()
    },
    onPointerCancel: clear,
  }
}
