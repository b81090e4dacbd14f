import { encodeChunk, type ChunkColumns, type StretchInput } from './chunk.ts'
import { encodeAscending } from './varint.ts'

export interface BuiltChunk {
  readonly columns: ChunkColumns
  /** Encoded positions by number of the term. */
  readonly postings: ReadonlyMap<number, Uint8Array>
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
  const postings = new Map<number, Uint8Array>()
  for (const [term, list] of positions) postings.set(numberOf(term), encodeAscending(list))
  return { columns, postings }
}
