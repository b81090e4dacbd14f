import type { Span } from '../live/live-input.ts'
import type { ZoneTime } from './zone-time.ts'

const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
const dayMinutes = 24 * 60
const weekMinutes = 7 * dayMinutes
const minuteMs = 60_000
const dayMs = dayMinutes * minuteMs
/** 1 January 1970 was a Thursday. */
const epochDay = days.indexOf('thu')

/** When a tuner is a channel's, every week, by the clocks of a zone. */
export interface Turn {
  readonly tuner: string
  readonly channel: string
  /** Days on which it begins: 0 is Monday. */
  readonly days: readonly number[]
  /** Minutes after midnight. */
  readonly fromMinute: number
  /** Longer than what is left of the day: it ends on the next. */
  readonly minutes: number
}

/** One turn that is, or will be. */
export interface Occurrence<T extends Turn> extends Span {
  readonly turn: T
}

/** `mon-fri`, `sat,sun`, `fri-mon`, `daily`; undefined when it is none of these. */
export function parseDays(text: string): readonly number[] | undefined {
  if (text === 'daily') return days.map((_, at) => at)
  const found = new Set<number>()
  for (const part of text.split(',')) {
    const [first = '', last = first, ...more] = part
      .trim()
      .split('-')
      .map((name) => name.trim().toLowerCase())
    const [from, to] = [first, last].map((name) => days.findIndex((day) => day === name))
    if (from === undefined || to === undefined || from < 0 || to < 0 || more.length > 0)
      return undefined
    for (let day = from; ; day = (day + 1) % days.length) {
      found.add(day)
      if (day === to) break
    }
  }
  return [...found].sort()
}

/** Minutes after midnight of `06:00`, up to `24:00`; undefined when it is no such time. */
export function parseMinute(text: string): number | undefined {
  const match = /^([0-9]{1,2}):([0-9]{2})$/.exec(text)
  const [hour, minute] = [Number(match?.[1]), Number(match?.[2])]
  const total = hour * 60 + minute
  return match !== null && minute < 60 && total <= dayMinutes ? total : undefined
}

/** How long it is from one time of day to the next `to`: a whole day when they are the same. */
export function minutesBetween(from: number, to: number): number {
  const minutes = (to - from + dayMinutes) % dayMinutes
  return minutes === 0 ? dayMinutes : minutes
}

/** The first time of the week that both have, as `mon 08:00`; undefined when there is none. */
export function overlapOf(a: Turn, b: Turn): string | undefined {
  const starts = (turn: Turn): number[] =>
    turn.days.map((day) => day * dayMinutes + turn.fromMinute)
  for (const from of starts(a))
    for (const other of starts(b)) {
      // The week is a circle: each is seen from the beginning of the other.
      const ahead = (other - from + weekMinutes) % weekMinutes
      if (ahead < a.minutes) return formatMinute(other)
      if (weekMinutes - ahead < b.minutes) return formatMinute(from)
    }
  return undefined
}

export function formatTurn({ days: on, fromMinute, minutes }: Turn): string {
  const names = on.length === days.length ? 'daily' : on.map((day) => days[day]).join(',')
  const to = (fromMinute + minutes) % dayMinutes
  return `${names} ${formatTime(fromMinute)}–${to === 0 ? '24:00' : formatTime(to)}`
}

/** The turn that is at a moment; undefined when there is none. */
export function turnAt<T extends Turn>(
  turns: readonly T[],
  nowMs: number,
  zone: ZoneTime,
): Occurrence<T> | undefined {
  return occurrences(turns, nowMs, nowMs + 1, zone)[0]
}

/** The first turn that begins after a moment. */
export function nextTurn<T extends Turn>(
  turns: readonly T[],
  nowMs: number,
  zone: ZoneTime,
): Occurrence<T> | undefined {
  return occurrences(turns, nowMs, nowMs + 8 * dayMs, zone).find(({ fromMs }) => fromMs > nowMs)
}

/** All that share a moment with the span, in order. */
export function occurrences<T extends Turn>(
  turns: readonly T[],
  fromMs: number,
  toMs: number,
  zone: ZoneTime,
): Occurrence<T>[] {
  const found: Occurrence<T>[] = []
  const firstDay = Math.floor(zone.wallAt(fromMs) / dayMs) - 1
  const lastDay = Math.floor(zone.wallAt(toMs) / dayMs)
  for (let day = firstDay; day <= lastDay; day++)
    for (const turn of turns) {
      if (!turn.days.includes((((day + epochDay) % 7) + 7) % 7)) continue
      const wallMs = day * dayMs + turn.fromMinute * minuteMs
      const occurrence = {
        turn,
        fromMs: zone.momentOf(wallMs),
        toMs: zone.momentOf(wallMs + turn.minutes * minuteMs),
      }
      if (occurrence.fromMs < toMs && occurrence.toMs > fromMs) found.push(occurrence)
    }
  return found.sort((a, b) => a.fromMs - b.fromMs)
}

/** What of a span lies within turns; pieces that touch are one. */
export function withinTurns(turns: readonly Turn[], span: Span, zone: ZoneTime): Span[] {
  // Of what is longer ago nobody asks which hours of a month were to be heard.
  const fromMs = Math.max(span.fromMs, span.toMs - 31 * dayMs)
  const pieces: Span[] = []
  for (const found of occurrences(turns, fromMs, span.toMs, zone)) {
    const piece = {
      fromMs: Math.max(found.fromMs, fromMs),
      toMs: Math.min(found.toMs, span.toMs),
    }
    const last = pieces.at(-1)
    if (last?.toMs === piece.fromMs) pieces[pieces.length - 1] = { ...last, toMs: piece.toMs }
    else if (piece.fromMs < piece.toMs) pieces.push(piece)
  }
  return pieces
}

function formatMinute(minuteOfWeek: number): string {
  const minute = minuteOfWeek % weekMinutes
  return `${days[Math.floor(minute / dayMinutes)] ?? ''} ${formatTime(minute % dayMinutes)}`
}

function formatTime(minute: number): string {
  const two = (value: number): string => String(value).padStart(2, '0')
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
}
