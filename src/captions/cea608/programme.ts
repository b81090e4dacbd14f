import type { ProgrammeOutput } from '../caption-event.ts'
import { basicCharacter } from './characters.ts'
import { programmeTypes } from './programme-types.ts'

type Facts = Omit<ProgrammeOutput, 'type' | 'atMs'>

const currentClass = 0x01
const channelClass = 0x05
const descriptionRows = 8
/** Elapsed time runs with the clock; a programme's start has moved only when it is off by more than this. */
const elapsedSlackMinutes = 2

const unknown: Facts = {
  title: null,
  network: null,
  callLetters: null,
  rating: null,
  category: null,
  description: null,
  lengthMinutes: null,
  elapsedMinutes: null,
}

const movieRatings = [null, 'G', 'PG', 'PG-13', 'R', 'NC-17', 'X', 'Not Rated'] as const
const televisionRatings = [null, 'TV-Y', 'TV-Y7', 'TV-G', 'TV-PG', 'TV-14', 'TV-MA', null] as const
const canadianEnglish = ['E', 'C', 'C8+', 'G', 'PG', '14+', '18+', null] as const
const canadianFrench = [
  'E',
  'G',
  '8 ans +',
  '13 ans +',
  '16 ans +',
  '18 ans +',
  null,
  null,
] as const

/** What XDS has said of the current programme. */
export class Programme {
  #facts: Facts = unknown
  readonly #description: string[] = Array.from({ length: descriptionRows }, () => '')
  #elapsedAtMs = 0

  /** The programme as it is now known, when the packet changed it; else null. */
  packet(xdsClass: number, type: number, data: number[], atMs: number): ProgrammeOutput | null {
    const change =
      xdsClass === currentClass
        ? this.#current(type, data, atMs)
        : xdsClass === channelClass
          ? channelFacts(type, data)
          : null
    if (change === null) return null
    const before = this.#facts
    this.#facts = { ...before, ...change }
    return this.#differs(before, atMs)
      ? { type: 'programme', atMs: Math.round(atMs), ...this.#facts }
      : null
  }

  #differs(before: Facts, atMs: number): boolean {
    const { elapsedMinutes: minutes, ...rest } = this.#facts
    const { elapsedMinutes: minutesBefore, ...restBefore } = before
    const keys = Object.keys(rest) as (keyof typeof rest)[]
    let differs = keys.some((key) => rest[key] !== restBefore[key])
    if (minutes !== null) {
      const expected = (minutesBefore ?? 0) + (atMs - this.#elapsedAtMs) / 60_000
      const moved = minutesBefore === null || Math.abs(minutes - expected) > elapsedSlackMinutes
      differs ||= moved
      this.#elapsedAtMs = atMs
    }
    return differs
  }

  #current(type: number, data: number[], atMs: number): Partial<Facts> | null {
    switch (type) {
      case 0x02:
        return this.#times(data, atMs)
      case 0x03:
        return this.#title(text(data))
      case 0x04:
        return { category: categories(data) }
      case 0x05:
        return { rating: rating(data) }
    }
    const row = type - 0x10
    if (row < 0 || row >= descriptionRows) return null
    this.#description[row] = text(data) ?? ''
    return { description: this.#description.filter((line) => line !== '').join(' ') || null }
  }

  /** With another title everything said of the one before is void until it is said again. */
  #title(title: string | null): Partial<Facts> | null {
    if (title === null || title === this.#facts.title) return null
    if (this.#facts.title === null) return { title }
    this.#description.fill('')
    const { network, callLetters } = this.#facts
    return { ...unknown, network, callLetters, title }
  }

  #times(data: number[], atMs: number): Partial<Facts> | null {
    const length = minutes(data[0], data[1])
    if (length === null) return null
    const elapsed = minutes(data[2], data[3])
    if (elapsed === null) this.#elapsedAtMs = atMs
    return { lengthMinutes: length, elapsedMinutes: elapsed }
  }
}

function channelFacts(type: number, data: number[]): Partial<Facts> | null {
  if (type === 0x01) return { network: text(data) }
  if (type === 0x02) return { callLetters: text(data) }
  return null
}

function text(data: number[]): string | null {
  let out = ''
  for (const byte of data) if (byte >= 0x20) out += String.fromCharCode(basicCharacter(byte))
  return out.trim() || null
}

function minutes(minute: number | undefined, hour: number | undefined): number | null {
  if (minute === undefined || hour === undefined || (minute & 0x40) === 0) return null
  return (hour & 0x1f) * 60 + (minute & 0x3f)
}

function categories(data: number[]): string | null {
  const names = data.map((code) => programmeTypes[code - 0x20]).filter((name) => name !== undefined)
  return names.length > 0 ? names.join(', ') : null
}

/** Bits a1 a0 name the system (CTA-608-E 9.5.1.5), and a2 a3 the Canadian one. */
function rating(data: number[]): string | null {
  const [first = 0, second = 0] = data
  if ((first & 0x40) === 0 || (second & 0x40) === 0) return null
  const level = second & 7
  if ((first & 0x08) === 0) return movieRatings[first & 7] ?? null
  if ((first & 0x10) === 0) return televisionRatings[level] ?? null
  if ((second & 0x08) !== 0) return null
  return ((first & 0x20) === 0 ? canadianEnglish[level] : canadianFrench[level]) ?? null
}
