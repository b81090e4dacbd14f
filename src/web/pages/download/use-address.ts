import { useSearchParams } from 'wouter'
import { parseDay, type Day, type Span } from '../../shared/time/days.ts'
import { formats, type Format } from './take.ts'

/** What the page's address says: the same address shows the same choice. */
export interface Address {
  readonly day: Day | null
  readonly by: 'programmes' | 'hours' | null
  readonly airings: readonly string[]
  readonly span: Span | null
  readonly format: Format
  /** null = not said; `*` = all. */
  readonly track: string | null
}

export type Change = Readonly<Record<string, string | readonly string[] | null>>

/** Steps that are choices of one page replace its address; another day is a step of its own. */
export function useAddress(): {
  readonly address: Address
  readonly change: (by: Change) => void
  readonly hrefOf: (by: Change) => string
} {
  const [search, setSearch] = useSearchParams()
  return {
    address: parseAddress(search),
    change: (by) => setSearch((before) => changed(before, by), { replace: true }),
    hrefOf: (by) => `?${changed(search, by).toString()}`,
  }
}

export function parseAddress(search: URLSearchParams): Address {
  const by = search.get('by')
  const [from, to] = [momentOf(search.get('from')), momentOf(search.get('to'))]
  return {
    day: parseDay(search.get('day')),
    by: by === 'programmes' || by === 'hours' ? by : null,
    airings: search.getAll('airing').filter((id) => /^[0-9A-Za-z_-]{1,64}$/.test(id)),
    span: from === null || to === null ? null : { from, to },
    format: formats.find((format) => format === search.get('format')) ?? 'srt',
    track: search.get('track'),
  }
}

export function changed(search: URLSearchParams, by: Change): URLSearchParams {
  const next = new URLSearchParams(search)
  for (const [name, value] of Object.entries(by)) {
    next.delete(name)
    for (const each of [value ?? []].flat()) next.append(name, each)
  }
  return next
}

function momentOf(text: string | null): string | null {
  const ms = text === null ? Number.NaN : Date.parse(text)
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}
