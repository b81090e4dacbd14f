import { ByteReader, ByteWriter, decodeAscending, encodeAscending } from './varint.ts'

/**
 * Where a term stands in a chunk: ascending positions, packed in one of two ways. What is said seldom is kept as steps.
 * What is said often is kept by **ranges** of 256 tokens: how many positions each range has, then for each position its
 * place in its range, one byte. That is as short, and where a phrase may go on is looked up without unpacking the rest.
 *
 * Steps begin with their count, which is never 0; ranges begin with a 0.
 */
const rangeBits = 8
const rangeSize = 2 ** rangeBits
const placeMask = rangeSize - 1

/** Where one word stands in a chunk. */
export interface PositionList {
  readonly length: number
  /** All of them, ascending. */
  list(): Int32Array
  /** Those in [from, to), ascending. */
  within(from: number, to: number): Int32Array
  /** Of `starts`, ascending, those that have a position so far behind them. */
  followed(starts: Int32Array, distance: number): Int32Array
}

export function encodePosting(positions: ArrayLike<number>): Uint8Array {
  return encodeRanges(positions) ?? encodeAscending(positions)
}

export function readPosting(bytes: Uint8Array): PositionList {
  if (bytes[0] === 0) return new Ranges(bytes)
  return listed(decodeAscending(bytes))
}

/** Undefined where steps are shorter, or a range is so full that a byte cannot count it. */
function encodeRanges(positions: ArrayLike<number>): Uint8Array | undefined {
  const { length } = positions
  const ranges = ((positions[length - 1] ?? 0) >>> rangeBits) + 1
  if (length < ranges) return undefined
  const counts = new Uint8Array(ranges)
  const places = new Uint8Array(length)
  for (let n = 0; n < length; n++) {
    const position = positions[n] ?? 0
    const range = position >>> rangeBits
    const count = counts[range] ?? 0
    if (count === placeMask) return undefined
    counts[range] = count + 1
    places[n] = position & placeMask
  }
  const head = new ByteWriter()
  head.unsigned(0)
  head.unsigned(length)
  head.unsigned(ranges)
  const start = head.take()
  const bytes = new Uint8Array(start.length + ranges + length)
  bytes.set(start)
  bytes.set(counts, start.length)
  bytes.set(places, start.length + ranges)
  return bytes
}

class Ranges implements PositionList {
  readonly length: number
  readonly #places: Uint8Array
  /** How many positions lie before each range, and in all. */
  readonly #before: Int32Array
  #list: Int32Array | undefined

  constructor(bytes: Uint8Array) {
    const reader = new ByteReader(bytes)
    reader.unsigned()
    this.length = reader.unsigned()
    const ranges = reader.unsigned()
    const { at } = reader
    this.#places = bytes.subarray(at + ranges)
    if (this.#places.length !== this.length)
      throw new RangeError('a part of the search index ends too early')
    this.#before = new Int32Array(ranges + 1)
    let sum = 0
    for (let range = 0; range < ranges; range++) {
      sum += bytes[at + range] ?? 0
      this.#before[range + 1] = sum
    }
    if (sum !== this.length) throw new RangeError('a part of the search index is damaged')
  }

  list(): Int32Array {
    return (this.#list ??= this.#unpack(0, this.#before.length - 1))
  }

  within(from: number, to: number): Int32Array {
    if (this.#list !== undefined) return sliceOf(this.#list, from, to)
    const last = this.#before.length - 1
    const first = Math.min(from >>> rangeBits, last)
    const end = Math.min(((to + placeMask) >>> rangeBits) | 0, last)
    return sliceOf(this.#unpack(first, end), from, to)
  }

  followed(starts: Int32Array, distance: number): Int32Array {
    // Where most of it would be looked at, it is walked along.
    if (starts.length * 4 > this.length) return walk(starts, this.list(), distance)
    const before = this.#before
    const places = this.#places
    const last = before.length - 1
    const found = new Int32Array(starts.length)
    let count = 0
    for (let n = 0; n < starts.length; n++) {
      const start = starts[n] ?? 0
      const wanted = start + distance
      const range = wanted >>> rangeBits
      if (range >= last) break
      const place = wanted & placeMask
      const end = before[range + 1] ?? 0
      for (let at = before[range] ?? 0; at < end; at++)
        if (places[at] === place) {
          found[count++] = start
          break
        }
    }
    return found.subarray(0, count)
  }

  #unpack(fromRange: number, toRange: number): Int32Array {
    const before = this.#before
    const places = this.#places
    const offset = before[fromRange] ?? 0
    const values = new Int32Array(Math.max(0, (before[toRange] ?? 0) - offset))
    let at = offset
    for (let range = fromRange; range < toRange; range++) {
      const base = range << rangeBits
      for (const end = before[range + 1] ?? 0; at < end; at++)
        values[at - offset] = base | (places[at] ?? 0)
    }
    return values
  }
}

/** Positions that are unpacked already. */
export function listed(values: Int32Array): PositionList {
  return {
    length: values.length,
    list: () => values,
    within: (from, to) => sliceOf(values, from, to),
    followed: (starts, distance) =>
      starts.length * 16 < values.length
        ? leap(starts, values, distance)
        : walk(starts, values, distance),
  }
}

/** Those of several lists, in one. */
export function union(lists: readonly PositionList[]): PositionList {
  const [only] = lists
  if (lists.length === 1 && only !== undefined) return only
  const all = new Int32Array(lists.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const one of lists) {
    all.set(one.list(), at)
    at += one.length
  }
  return listed(all.sort())
}

function walk(starts: Int32Array, values: Int32Array, distance: number): Int32Array {
  const found = new Int32Array(starts.length)
  const end = values.length
  let count = 0
  let next = 0
  for (let n = 0; n < starts.length && next < end; n++) {
    const start = starts[n] ?? 0
    const wanted = start + distance
    while (next < end && (values[next] ?? 0) < wanted) next++
    if (values[next] === wanted) found[count++] = start
  }
  return found.subarray(0, count)
}

function leap(starts: Int32Array, values: Int32Array, distance: number): Int32Array {
  const found = new Int32Array(starts.length)
  let count = 0
  let low = 0
  for (let n = 0; n < starts.length; n++) {
    const start = starts[n] ?? 0
    low = firstFrom(values, start + distance, low)
    if (values[low] === start + distance) found[count++] = start
  }
  return found.subarray(0, count)
}

function sliceOf(values: Int32Array, from: number, to: number): Int32Array {
  const first = firstFrom(values, from, 0)
  return values.subarray(first, firstFrom(values, to, first))
}

/** The first place from `low` on whose value is at least `wanted`. */
function firstFrom(values: Int32Array, wanted: number, low: number): number {
  let from = low
  let to = values.length
  while (from < to) {
    const middle = (from + to) >>> 1
    if ((values[middle] ?? 0) < wanted) from = middle + 1
    else to = middle
  }
  return from
}
