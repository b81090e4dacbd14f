import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { Readable } from 'node:stream'
import { z } from 'zod'
import { groupings, intervals, searchPageSchema, timelineSchema } from '../../../protocol/search.ts'
import type { SearchService } from '../../core/search/search-service.ts'
import type { Access } from '../auth.ts'
import { InTurn } from '../in-turn.ts'
import { linkWith } from '../ranges.ts'
import { formatAtom, formatJsonFeed, type FeedText } from './search-feeds.ts'
import { csvHead, csvRow, exportLimit } from './search-export.ts'
import { orderQuery, questionOf, searchQuery } from './search-query.ts'

export interface SearchRoutesOptions {
  readonly access: Access
  readonly searches: SearchService
  /** What links begin with; null = where the request came to. */
  readonly publicUrl: string | null
  readonly now: () => number
}

/** Searches of one address at a time, without a token: a page with its chart, and one typed meanwhile. */
const mostAtOnce = 6
const feedItems = 50

/** `GET /search…`: docs/search.md. */
export function registerSearchRoutes(fastify: FastifyInstance, options: SearchRoutesOptions): void {
  const { access, searches, now } = options
  const app = fastify.withTypeProvider<ZodTypeProvider>()
  const turns = new InTurn(mostAtOnce, 'searches')

  app.get(
    '/search',
    {
      schema: {
        tags: ['search'],
        operationId: 'search',
        summary:
          'What was said, wherever it was said: passages of a minute each, with what matches marked',
        querystring: searchQuery.extend({
          order: orderQuery,
          cursor: z.string().max(600).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(20),
        }),
        response: { 200: searchPageSchema },
      },
      serializerCompiler: () => JSON.stringify,
    },
    async (request) => {
      const { order, cursor = null, limit } = request.query
      const question = questionOf(access, request, request.query)
      const page = await turns.run(request, () =>
        searches.page({ ...question, order, cursor, limit }),
      )
      const link = (place: string | null): string | null =>
        place === null ? null : linkWith(request.url, 'cursor', place)
      return { ...page, next: link(page.next), previous: link(page.previous) }
    },
  )

  app.get(
    '/search/timeline',
    {
      schema: {
        tags: ['search'],
        operationId: 'searchTimeline',
        summary: 'How often something was said, by time, beside how long anyone listened',
        querystring: searchQuery.extend({
          interval: z.enum(intervals).optional(),
          by: z.enum(groupings).default('channel'),
          timeZone: z
            .string()
            .max(64)
            .default('UTC')
            .meta({ description: 'IANA; of hours and days' }),
        }),
        response: { 200: timelineSchema },
      },
      serializerCompiler: () => JSON.stringify,
    },
    async (request) => {
      const { interval = null, by, timeZone } = request.query
      const question = questionOf(access, request, request.query)
      return await turns.run(request, () =>
        searches.timeline({ ...question, interval, by, timeZone }),
      )
    },
  )

  for (const kind of ['atom', 'json'] as const)
    app.get(
      `/search/feed.${kind}`,
      {
        schema: {
          tags: ['search'],
          operationId: kind === 'atom' ? 'searchAtomFeed' : 'searchJsonFeed',
          summary: `The newest passages as ${kind === 'atom' ? 'an Atom feed' : 'a JSON Feed'}`,
          querystring: searchQuery,
        },
      },
      async (request, reply) => {
        const question = questionOf(access, request, request.query)
        const page = await turns.run(request, () =>
          searches.page({ ...question, order: 'newest', cursor: null, limit: feedItems }),
        )
        const base = options.publicUrl ?? `${request.protocol}://${request.host}`
        const feed: FeedText = {
          title: page.query,
          self: `${base}${request.url}`,
          home: `${base}/search?q=${encodeURIComponent(request.query.q)}`,
          base,
          updated: page.items[0]?.start ?? new Date(now()).toISOString(),
          items: page.items,
        }
        const type = kind === 'atom' ? 'application/atom+xml' : 'application/feed+json'
        reply.type(`${type}; charset=utf-8`).header('cache-control', 'max-age=60')
        return kind === 'atom' ? formatAtom(feed) : formatJsonFeed(feed)
      },
    )

  app.get(
    '/search/export',
    {
      schema: {
        tags: ['search'],
        operationId: 'searchExport',
        summary: `Everything that is found, as a file; without a token ${exportLimit.toLocaleString('en')} rows`,
        querystring: searchQuery.extend({
          order: z.enum(['newest', 'oldest']).default('oldest'),
          format: z.enum(['csv', 'jsonl']),
        }),
      },
    },
    async (request, reply) => {
      const { order, format } = request.query
      const question = questionOf(access, request, request.query)
      const stopped = new AbortController()
      reply.raw.once('close', () => stopped.abort())
      const pages = searches.export({ ...question, order }, stopped.signal)
      // The first page is asked for before the answer begins, so that what is wrong can still be said.
      const first = await pages.next()
      const most = question.reader.kind === 'anonymous' ? exportLimit : Infinity
      async function* lines(): AsyncGenerator<string> {
        if (format === 'csv') yield csvHead
        let rows = 0
        for (let page = first; page.done !== true && rows < most; page = await pages.next()) {
          const items = page.value.slice(0, most - rows)
          rows += items.length
          yield items
            .map((item) => (format === 'csv' ? csvRow(item) : `${JSON.stringify(item)}\n`))
            .join('')
        }
      }
      const name = `captions-${question.q.replaceAll(/[^0-9A-Za-z]+/g, '-').slice(0, 40)}.${format}`
      reply
        .type(format === 'csv' ? 'text/csv; charset=utf-8' : 'application/jsonl; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}"`)
      return reply.send(Readable.from(lines()))
    },
  )
}
