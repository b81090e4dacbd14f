/** Bytes `first … last`, both included. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/**
 * RFC 9110 §14: the asked part of `length` bytes. Undefined for the whole: without the header, and for what is not one
 * range of bytes, which a server may pass over.
 */
export function parseByteRange(
  header: string | undefined,
  length: number,
): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '')
  if (match === null) return undefined
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return undefined
  if (from === '') {
    const count = Math.min(Number(to), length)
    return count === 0 ? 'unsatisfiable' : { first: length - count, last: length - 1 }
  }
  if (to !== '' && Number(to) < Number(from)) return undefined
  if (Number(from) >= length) return 'unsatisfiable'
  return { first: Number(from), last: to === '' ? length - 1 : Math.min(Number(to), length - 1) }
}

/** Whether a list of entity tags (If-None-Match) names this one; weakness does not matter there. */
export function namesTag(header: string | undefined, tag: string): boolean {
  if (header === undefined) return false
  if (header.trim() === '*') return true
  return header.split(',').some((each) => each.trim().replace(/^W\//, '') === tag)
}

/**
 * The bytes of a range out of pieces that begin at `at`. Throws when there are fewer than were promised: a connection that
 * breaks off is an error to its client, a file that is short would not be.
 */
export async function* cutBytes(
  pieces: AsyncIterable<Uint8Array>,
  at: number,
  { first, last }: ByteRange,
): AsyncGenerator<Uint8Array> {
  let position = at
  for await (const piece of pieces) {
    const begin = Math.max(0, first - position)
    const end = Math.min(piece.length, last + 1 - position)
    position += piece.length
    if (begin < end) yield piece.subarray(begin, end)
    if (position > last) return
  }
  throw new Error('the file has become shorter while it was sent')
}
