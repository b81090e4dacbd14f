import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'wouter'
import type { Grouping, Interval } from '../../../protocol/search.ts'
import { groupings, intervals, orders, type Order } from '../../data/search.ts'

export const spans = { day: 1, week: 7, month: 30, year: 365 } as const
export type Span = keyof typeof spans
export const counts = ['mentions', 'hour'] as const
export type Count = (typeof counts)[number]

/** A moment of the chart, or a time that was zoomed into. */
export interface Times {
  readonly from: string
  readonly to: string
}

/** All that the page shows, as its address says it. */
export interface SearchAddress {
  readonly q: string
  readonly order: Order
  readonly by: Grouping
  /** null = as fits the time. */
  readonly interval: Interval | null
  readonly per: Count
  /** Time up to now. */
  readonly last: Span | null
  /** Time that was zoomed into. */
  readonly zoom: Times | null
  /** The moment of the chart whose passages are shown. */
  readonly point: Times | null
}

export type Change = (changes: Partial<SearchAddress>, how?: { readonly replace: boolean }) => void

export function useSearchAddress(): readonly [SearchAddress, Change] {
  const [params, setParams] = useSearchParams()
  const address = useMemo(() => readAddress(params), [params])
  const change: Change = useCallback(
    (changes, how) =>
      setParams((before) => writeAddress({ ...readAddress(before), ...changes }), how),
    [setParams],
  )
  return [address, change]
}

export function readAddress(params: URLSearchParams): SearchAddress {
  const last = params.get('last')
  return {
    q: params.get('q') ?? '',
    order: oneOf(orders, params.get('order')) ?? 'newest',
    by: oneOf(groupings, params.get('by')) ?? 'channel',
    interval: oneOf(intervals, params.get('interval')),
    per: oneOf(counts, params.get('per')) ?? 'mentions',
    last: last !== null && Object.hasOwn(spans, last) ? (last as Span) : null,
    zoom: timesOf(params.get('from'), params.get('to')),
    point: timesOf(...pairOf(params.get('point'))),
  }
}

/** What is usual is not said. */
export function writeAddress(address: SearchAddress): URLSearchParams {
  const { q, order, by, interval, per, last, zoom, point } = address
  const params = new URLSearchParams()
  if (q !== '') params.set('q', q)
  if (order !== 'newest') params.set('order', order)
  if (by !== 'channel') params.set('by', by)
  if (interval !== null) params.set('interval', interval)
  if (per !== 'mentions') params.set('per', per)
  if (last !== null && zoom === null) params.set('last', last)
  if (zoom !== null) {
    params.set('from', zoom.from)
    params.set('to', zoom.to)
  }
  if (point !== null) params.set('point', `${point.from}/${point.to}`)
  return params
}

function oneOf<T extends string>(values: readonly T[], text: string | null): T | null {
  return values.find((value) => value === text) ?? null
}

function pairOf(text: string | null): [string | null, string | null] {
  const [from = null, to = null] = text?.split('/') ?? []
  return [from, to]
}

/** The address may say anything; what is no time is none. */
function timesOf(from: string | null, to: string | null): Times | null {
  const [fromMs, toMs] = [Date.parse(from ?? ''), Date.parse(to ?? '')]
  if (Number.isNaN(fromMs) || Number.isNaN(toMs) || fromMs >= toMs) return null
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }
}
