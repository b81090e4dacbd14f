import { useState } from 'react'
import type { Cue } from '../../../protocol/api.ts'
import { unbroken, type Keys } from './checking.ts'
import type { Span } from '../../shared/time/days.ts'
import type { Part } from './parts.tsx'
import { nameOfCue, takeOfLines, type Take } from './take.ts'
import type { Address, Change } from './use-address.ts'
import type { DayParts } from './use-parts.ts'

/** What of the day is checked; of lines, parts and a stretch only the last chosen kind is. */
export interface Checked {
  readonly parts: Keys
  readonly lines: Keys
  readonly kind: 'day' | 'range' | 'hours' | 'airings' | 'lines'
  readonly count: number
  readonly checkParts: (after: Keys) => void
  readonly checkLines: (after: Keys, listed: readonly Cue[]) => void
  readonly takeSpan: (span: Span) => void
  readonly clear: () => void
  /** `listed` are the lines that can be seen, of which it is known what lies between them. */
  readonly takeOf: (listed: readonly Cue[], isWhole: boolean) => Take
}

export function useChecked(
  { by, parts, shown, span }: DayParts,
  address: Address,
  change: (by: Change) => void,
): Checked {
  const [lines, setLines] = useState<ReadonlyMap<string, Cue>>(new Map())
  const checked = lines.size > 0 ? new Set<string>() : checkedParts(by, parts, address)
  const set = (airing: readonly string[] | null, range: Span | null): void =>
    change({ airing, from: range?.from ?? null, to: range?.to ?? null })
  const forget = (): void => {
    if (lines.size > 0) setLines(new Map())
  }
  return {
    parts: checked,
    lines: new Set(lines.keys()),
    ...kindOf(by, lines.size, checked.size, address),
    checkParts: (after) => {
      forget()
      if (by === 'programmes') {
        set([...after], null)
        return
      }
      const keys = parts.map(({ key }) => key)
      const ends = unbroken(keys, checked, after)
      const [first, last] = [parts[ends?.[0] ?? -1], parts[ends?.[1] ?? -1]]
      set(
        null,
        first === undefined || last === undefined ? null : { from: first.from, to: last.to },
      )
    },
    checkLines: (after, listed) => {
      const next = new Map(lines)
      for (const cue of listed) {
        const name = nameOfCue(cue)
        if (after.has(name)) next.set(name, cue)
        else next.delete(name)
      }
      setLines(next)
      // One change after the other would be two steps of the address.
      if (next.size > 0 && (address.airings.length > 0 || address.span !== null)) set(null, null)
    },
    takeSpan: (range) => {
      forget()
      set(null, range)
    },
    clear: () => {
      forget()
      set(null, null)
    },
    takeOf: (listed, isWhole) =>
      takeOfChecked(lines, listed, { isWhole, to: (shown ?? span).to }) ??
      (address.airings.length > 0
        ? { kind: 'airings', ids: address.airings }
        : { kind: 'range', ...(address.span ?? span) }),
  }
}

function checkedParts(by: DayParts['by'], parts: readonly Part[], address: Address): Keys {
  if (by === 'programmes') return new Set(address.airings)
  const { span } = address
  if (span === null) return new Set()
  return new Set(
    parts.filter(({ from, to }) => from >= span.from && to <= span.to).map(({ key }) => key),
  )
}

function kindOf(
  by: DayParts['by'],
  lines: number,
  parts: number,
  { airings, span }: Address,
): Pick<Checked, 'kind' | 'count'> {
  if (lines > 0) return { kind: 'lines', count: lines }
  if (airings.length > 0) return { kind: 'airings', count: airings.length }
  if (span === null) return { kind: 'day', count: 0 }
  return by === 'hours' && parts > 0 ? { kind: 'hours', count: parts } : { kind: 'range', count: 0 }
}

/** Lines of a part that is no longer shown are named one by one. */
function takeOfChecked(
  lines: ReadonlyMap<string, Cue>,
  listed: readonly Cue[],
  rest: { readonly isWhole: boolean; readonly to: string },
): Take | null {
  const seen = listed.filter((cue) => lines.has(nameOfCue(cue)))
  if (seen.length === lines.size)
    return takeOfLines(listed, (cue) => lines.has(nameOfCue(cue)), rest)
  const all = [...lines.values()].sort((a, b) => (a.start < b.start ? -1 : 1))
  const take = takeOfLines(all, () => true, { isWhole: false, to: rest.to })
  return take && { kind: 'cues', from: take.from, to: take.to, cues: all.map(nameOfCue) }
}
