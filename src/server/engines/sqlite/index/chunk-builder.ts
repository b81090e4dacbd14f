import { encodeChunk, type ChunkColumns, type StretchInput } from './chunk.ts'
import { encodeAscending } from './varint.ts'

export interface BuiltChunk {
  readonly columns: ChunkColumns
  /** Encoded positions by term. */
  readonly postings: ReadonlyMap<string, Uint8Array>
}

/** A chunk ready to be written: stretches in ascending order of their streams. */
export function buildChunk(stretches: readonly StretchInput[]): BuiltChunk {
  const positions = new Map<string, number[]>()
  const ordered = [...stretches].sort((a, b) => a.stream - b.stream)
  const columns = encodeChunk(ordered, (term, position) => {
    const list = positions.get(term)
    if (list === undefined) positions.set(term, [position])
    else list.push(position)
  })
  const postings = new Map<string, Uint8Array>()
  for (const [term, list] of positions) postings.set(term, encodeAscending(list))
  return { columns, postings }
}
