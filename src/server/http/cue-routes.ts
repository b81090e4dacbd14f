import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { airingSchema, cueSchema, gapSchema, type Cue } from '../../protocol/api.ts'
import { CcrError } from '../../protocol/codes.ts'
import { formatPosition, parsePosition, type Position } from '../../protocol/position.ts'
import type { Archive } from '../ports/archive.ts'
import type { Log } from '../ports/log.ts'
import type { Access } from './auth.ts'
import { clipRange, retentionEdge } from '../core/clip-range.ts'
import {
  channelParams,
  limitQuery,
  linkWith,
  nextLink,
  pageByStart,
  parseRange,
  positionHeader,
  rangeQuery,
  tracksQuery,
} from './ranges.ts'

export interface CueRoutesOptions {
  readonly access: Access
  readonly archive: Archive
  readonly log: Log
  readonly now: () => number
}

/** Log entries looked at for one page in order of storage, airings and gaps among them. */
const entriesPerRead = 1000

const cuesQuery = rangeQuery.extend({
  track: tracksQuery,
  cursor: z.string().max(300).optional(),
  since: z
    .string()
    .max(60)
    .optional()
    .meta({ description: 'epoch.seq: list in order of storage what came after it' }),
  run: z.string().max(64).optional(),
  order: z.enum(['newest', 'oldest']).default('newest'),
  limit: limitQuery,
})

function listOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}

export function registerCueRoutes(fastify: FastifyInstance, options: CueRoutesOptions): void {
  const { access, archive, log, now } = options
  const app = fastify.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/channels/:id/cues',
    {
      schema: {
        tags: ['archive'],
        operationId: 'listCues',
        summary: 'What was said on a channel, by time or, with since, in order of storage',
        params: channelParams,
        querystring: cuesQuery,
        response: { 200: listOf(cueSchema) },
      },
      // A thousand cues of our own are not parsed once more: live readers would wait for it.
      serializerCompiler: () => JSON.stringify,
    },
    async (request, reply) => {
      const { channel, view } = access.channel(access.reader(request), request.params.id)
      const { query } = request
      const tracks = query.track.length === 0 ? null : query.track
      if (query.since !== undefined) {
        const since = parsePosition(query.since)
        if (since === undefined) throw new CcrError('bad-request', 'since: expected epoch.seq')
        if (view.delayMs > 0)
          throw new CcrError(
            'forbidden',
            'since: this channel is delayed for you; ask by from and to',
          )
        const page = await readStored(log, channel.id, since, query.limit, {
          tracks,
          from: retentionEdge(view, now()),
        })
        reply.headers(positionHeader(page.position))
        return {
          items: page.cues,
          next: page.more ? linkWith(request.url, 'since', formatPosition(page.position)) : null,
        }
      }
      const page = await archive.cues({
        channel: channel.id,
        ...clipRange(parseRange(query), view, now()),
        tracks,
        order: query.order,
        cursor: query.cursor ?? null,
        limit: query.limit,
        run: query.run ?? null,
      })
      if (view.delayMs === 0) reply.headers(positionHeader(page.position))
      return { items: [...page.cues], next: nextLink(request.url, page.cursor) }
    },
  )

  app.get(
    '/channels/:id/airings',
    {
      schema: {
        tags: ['archive'],
        operationId: 'listAirings',
        summary: 'Broadcasts of programmes that share a moment with the range, newest first',
        params: channelParams,
        querystring: rangeQuery.extend({ limit: limitQuery }),
        response: { 200: listOf(airingSchema) },
      },
    },
    async (request, reply) => {
      const { channel, view } = access.channel(access.reader(request), request.params.id)
      const position = await log.tip(channel.id)
      const range = clipRange(parseRange(request.query), view, now())
      const { limit } = request.query
      const found = await archive.airings(channel.id, range, limit + 1)
      if (view.delayMs === 0) reply.headers(positionHeader(position))
      return pageByStart(request.url, found, limit, ({ start }) => start)
    },
  )

  app.get(
    '/channels/:id/gaps',
    {
      schema: {
        tags: ['archive'],
        operationId: 'listGaps',
        summary: 'Typed holes that share a moment with the range, newest first',
        params: channelParams,
        querystring: rangeQuery.extend({ limit: limitQuery }),
        response: { 200: listOf(gapSchema) },
      },
    },
    async (request, reply) => {
      const { channel, view } = access.channel(access.reader(request), request.params.id)
      const position = await log.tip(channel.id)
      const range = clipRange(parseRange(request.query), view, now())
      const { limit } = request.query
      const found = await archive.gaps(channel.id, range, limit + 1)
      if (view.delayMs === 0) reply.headers(positionHeader(position))
      return pageByStart(request.url, found, limit, ({ from }) => from)
    },
  )
}

/** One page in order of storage; its position is that of the last entry looked at. */
async function readStored(
  log: Log,
  channel: string,
  since: Position,
  limit: number,
  { tracks, from }: { readonly tracks: readonly string[] | null; readonly from: string | null },
): Promise<{ cues: Cue[]; position: Position; more: boolean }> {
  const cues: Cue[] = []
  let at = since
  for (;;) {
    const page = await log.read(channel, at, entriesPerRead)
    if (!page.ok)
      throw new CcrError(
        'position-lost',
        `since: this place is not in the kept log, which is at ${formatPosition(page.position)}; read by from and to, then go on from the Ccr-Position of that list`,
      )
    for (const entry of page.entries) {
      at = entry.value.position
      if (entry.type !== 'cue') continue
      if (from !== null && entry.value.start < from) continue
      if (tracks === null || tracks.includes(entry.value.track)) cues.push(entry.value)
      if (cues.length === limit) return { cues, position: at, more: at.seq < page.position.seq }
    }
    if (page.entries.length < entriesPerRead) return { cues, position: at, more: false }
  }
}
