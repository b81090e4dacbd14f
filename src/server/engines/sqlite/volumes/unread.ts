import type { CcrError } from '../../../../protocol/codes.ts'
import type { Cue } from '../../../../protocol/api.ts'
import type { CuePage, CueQuery } from '../../../ports/archive.ts'
import { formatCursor } from '../../rules/cue-order.ts'
import { monthStartMs } from './months.ts'

/** A month that cannot be read ends a page: what lies before it is still complete. */
export interface Unread {
  readonly month: number
  readonly failure: CcrError
}

/** What lies before a month that cannot be read, in the asked order; the page after it tells why it ends. */
export function pageBefore(
  { month, failure }: Unread,
  ordered: readonly Cue[],
  { order, limit }: CueQuery,
  position: CuePage['position'],
): CuePage {
  const cues = ordered
    .filter(({ start }) =>
      order === 'oldest'
        ? Date.parse(start) < monthStartMs(month)
        : Date.parse(start) >= monthStartMs(month + 1),
    )
    .slice(0, limit)
  const last = cues.at(-1)
  if (last === undefined) throw failure
  return { cues, cursor: formatCursor(last), position }
}
