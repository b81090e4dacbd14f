import {
  keepPreviousData,
  useInfiniteQuery,
  useQuery,
  type UseQueryResult,
} from '@tanstack/react-query'
import type { SearchPageAnswer, SearchTimeline } from '../../../protocol/search.ts'
import {
  fetchLink,
  fetchPage,
  fetchTimeline,
  SearchError,
  type Question,
} from '../../data/search.ts'
import { spans, type SearchAddress } from './use-search-address.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** What was found stays as it is for whoever comes back from a transcript. */
const keptMs = 10 * 60_000

const patience = {
  staleTime: keptMs,
  gcTime: keptMs,
  refetchOnWindowFocus: false,
  retry: (count: number, error: Error) =>
    !(error instanceof SearchError && error.status < 500 && error.status !== 429) && count < 2,
}

/** The passages, page after page. */
export function usePassages(address: SearchAddress): {
  readonly pages: readonly SearchPageAnswer[]
  readonly error: Error | null
  readonly isSearching: boolean
  readonly isOld: boolean
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  readonly loadMore: () => void
  readonly again: () => void
} {
  const { q, order, last, zoom, point } = address
  const found = useInfiniteQuery({
    ...patience,
    queryKey: ['search', q, order, last, zoom, point],
    queryFn: ({ pageParam, signal }) =>
      pageParam === ''
        ? fetchPage(questionOf(address, point, Date.now()), { order }, signal)
        : fetchLink(pageParam, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
    enabled: q !== '',
  })
  return {
    pages: found.data?.pages ?? [],
    error: found.error,
    isSearching: found.isPending && q !== '',
    isOld: found.isPlaceholderData,
    hasMore: found.hasNextPage,
    isLoadingMore: found.isFetchingNextPage,
    loadMore: () => void found.fetchNextPage(),
    again: () => void found.refetch(),
  }
}

/** How often it was said, by time. Without a beginning, from where it was first said. */
export function useTimeline(
  address: SearchAddress,
  /** null = not known yet. */
  timeZone: string | null,
): UseQueryResult<SearchTimeline> {
  const { q, by, interval, last, zoom } = address
  return useQuery({
    ...patience,
    queryKey: ['timeline', q, by, interval, last, zoom, timeZone],
    queryFn: async ({ signal }) => {
      const question = questionOf(address, null, Date.now())
      const from = question.from ?? (await findBeginning(question, signal))
      const options = { by, interval, timeZone: timeZone ?? 'UTC' }
      return fetchTimeline({ ...question, from }, options, signal)
    },
    placeholderData: keepPreviousData,
    enabled: q !== '' && timeZone !== null,
  })
}

/** The time that is searched: a moment of the chart, what was zoomed into, the last so many days, or all. */
export function questionOf(
  { q, last, zoom }: SearchAddress,
  point: SearchAddress['point'],
  now: number,
): Question {
  const times = point ?? zoom
  if (times !== null) return { q, ...times }
  if (last === null) return { q, from: null, to: null }
  return { q, from: new Date(now - spans[last] * dayMs).toISOString(), to: null }
}

/** Where a chart of all times begins: before the first mention, and a day ago at the latest. */
async function findBeginning(question: Question, signal: AbortSignal): Promise<string | null> {
  const { items } = await fetchPage(question, { order: 'oldest', limit: 1 }, signal)
  const first = items[0]?.start
  if (first === undefined) return null
  return new Date(Math.min(Date.parse(first) - hourMs, Date.now() - dayMs)).toISOString()
}
