import { keepPreviousData, useInfiniteQuery, useQueries, useQuery } from '@tanstack/react-query'
import type { Airing, Cue, DownloadSize, Gap, List, Quality } from '../../../protocol/api.ts'
import { ApiError, get, listAirings, listCues, listGaps } from '../../data/api.ts'
import { spanOfDay, type Day, type Span } from './days.ts'
import { bodyOf, filesOf, postLinkOf, sizeLinkOf, type Wish } from './take.ts'

/** How much of a stretch was monitored, and how much is told to be missing. */
export interface Coverage extends Span {
  readonly monitored: number
  readonly missing: number
  readonly minutes: number
  readonly cues: number
}

const freshMs = 30_000
const linesPerPage = 500

/** What is over changes no more, but for late lines: it is asked for again after a while, not at every look. */
function staleTimeOf({ to }: Span): number {
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

export interface LinesOf {
  readonly lines: readonly Cue[] | undefined
  readonly isWhole: boolean
  readonly isLoading: boolean
  readonly failed: boolean
  readonly more: () => void
}

/** Lines of a stretch, page by page. */
export function useLines(channel: string, span: Span | null, track: string | null): LinesOf {
  const answer = useInfiniteQuery({
    queryKey: ['lines', channel, span?.from, span?.to, track],
    queryFn: ({ pageParam, signal }) => get<List<Cue>>(pageParam, signal),
    initialPageParam: `/channels/${encodeURIComponent(channel)}/cues?${new URLSearchParams({
      ...{
        from: span?.from ?? '',
        to: span?.to ?? '',
        order: 'oldest',
        limit: String(linesPerPage),
      },
      ...(track === null ? {} : { track }),
    }).toString()}`,
    getNextPageParam: ({ next }) => next,
    staleTime: span === null ? 0 : staleTimeOf(span),
    enabled: span !== null && span.from < span.to,
  })
  return {
    lines: answer.data?.pages.flatMap(({ items }) => items),
    isWhole: !answer.hasNextPage,
    isLoading: answer.isFetching,
    failed: answer.isError,
    more: () => void (answer.data === undefined ? answer.refetch() : answer.fetchNextPage()),
  }
}

export interface Size {
  readonly bytes: number
  /** null for original bytes. */
  readonly cues: number | null
  readonly late: number
  readonly replaced: number
  /** Of the only file. */
  readonly file: DownloadSize | null
}

/** The exact size of what would be had now; `null` while it is not known. */
export function useSize(wish: Wish | null): {
  readonly size: Size | null
  readonly error: Error | null
} {
  const { data, error, isPlaceholderData } = useQuery({
    queryKey: ['size', wish === null ? null : sizeKey(wish)],
    queryFn: async ({ signal }): Promise<Size | null> => {
      if (wish === null) return null
      const files: DownloadSize[] = []
      // One after the other: each is made by the server to be measured.
      for (const file of filesOf(wish))
        files.push(await ask<DownloadSize>(sizeLinkOf(file), signal))
      const total = (count: (file: DownloadSize) => number): number =>
        files.reduce((all, file) => all + count(file), 0)
      return {
        bytes: total(({ bytes }) => bytes),
        cues: files.some(({ cues }) => cues === null) ? null : total(({ cues }) => cues ?? 0),
        late: total(({ late }) => late),
        replaced: total(({ replaced }) => replaced),
        file: files.length === 1 ? (files[0] ?? null) : null,
      }
    },
    enabled: wish !== null,
    retry: (count, failure) => !(failure instanceof ApiError && failure.status < 500) && count < 2,
    placeholderData: keepPreviousData,
    // What grows is measured again.
    refetchInterval: freshMs / 2,
  })
  return { size: isPlaceholderData ? null : (data ?? null), error }
}

function sizeKey(wish: Wish): string {
  return filesOf(wish).map(sizeLinkOf).join(' ')
}

/** A file that had to be asked for with a body. */
export async function fetchFile(
  wish: Wish,
  signal: AbortSignal,
): Promise<{ blob: Blob; name: string }> {
  const answer = await fetch(postLinkOf(wish), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(bodyOf(wish)),
    signal,
  })
  if (!answer.ok) throw await refusal(answer)
  const said = answer.headers.get('content-disposition') ?? ''
  const name = /filename="([^"]+)"/.exec(said)?.[1] ?? `${wish.channel}.${wish.format}`
  return { blob: await answer.blob(), name }
}

async function ask<T>(url: string, signal: AbortSignal): Promise<T> {
  const answer = await fetch(url, { signal })
  if (!answer.ok) throw await refusal(answer)
  return (await answer.json()) as T
}

/** With what the server says of it. */
async function refusal(answer: Response): Promise<ApiError> {
  const problem: unknown = await answer.json().catch(() => null)
  const detail =
    typeof problem === 'object' && problem !== null && 'detail' in problem ? problem.detail : null
  return new ApiError(
    answer.status,
    typeof detail === 'string' ? detail : `${answer.status} ${answer.statusText}`,
  )
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
    // Gaps of several reasons may share a time.
    missing: Math.min(1 - monitored, gapMs / lengthMs),
  }
}
