import { crc32 } from '../../src/captions/transport/sections.ts'
import { letters, longSection, uint16, uint32, type MadeSection } from './multiplex.ts'

/** Tables of programme guides, ATSC and DVB. */

const gpsEpochMs = Date.UTC(1980, 0, 6)
export const leapSeconds = 18
export const psipEventPid = 0x1d00
export const psipTextPid = 0x1e00

export interface MadeEvent {
  readonly id: number
  /** UTC */
  readonly start: string
  readonly minutes: number
  readonly title: readonly number[]
  readonly descriptors?: readonly number[]
}

/** A multiple_string_structure of one segment. */
export function strings(text: string | readonly number[], compression = 0, mode = 0): number[] {
  const bytes = typeof text === 'string' ? letters(text) : text
  return [1, ...letters('eng'), 1, compression, mode, bytes.length, ...bytes]
}

function gpsSeconds(time: string): number {
  return (Date.parse(time) - gpsEpochMs) / 1000 + leapSeconds
}

export function systemTime(time: string): MadeSection {
  const body = [0, ...uint32(gpsSeconds(time)), leapSeconds, 0, 0]
  return { pid: 0x1ffb, section: longSection(0xcd, 0, body) }
}

export function masterGuide(): MadeSection {
  const entry = (type: number, pid: number): number[] => [
    ...[...uint16(type), ...uint16(0xe000 | pid), 0xe0, ...uint32(100), 0xf0, 0],
  ]
  const entries = [entry(0x0100, psipEventPid), entry(0x0200, psipTextPid), entry(0x0140, 0x1d40)]
  const body = [0, ...uint16(entries.length), ...entries.flat(), 0xf0, 0]
  return { pid: 0x1ffb, section: longSection(0xc7, 0, body) }
}

export function psipEvents(
  sourceId: number,
  events: readonly MadeEvent[],
  version = 0,
): MadeSection {
  const body = events.flatMap(({ id, start, minutes, title, descriptors = [] }) => [
    ...uint16(0xc000 | id),
    ...uint32(gpsSeconds(start)),
    ...[0xd0 | ((minutes * 60) >> 16), ...uint16(minutes * 60)],
    ...[title.length, ...title],
    ...[...uint16(0xf000 | descriptors.length), ...descriptors],
  ])
  const section = longSection(0xcb, sourceId, [0, events.length, ...body], { version })
  return { pid: psipEventPid, section }
}

export function psipText(sourceId: number, event: number, text: readonly number[]): MadeSection {
  const body = [0, ...uint16(sourceId), ...uint16((event << 2) | 2), ...text]
  return { pid: psipTextPid, section: longSection(0xcc, event, body) }
}

/** content_advisory_descriptor: by words, or by the numbers of the American system. */
export function contentAdvice(
  words: string,
  pairs: readonly (readonly [number, number])[] = [],
): number[] {
  const said = words === '' ? [] : strings(words)
  const region = [1, pairs.length, ...pairs.flatMap(([at, value]) => [at, 0xf0 | value])]
  const body = [0xc1, ...region, said.length, ...said]
  return [0x87, body.length, ...body]
}

export function timeAndDate(time: string): MadeSection {
  return { pid: 0x14, section: Uint8Array.of(0x70, 0x70, 5, ...dvbTime(time)) }
}

export function dvbEvents(
  service: number,
  events: readonly MadeEvent[],
  { table = 0x4e, number = 0, version = 0 } = {},
): MadeSection {
  const body = events.flatMap(({ id, start, minutes, title, descriptors = [] }) => {
    const short = [0x4d, 5 + title.length, ...letters('eng'), title.length, ...title, 0]
    const all = [...short, ...descriptors]
    const duration = [bcd(Math.floor(minutes / 60)), bcd(minutes % 60), 0]
    return [...uint16(id), ...dvbTime(start), ...duration, ...uint16(0x8000 | all.length), ...all]
  })
  const head = [0, 1, 0, 2, 1, table]
  return {
    pid: 0x12,
    section: longSection(table, service, [...head, ...body], { version, number, last: 1 }),
  }
}

/** Both halves of a longer description. */
export function extendedText(...parts: readonly string[]): number[] {
  return parts.flatMap((text, i) => {
    const body = [
      (i << 4) | (parts.length - 1),
      ...letters('eng'),
      0,
      text.length,
      ...letters(text),
    ]
    return [0x4e, body.length, ...body]
  })
}

function dvbTime(time: string): number[] {
  const ms = Date.parse(time)
  const date = new Date(ms)
  const day = Math.floor(ms / 86_400_000) + 40_587
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()]
  return [...uint16(day), ...clock.map(bcd)]
}

function bcd(value: number): number {
  return (Math.floor(value / 10) << 4) | (value % 10)
}

/** With one bit flipped its CRC is wrong. */
export function damaged({ section, ...rest }: MadeSection): MadeSection {
  const copy = Uint8Array.from(section)
  copy[12] = (copy[12] ?? 0) ^ 1
  return { ...rest, section: copy }
}

/** The same with other bytes, and a CRC that is right for them. */
export function rewritten(
  { section, ...rest }: MadeSection,
  write: (bytes: Uint8Array) => void,
): MadeSection {
  const copy = Uint8Array.from(section)
  write(copy)
  copy.set(uint32(crc32(copy.subarray(0, -4))), copy.length - 4)
  return { ...rest, section: copy }
}
