import type { Problem } from '../../protocol/api.ts'
import type { Grouping, Interval, SearchPageAnswer, SearchTimeline } from '../../protocol/search.ts'

const path = '/api/v1/search'

// The protocol's lists come with its parser, which a page has no use for; their types hold these to them.
export const groupings = ['channel', 'network', 'track', 'airing'] as const satisfies Grouping[]
export const intervals = ['hour', 'day', 'month'] as const satisfies Interval[]
export const orders = ['newest', 'oldest', 'relevance'] as const
export type Order = (typeof orders)[number]

/** What is searched: a query, and the time it is searched in; null = open. */
export interface Question {
  readonly q: string
  readonly from: string | null
  readonly to: string | null
}

/** A refusal in the server's words; `at` is the character of the query that it is about. */
export class SearchError extends Error {
  override name = 'SearchError'
  readonly status: number
  readonly at: number | null

  constructor(status: number, message: string, at: number | null) {
    super(message)
    this.status = status
    this.at = at
  }
}

export function fetchPage(
  question: Question,
  options: {
    readonly order: Order
    readonly limit?: number
    readonly channel?: string
    readonly track?: string
  },
  signal?: AbortSignal,
): Promise<SearchPageAnswer> {
  const { order, limit, channel, track } = options
  return fetchLink(
    addressOf('', question, {
      order,
      ...(channel && { channel }),
      ...(track && { track }),
      ...(limit && { limit }),
    }),
    signal,
  )
}

/** A page by the link of another one. */
export function fetchLink(link: string, signal?: AbortSignal): Promise<SearchPageAnswer> {
  return read<SearchPageAnswer>(link, signal)
}

export function fetchTimeline(
  question: Question,
  options: {
    readonly by: Grouping
    readonly interval: Interval | null
    readonly timeZone: string
  },
  signal?: AbortSignal,
): Promise<SearchTimeline> {
  const { by, interval, timeZone } = options
  return read<SearchTimeline>(
    addressOf('/timeline', question, { by, timeZone, ...(interval && { interval }) }),
    signal,
  )
}

/** Of a file or feed of the same question. */
export function addressOf(
  end: string,
  { q, from, to }: Question,
  more: Readonly<Record<string, string | number>> = {},
): string {
  const query = new URLSearchParams({ q })
  if (from !== null) query.set('from', from)
  if (to !== null) query.set('to', to)
  for (const [name, value] of Object.entries(more)) query.set(name, String(value))
  return `${path}${end}?${query.toString()}`
}

async function read<T>(address: string, signal?: AbortSignal): Promise<T> {
  const answer = await fetch(address, signal === undefined ? {} : { signal })
  if (answer.ok) return (await answer.json()) as T
  const problem = (await answer.json().catch(() => null)) as Problem | null
  throw new SearchError(
    answer.status,
    problem?.detail ?? problem?.title ?? `${answer.status} ${answer.statusText}`,
    problem?.at ?? null,
  )
}
