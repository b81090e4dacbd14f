import {
  decodeMinutes,
  decodeStretches,
  encodeChunk,
  type ChunkColumns,
  type StretchInput,
} from './chunk.ts'
import { encodeHours, hoursOf } from './hours.ts'
import { encodePosting } from './posting.ts'

/** What is kept of one term in one chunk. */
export interface PackedTerm {
  readonly positions: Uint8Array
  /** Its counts by hour, for terms that are said often. */
  readonly hours: Uint8Array | undefined
}

export interface BuiltChunk {
  readonly columns: ChunkColumns
  /** By number of the term. */
  readonly terms: ReadonlyMap<number, PackedTerm>
}

/** A chunk ready to be written: stretches in ascending order of their streams; `numberOf` numbers the month's terms. */
export function buildChunk(
  stretches: readonly StretchInput[],
  numberOf: (term: string) => number,
): BuiltChunk {
  const positions = new Map<string, number[]>()
  const ordered = [...stretches].sort((a, b) => a.stream - b.stream)
  const columns = encodeChunk(ordered, (term, position) => {
    const list = positions.get(term)
    if (list === undefined) positions.set(term, [position])
    else list.push(position)
  })
  const byNumber = new Map([...positions].map(([term, list]) => [numberOf(term), list]))
  return { columns, terms: packTerms(columns, byNumber) }
}

/** `positions`: ascending, by number of the term. */
export function packTerms(
  columns: ChunkColumns,
  positions: ReadonlyMap<number, ArrayLike<number>>,
): Map<number, PackedTerm> {
  const stretches = decodeStretches(columns.stretches)
  const minutes = decodeMinutes(columns.minutes, stretches)
  const hours = hoursOf(minutes)
  return new Map(
    [...positions].map(([term, list]) => [
      term,
      { positions: encodePosting(list), hours: encodeHours(list, minutes, stretches, hours) },
    ]),
  )
}
