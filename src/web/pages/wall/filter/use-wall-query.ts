import { useQuery } from '@tanstack/react-query'
import { fetchPage, SearchError } from '../../../data/search.ts'
import type { Fault } from '../../search/box/query-field.tsx'

export interface WallQuery {
  /** What tiles are to show; '' = all lines: none was asked for, or it cannot be read. */
  readonly applied: string
  /** The query in words; null = not known yet. */
  readonly restated: string | null
  readonly fault: Fault | null
}

/** Has the server read the query before fifty tiles ask for it; one that cannot be read is told at its character. */
export function useWallQuery(query: string): WallQuery {
  const { data, error } = useQuery({
    queryKey: ['wall-query', query],
    queryFn: ({ signal }) =>
      // Of the time that is to come: only the reading of the query is of interest.
      fetchPage(
        { q: query, from: new Date().toISOString(), to: null },
        { order: 'newest', limit: 1 },
        signal,
      ),
    enabled: query !== '',
    staleTime: Infinity,
    retry: (count, failure) => !isFault(failure) && count < 2,
  })
  if (isFault(error))
    return {
      ...{ applied: '', restated: null },
      fault: { q: query, says: error.message, at: error.at },
    }
  // A server that cannot be asked now will be told by the tiles.
  const isKnown = data !== undefined || error !== null
  return { applied: isKnown ? query : '', restated: data?.query ?? null, fault: null }
}

function isFault(error: unknown): error is SearchError {
  return error instanceof SearchError && error.status === 400
}
