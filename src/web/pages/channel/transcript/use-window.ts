import { useCallback, useState } from 'react'
import type { Item } from './items.ts'

/**
 * Lines that stand in the page at once, however long the transcript is. They are many more than are in sight and near
 * it, also where short ones flow into paragraphs: a window that moves never leaves what is read.
 */
const mostLines = { rows: 240, paragraphs: 600 } as const
/** How far the window moves when the reader comes near its edge. */
const stepRows = 100

export interface Window {
  readonly rows: readonly Item[]
  /** The place of the first row among the items. */
  readonly start: number
  readonly hasAbove: boolean
  readonly hasBelow: boolean
  readonly moveUp: () => void
  readonly moveDown: () => void
}

/**
 * The part of the items that is drawn. It ends with the newest while the reader follows; otherwise it is
 * pinned, so that what arrives moves nothing, and moves with the reader.
 */
export function useWindow(
  items: readonly Item[],
  isFollowing: boolean,
  flow: keyof typeof mostLines,
): Window {
  const most = mostLines[flow]
  const [pinned, setPinned] = useState<string | null>(null)
  if (isFollowing && pinned !== null) setPinned(null)
  if (!isFollowing && pinned === null && items.length > 0) setPinned(items.at(-1)?.key ?? null)
  const found = pinned === null ? -1 : findLast(items, pinned)
  const end = found === -1 ? items.length : found + 1
  const start = Math.max(0, end - most)

  const moveUp = useCallback(() => {
    setPinned(items[Math.max(Math.min(most, items.length), end - stepRows) - 1]?.key ?? null)
  }, [items, end, most])
  const moveDown = useCallback(() => {
    setPinned(items[Math.min(items.length, end + stepRows) - 1]?.key ?? null)
  }, [items, end])
  return {
    rows: items.slice(start, end),
    start,
    hasAbove: start > 0,
    hasBelow: end < items.length,
    moveUp,
    moveDown,
  }
}

function findLast(items: readonly Item[], key: string): number {
  for (let i = items.length - 1; i >= 0; i--) if (items[i]?.key === key) return i
  return -1
}
