import type { Cue } from '../../../../protocol/api.ts'
import type { Item } from './items.ts'

/** The lines that the reader has selected; without a selection the newest while it is followed, or the one at the top. */
export function quotedCues(
  scroller: HTMLElement | null,
  items: readonly Item[],
  isFollowing: boolean,
): readonly Cue[] {
  const cues = items.flatMap((item) => (item.kind === 'cue' ? [item] : []))
  const last = cues.slice(-1).map(({ cue }) => cue)
  if (scroller === null) return last
  const rows = [...scroller.querySelectorAll<HTMLElement>('.row[data-key]')]
  const selection = getSelection()
  const selected =
    selection === null || selection.isCollapsed
      ? []
      : rows.filter((row) => selection.containsNode(row, true))
  const { top } = scroller.getBoundingClientRect()
  const first = rows.find((row) => row.getBoundingClientRect().bottom > top + 1)
  const keys = new Set(
    (selected.length > 0 ? selected : first === undefined || isFollowing ? [] : [first]).map(
      (row) => row.dataset['key'],
    ),
  )
  return keys.size === 0 ? last : cues.filter(({ key }) => keys.has(key)).map(({ cue }) => cue)
}
