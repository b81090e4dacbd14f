import { useQueries, useQuery } from '@tanstack/react-query'
import type { Airing, Gap, List, Quality } from '../../protocol/api.ts'
import { spanOfDay, type Day, type Span } from '../shared/time/days.ts'
import { get, listAirings, listCues, listGaps } from './api.ts'

/** How much of a stretch was monitored, and how much is told to be missing. */
export interface Coverage extends Span {
  readonly monitored: number
  readonly missing: number
  readonly minutes: number
  readonly cues: number
  readonly words: number
}

export const freshMs = 30_000

/** What is over changes no more, but for late lines: it is asked for again after a while, not at every look. */
export function staleTimeOf({ to }: Span): number {
  return Date.parse(to) < Date.now() - freshMs ? 600_000 : freshMs
}

export function useCoverage(
  channel: string,
  days: readonly Day[],
  zone: string,
): readonly (Coverage | undefined)[] {
  return useQueries({
    queries: days.map((day) => {
      const span = spanOfDay(day, zone)
      return {
        queryKey: ['coverage', channel, span.from, span.to],
        queryFn: async ({ signal }: { signal: AbortSignal }) =>
          sum(span, await quality(channel, span, 'day', null, signal)),
        staleTime: staleTimeOf(span),
      }
    }),
    combine: (answers) => answers.map(({ data }) => data),
  })
}

/** By hour, of one day; hours that are still to come are not in it. */
export function useHours(
  channel: string,
  span: Span,
  track: string | null,
  isWanted: boolean,
): {
  readonly hours: readonly Coverage[] | undefined
  readonly hoursFailed: boolean
} {
  const { data, isError } = useQuery({
    queryKey: ['hours', channel, span.from, span.to, track],
    queryFn: async ({ signal }) =>
      (await quality(channel, span, 'hour', track, signal)).map((one) => sum(one, [one])),
    staleTime: staleTimeOf(span),
    enabled: isWanted,
  })
  return { hours: data, hoursFailed: isError }
}

/** Programmes and gaps of a day. */
export function useDay(
  channel: string,
  span: Span,
): {
  readonly airings: readonly Airing[] | undefined
  readonly gaps: readonly Gap[]
  readonly failed: boolean
  readonly again: () => void
} {
  const { data, isError, refetch } = useQuery({
    queryKey: ['day', channel, span.from, span.to],
    queryFn: async () => {
      const [airings, gaps] = await Promise.all([
        listAirings(channel, span.from, span.to),
        listGaps(channel, span.from, span.to),
      ])
      return {
        airings: [...airings].sort((a, b) => (a.start < b.start ? -1 : 1)),
        gaps: gaps.filter(({ from, to }) => from !== to).sort((a, b) => (a.from < b.from ? -1 : 1)),
      }
    },
    staleTime: staleTimeOf(span),
    refetchInterval: staleTimeOf(span) === freshMs ? freshMs : false,
  })
  return {
    airings: data?.airings,
    gaps: data?.gaps ?? [],
    failed: isError,
    again: () => void refetch(),
  }
}

/** The newest line before a moment, or of all; null when there is none. */
export function useLatest(
  channel: string,
  before: string | null,
  isWanted = true,
): string | null | undefined {
  const { data } = useQuery({
    queryKey: ['latest', channel, before],
    queryFn: async () => {
      const page = await listCues(channel, {
        order: 'newest',
        ...(before === null ? {} : { to: before }),
      })
      return page.items[0]?.start ?? null
    },
    enabled: isWanted,
  })
  return data
}

async function quality(
  channel: string,
  { from, to }: Span,
  interval: 'hour' | 'day',
  track: string | null,
  signal: AbortSignal,
): Promise<readonly Quality[]> {
  const query = new URLSearchParams({ from, to, interval, ...(track === null ? {} : { track }) })
  const path = `/channels/${encodeURIComponent(channel)}/quality?${query.toString()}`
  return (await get<List<Quality>>(path, signal)).items
}

function sum({ from, to }: Span, parts: readonly Quality[]): Coverage {
  const lengthMs = Date.parse(to) - Date.parse(from)
  const add = (of: (part: Quality) => number): number =>
    parts.reduce((all, part) => all + of(part), 0)
  const minutes = add(({ monitoredMinutes }) => monitoredMinutes)
  const gapMs = 1000 * add(({ gapSeconds }) => Object.values(gapSeconds).reduce((a, b) => a + b, 0))
  const monitored = Math.min(1, (minutes * 60_000) / lengthMs)
  return {
    ...{ from, to, minutes, monitored, cues: add(({ cues }) => cues) },
    words: add(({ words }) => words),
    // Gaps of several reasons may share a time.
    missing: Math.min(1 - monitored, gapMs / lengthMs),
  }
}
