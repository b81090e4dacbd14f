import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { SearchQuestion } from '../../core/search/search-service.ts'
import type { Access } from '../auth.ts'
import { channelsQuery, parseRange, rangeQuery, tracksQuery } from '../ranges.ts'

/** What every search is asked by. */
export const searchQuery = rangeQuery.extend({
  q: z.string().min(1).max(1000).meta({ description: 'a query: docs/query.md' }),
  channel: channelsQuery,
  track: tracksQuery,
})

export const orderQuery = z.enum(['newest', 'oldest', 'relevance']).default('newest')

export function questionOf(
  access: Access,
  request: FastifyRequest,
  query: z.output<typeof searchQuery>,
): SearchQuestion {
  const { q, channel, track } = query
  return {
    ...{ q, channels: channel, tracks: track },
    ...parseRange(query),
    reader: access.reader(request),
  }
}
