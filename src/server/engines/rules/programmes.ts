import type { Airing, Programme } from '../../../protocol/api.ts'
import { tokenize } from '../../../query/text/tokenize.ts'
import type { ProgrammeWish } from '../../ports/archive.ts'

/** A year of half-hours: some 50 ms to look through. */
export const mostAirings = 20_000

export interface ProgrammesInput {
  readonly channel: string
  /** Of the start. */
  readonly fromMs: number
  readonly toMs: number
  readonly wish: ProgrammeWish
}

/** Airings of one title together, in the order in which the titles come. */
export function programmesOf(
  airings: Iterable<Airing>,
  { terms, newest }: ProgrammeWish,
): readonly Programme[] {
  const found = new Map<string, { channel: string; count: number; airings: Airing[] } | null>()
  for (const airing of airings) {
    const { title, channel } = airing
    let programme = found.get(title)
    if (programme === undefined) {
      programme = hasTerms(title, terms) ? { channel, count: 0, airings: [] } : null
      found.set(title, programme)
    }
    if (programme === null) continue
    programme.count++
    if (programme.airings.length < newest) programme.airings.push(airing)
  }
  return [...found].flatMap(([title, programme]) =>
    programme === null ? [] : [{ title, ...programme }],
  )
}

/** Whether each term begins a word of the title. */
export function hasTerms(title: string, terms: readonly string[]): boolean {
  const words = tokenize(title).terms
  return terms.every((term) => words.some((word) => word.startsWith(term)))
}
