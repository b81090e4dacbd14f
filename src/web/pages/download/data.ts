import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import type { Cue, DownloadSize, List } from '../../../protocol/api.ts'
import { ApiError, get } from '../../data/api.ts'
import { freshMs, staleTimeOf } from '../../data/day.ts'
import type { Span } from '../../shared/time/days.ts'
import { bodyOf, filesOf, postLinkOf, sizeLinkOf, type Wish } from './take.ts'

const linesPerPage = 500

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
