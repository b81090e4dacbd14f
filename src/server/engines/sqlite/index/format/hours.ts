import { minutesPerHour } from '../../../rules/search/measures.ts'
import type { MinuteTable, Stretch } from './chunk.ts'
import { ByteReader, ByteWriter } from './varint.ts'

/** Own minutes of one stretch in one hour of the clock, in the order of the table of minutes. */
export interface HourTable {
  readonly stretch: Int32Array
  /** Hours since 1970. */
  readonly hour: Int32Array
  /** The place of its first minute; one more is the end of the table. */
  readonly from: Int32Array
}

/** What one word adds to each of a chunk's hours. */
export interface HourCounts {
  readonly mentions: Int32Array
  /** Minutes in which it was said. */
  readonly minutes: Int32Array
}

/** A word of fewer occurrences an hour is counted as quickly from its positions. */
const worthPerHour = 1

export function hoursOf({ minute, stretch }: MinuteTable): HourTable {
  const stretches: number[] = []
  const hours: number[] = []
  const from: number[] = []
  for (let place = 0; place < minute.length; place++) {
    const hour = Math.floor((minute[place] ?? 0) / minutesPerHour)
    const own = stretch[place] ?? 0
    if (hours.at(-1) === hour && stretches.at(-1) === own) continue
    stretches.push(own)
    hours.push(hour)
    from.push(place)
  }
  from.push(minute.length)
  return {
    stretch: Int32Array.from(stretches),
    hour: Int32Array.from(hours),
    from: Int32Array.from(from),
  }
}

/** Undefined for words that are not worth it. */
export function encodeHours(
  positions: ArrayLike<number>,
  table: MinuteTable,
  stretches: readonly Stretch[],
  hours: HourTable,
): Uint8Array | undefined {
  const { length } = hours.hour
  if (positions.length < worthPerHour * length) return undefined
  const mentions = new Int32Array(length)
  const minutes = new Int32Array(length)
  let place = 0
  let cell = 0
  let counted = -1
  for (let n = 0; n < positions.length; n++) {
    const position = positions[n] ?? 0
    while ((table.start[place + 1] ?? Infinity) <= position) place++
    const own = stretches[table.stretch[place] ?? 0]
    if (own === undefined || position < own.ownStart || position >= own.ownEnd) continue
    while ((hours.from[cell + 1] ?? Infinity) <= place) cell++
    mentions[cell] = (mentions[cell] ?? 0) + 1
    if (place !== counted) minutes[cell] = (minutes[cell] ?? 0) + 1
    counted = place
  }
  const bytes = new ByteWriter()
  for (const counts of [mentions, minutes]) for (const count of counts) bytes.unsigned(count)
  return bytes.take()
}

export function decodeHours(bytes: Uint8Array, { hour: { length } }: HourTable): HourCounts {
  const reader = new ByteReader(bytes)
  const read = (): Int32Array => {
    const counts = new Int32Array(length)
    for (let n = 0; n < length; n++) counts[n] = reader.unsigned()
    return counts
  }
  return { mentions: read(), minutes: read() }
}
