import { bodyEnd, descriptors, isCurrent, uint16 } from '../transport/bytes.ts'
import { decodeDvbText } from './dvb-text.ts'
import type { GuideEvent } from './guide-event.ts'

/** Tables of ETSI EN 300 468, of the stream that they are in. */
export const dvbPids = { events: 0x12, time: 0x14 } as const
const presentAndFollowing = 0x4e
/** Four days from today's midnight on; later tables are of later days. */
const schedule = 0x50
const timeAndDate = 0x70
const timeOffset = 0x73

const shortEvent = 0x4d
const extendedEvent = 0x4e
const contentTag = 0x54
const parentalRating = 0x55

const modifiedJulian1970 = 40_587
const secondsPerDay = 86_400

const contents: readonly (string | undefined)[] = [
  ...[undefined, 'Movie/Drama', 'News/Current affairs', 'Show/Game show', 'Sports'],
  ...['Children’s/Youth', 'Music/Ballet/Dance', 'Arts/Culture', 'Social/Political/Economics'],
  ...['Education/Science/Factual', 'Leisure hobbies'],
]

export interface DvbEvents {
  readonly programme: number
  readonly events: readonly GuideEvent[]
  /** Whether the table says of them that they are on now; null for a schedule. */
  readonly isPresent: boolean | null
  readonly unread: number
}

/** Whether a section is worth its CRC: an event table of this programme of this stream. */
export function isEventsOf(head: Uint8Array, programme: number): boolean {
  const table = head[0] ?? 0
  const isEvents = table === presentAndFollowing || table === schedule
  return isEvents && uint16(head, 3) === programme
}

export function parseDvbEvents(section: Uint8Array): DvbEvents | null {
  const programme = uint16(section, 3)
  if (!isEventsOf(section, programme) || !isCurrent(section)) return null
  const events: GuideEvent[] = []
  let unread = 0
  const end = bodyEnd(section)
  for (let at = 14; at + 12 <= end;) {
    const next = at + 12 + (uint16(section, at + 10) & 0x0fff)
    if (next > end) break
    const event = eventAt(section, at, next)
    if (event === null) unread++
    else events.push(event)
    at = next
  }
  const isPresent = section[0] === presentAndFollowing ? section[6] === 0 : null
  return { programme, events, isPresent, unread }
}

/** TDT or TOT: UTC in milliseconds since 1970. */
export function parseDvbTime(section: Uint8Array): number | null {
  if (section[0] !== timeAndDate && section[0] !== timeOffset) return null
  return timeAt(section, 3)
}

function eventAt(section: Uint8Array, at: number, next: number): GuideEvent | null {
  const startMs = timeAt(section, at + 2)
  const seconds = bcdSeconds(section, at + 7)
  let [title, short, extended] = ['', '', '']
  let category: string | null = null
  let rating: string | null = null
  for (const [tag, start, end] of descriptors(section, at + 12, next)) {
    if (tag === shortEvent && title === '') {
      title = textAt(section, start + 3, end).trim()
      short = textAt(section, start + 4 + (section[start + 3] ?? 0), end).trim()
    } else if (tag === extendedEvent) {
      extended += textAt(section, start + 5 + (section[start + 4] ?? 0), end)
    } else if (tag === contentTag) category ??= contents[(section[start] ?? 0) >> 4] ?? null
    else if (tag === parentalRating) rating ??= ageOf(section[start + 3] ?? 0)
  }
  if (startMs === null || seconds === null || title === '') return null
  const description = [short, extended.trim()].filter((text) => text !== '').join('\n')
  const id = uint16(section, at)
  const durationMs = seconds * 1000
  return { id, startMs, durationMs, title, description: description || null, category, rating }
}

/** A text with its length before it; '' when it is cut or cannot be read. */
function textAt(section: Uint8Array, at: number, end: number): string {
  const to = at + 1 + (section[at] ?? 0)
  return to > end ? '' : (decodeDvbText(section.subarray(at + 1, to)) ?? '')
}

/** Ages are given less three; what is above is the broadcaster's own. */
function ageOf(value: number): string | null {
  return value >= 1 && value <= 15 ? `${value + 3}+` : null
}

/** Days of the modified Julian calendar, and six decimal digits; null when all ones, or no digits. */
function timeAt(bytes: Uint8Array, at: number): number | null {
  const day = uint16(bytes, at)
  const seconds = bcdSeconds(bytes, at + 2)
  if (day < modifiedJulian1970 || seconds === null) return null
  return ((day - modifiedJulian1970) * secondsPerDay + seconds) * 1000
}

function bcdSeconds(bytes: Uint8Array, at: number): number | null {
  let seconds = 0
  for (let i = at; i < at + 3; i++) {
    const [tens, ones] = [(bytes[i] ?? 0) >> 4, (bytes[i] ?? 0) & 0x0f]
    if (tens > 9 || ones > 9) return null
    seconds = seconds * 60 + tens * 10 + ones
  }
  return seconds
}
