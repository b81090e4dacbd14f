import { compareText } from '../cue-order.ts'
import { minuteMs } from './measures.ts'
import type { StreamKey } from './stream-key.ts'

/** A place between passages; `way` says whether the page lies after it or before it, in the asked order. */
export interface Place extends StreamKey {
  readonly way: 'after' | 'before'
  /** Since 1970; the one of `startMs`. */
  readonly minute: number
  readonly startMs: number
  readonly mentions: number
}

export type Compare = (a: Omit<Place, 'way'>, b: Omit<Place, 'way'>) => number

const byKey: Compare = (a, b) =>
  compareText(a.channel, b.channel) || compareText(a.track, b.track) || compareText(a.run, b.run)
const oldest: Compare = (a, b) => a.minute - b.minute || a.startMs - b.startMs || byKey(a, b)
const newest: Compare = (a, b) => b.minute - a.minute || b.startMs - a.startMs || byKey(a, b)
const relevance: Compare = (a, b) => b.mentions - a.mentions || newest(a, b)

/** By the order that is asked for; most mentions in a minute are the most relevant. */
export const comparisons = { newest, oldest, relevance } as const

export function reversed(compare: Compare): Compare {
  return (a, b) => compare(b, a)
}

function formatPlace(
  way: Place['way'],
  { startMs, mentions, channel, track, run }: Omit<Place, 'way'>,
): string {
  return Buffer.from(JSON.stringify([way, startMs, mentions, channel, track, run])).toString(
    'base64url',
  )
}

/** Undefined for what was not made by `formatPlace`. */
export function parsePlace(text: string): Place | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString())
    if (!Array.isArray(parts)) return undefined
    const [way, startMs, mentions, channel, track, run] = parts as unknown[]
    if (
      (way === 'after' || way === 'before') &&
      typeof startMs === 'number' &&
      typeof mentions === 'number' &&
      typeof channel === 'string' &&
      typeof track === 'string' &&
      typeof run === 'string'
    )
      return {
        ...{ way, startMs, mentions, channel, track, run },
        minute: Math.floor(startMs / minuteMs),
      }
  } catch {
    // Not JSON: like any other text that is no place.
  }
  return undefined
}

export interface PageEdges<T> {
  readonly page: readonly T[]
  readonly next: string | null
  readonly previous: string | null
}

/** Of what was found from a place on, in the order it was looked for, one more than asked for: the page, and where those beside it begin. */
export function pageOf<T extends Omit<Place, 'way'>>(
  found: readonly T[],
  asked: { readonly limit: number; readonly place: Place | undefined; readonly isWhole: boolean },
): PageEdges<T> {
  const { limit, place, isWhole } = asked
  const isBack = place?.way === 'before'
  const page = found.slice(0, limit)
  if (isBack) page.reverse()
  const at = (way: Place['way'], one: T | undefined): string | null =>
    one === undefined ? null : formatPlace(way, one)
  const isMore = found.length > limit || !isWhole
  return {
    page,
    next: isBack || isMore ? at('after', page.at(-1)) : null,
    previous: (isBack ? isMore : place !== undefined) ? at('before', page[0]) : null,
  }
}
