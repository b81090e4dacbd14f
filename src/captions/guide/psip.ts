import type { CaptionService } from '../caption-group.ts'
import { programmeTypes } from '../cea608/programme-types.ts'
import { bodyEnd, descriptors, isCurrent, uint16, uint32 } from '../transport/bytes.ts'
import { captionServices } from '../transport/caption-services.ts'
import type { GuideEvent } from './guide-event.ts'
import { decodeMultipleStrings } from './multiple-strings.ts'

/** Tables of ATSC A/65. */
export const psipTables = { guide: 0xc7, events: 0xcb, text: 0xcc, time: 0xcd } as const

/** 1980-01-06 in UTC, when GPS time began. */
const gpsEpochSeconds = 315_964_800
const firstEventTable = 0x0100
const firstTextTable = 0x0200
/** Each event table holds three hours: these reach a day ahead. */
const eventTables = 8

const adviceTag = 0x87
const genreTag = 0xab
const unitedStates = 1
const ratings: Readonly<Record<number, readonly (string | undefined)[]>> = {
  0: [undefined, undefined, 'TV-G', 'TV-PG', 'TV-14', 'TV-MA'],
  5: [undefined, 'TV-Y', 'TV-Y7'],
  7: [undefined, undefined, 'G', 'PG', 'PG-13', 'R', 'NC-17', 'X', 'Not Rated'],
}

/** Where the events of the next day, and their texts, are: PIDs of an MGT. */
export function parseMasterGuide(section: Uint8Array): Set<number> | null {
  if (section[0] !== psipTables.guide || !isCurrent(section)) return null
  const pids = new Set<number>()
  const count = uint16(section, 9)
  let at = 11
  for (let i = 0; i < count && at + 11 <= bodyEnd(section); i++) {
    const type = uint16(section, at)
    const isNear = [firstEventTable, firstTextTable].some(
      (first) => type >= first && type < first + eventTables,
    )
    if (isNear) pids.add(uint16(section, at + 2) & 0x1fff)
    at += 11 + (uint16(section, at + 9) & 0x0fff)
  }
  return pids
}

/** GPS seconds are ahead of UTC by the leap seconds since 1980. */
export interface SystemTime {
  readonly utcMs: number
  readonly leapSeconds: number
}

export function parseSystemTime(section: Uint8Array): SystemTime | null {
  if (section[0] !== psipTables.time || section.length < 18) return null
  const leapSeconds = section[13] ?? 0
  return { utcMs: toUtcMs(uint32(section, 9), leapSeconds), leapSeconds }
}

function toUtcMs(gpsSeconds: number, leapSeconds: number): number {
  return (gpsSeconds + gpsEpochSeconds - leapSeconds) * 1000
}

export interface PsipEvent extends GuideEvent {
  readonly services: readonly CaptionService[]
}

export interface PsipEvents {
  readonly sourceId: number
  readonly events: readonly PsipEvent[]
  /** Titles that could not be read. */
  readonly unread: number
}

export function parseEvents(section: Uint8Array, leapSeconds: number): PsipEvents | null {
  if (section[0] !== psipTables.events || !isCurrent(section)) return null
  const events: PsipEvent[] = []
  let unread = 0
  const end = bodyEnd(section)
  let at = 10
  for (let i = 0; i < (section[9] ?? 0) && at + 12 <= end; i++) {
    const titleLength = section[at + 9] ?? 0
    const titleEnd = at + 10 + titleLength
    const next = titleEnd + 2 + (uint16(section, titleEnd) & 0x0fff)
    if (next > end) break
    const title = decodeMultipleStrings(section.subarray(at + 10, titleEnd))?.text ?? ''
    if (title === '') unread++
    else
      events.push({
        id: uint16(section, at) & 0x3fff,
        startMs: toUtcMs(uint32(section, at + 2), leapSeconds),
        durationMs: (uint32(section, at + 5) & 0x0f_ffff) * 1000,
        ...{ title, description: null },
        category: genres(section, titleEnd + 2, next),
        rating: advice(section, titleEnd + 2, next),
        services: captionServices(section, titleEnd + 2, next),
      })
    at = next
  }
  return { sourceId: uint16(section, 3), events, unread }
}

/** The text of one event; null for that of a channel, and of another table. */
export function parseEventText(
  section: Uint8Array,
): { readonly sourceId: number; readonly event: number; readonly text: string | null } | null {
  if (section[0] !== psipTables.text || !isCurrent(section) || section.length < 18) return null
  const isOfEvent = ((section[12] ?? 0) & 3) === 2
  if (!isOfEvent) return null
  const text = decodeMultipleStrings(section.subarray(13, bodyEnd(section)))?.text ?? null
  return { sourceId: uint16(section, 9), event: uint16(section, 11) >> 2, text }
}

function genres(section: Uint8Array, from: number, to: number): string | null {
  const names: string[] = []
  for (const [tag, start, end] of descriptors(section, from, to)) {
    if (tag !== genreTag) continue
    for (const code of section.subarray(start + 1, end)) {
      const name = programmeTypes[code - 0x20]
      if (name !== undefined) names.push(name)
    }
  }
  return names.length === 0 ? null : names.join(', ')
}

/** In words, or by the numbers of the American system. */
function advice(section: Uint8Array, from: number, to: number): string | null {
  for (const [tag, start, end] of descriptors(section, from, to)) {
    if (tag !== adviceTag) continue
    const regions = (section[start] ?? 0) & 0x3f
    let at = start + 1
    for (let i = 0; i < regions && at + 3 <= end; i++) {
      const region = section[at] ?? 0
      const dimensions = section[at + 1] ?? 0
      const words = at + 2 + dimensions * 2
      const wordsEnd = words + 1 + (section[words] ?? 0)
      if (wordsEnd > end) break
      const said = decodeMultipleStrings(section.subarray(words + 1, wordsEnd))?.text ?? ''
      if (said !== '') return said
      for (let pair = at + 2; region === unitedStates && pair < words; pair += 2) {
        const name = ratings[section[pair] ?? 0]?.[(section[pair + 1] ?? 0) & 0x0f]
        if (name !== undefined) return name
      }
      at = wordsEnd
    }
  }
  return null
}
