import { useInfiniteQuery, useQuery, type UseQueryResult } from '@tanstack/react-query'
import type {
  Alert,
  AlertChange,
  AlertFeed,
  AlertItem,
  Mention,
  NewAlert,
} from '../../protocol/alerts.ts'
import type { List } from '../../protocol/api.ts'
import type { Rehearsal, RehearsalWish } from '../../protocol/rehearsal.ts'
import { call, Refusal } from './account.ts'

/** A person's alerts and what they found: `/alerts` (docs/alerts.md). */

export const alertsKey = ['alerts']
/** What was found meanwhile is looked for this often. */
const lookEveryMs = 5000
const listEveryMs = 30_000

export function useAlerts(): UseQueryResult<readonly AlertItem[]> {
  return useQuery({
    queryKey: alertsKey,
    queryFn: async ({ signal }) =>
      (await call<List<AlertItem>>('GET', '/alerts', undefined, signal)).items,
    refetchInterval: listEveryMs,
    retry: isWorthRetrying,
  })
}

export async function createAlert(alert: NewAlert): Promise<Alert> {
  return call<Alert>('POST', '/alerts', alert)
}

export async function changeAlert(id: string, change: AlertChange): Promise<Alert> {
  return call<Alert>('PATCH', `/alerts/${id}`, change)
}

export async function removeAlert(id: string): Promise<void> {
  await call('DELETE', `/alerts/${id}`)
}

/** New secret addresses; those before work no more. */
export async function createFeed(id: string): Promise<AlertFeed> {
  return call<AlertFeed>('POST', `/alerts/${id}/feed`)
}

export async function rehearse(wish: RehearsalWish, signal: AbortSignal): Promise<Rehearsal> {
  return call<Rehearsal>('POST', '/alerts/rehearse', wish, signal)
}

/** What an alert found, newest first, page after page. */
export function useMentions(id: string): {
  readonly mentions: readonly Mention[] | undefined
  readonly error: Error | null
  readonly hasMore: boolean
  readonly isLoadingMore: boolean
  readonly loadMore: () => void
} {
  const found = useInfiniteQuery({
    queryKey: ['mentions', id],
    queryFn: ({ pageParam, signal }) =>
      call<List<Mention>>('GET', pageParam ?? `/alerts/${id}/mentions`, undefined, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    // All pages are fetched again: whoever reads far back is not made to.
    refetchInterval: ({ state: { data } }) =>
      (data?.pages.length ?? 1) === 1 ? lookEveryMs : false,
    retry: isWorthRetrying,
  })
  return {
    mentions: found.data?.pages.flatMap(({ items }) => items),
    error: found.error,
    hasMore: found.hasNextPage,
    isLoadingMore: found.isFetchingNextPage,
    loadMore: () => void found.fetchNextPage(),
  }
}

/** What is refused once is refused again. */
export function isWorthRetrying(count: number, error: Error): boolean {
  return count < 2 && !(error instanceof Refusal && error.status >= 400 && error.status < 500)
}
