import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { view } from '../../policy/view.ts'
import { channelQualitySchema, qualitySchema, type ChannelQuality } from '../../protocol/api.ts'
import { CcrError } from '../../protocol/codes.ts'
import { channelIdSchema } from '../../protocol/events.ts'
import { intervalsMs } from '../core/quality/quality.ts'
import { QualityService } from '../core/quality/quality-service.ts'
import type { Archive, Range } from '../ports/archive.ts'
import type { Directory } from '../ports/directory.ts'
import type { Access } from './auth.ts'
import { clipRange } from '../core/clip-range.ts'
import { channelParams, nextLink, parseRange, rangeQuery, tracksQuery } from './ranges.ts'

export interface QualityRoutesOptions {
  readonly access: Access
  readonly archive: Archive
  readonly directory: Directory
  readonly now: () => number
}

/** A month of a channel that nobody asked for lately is about a second of a reading worker. */
const longestMs = 31 * intervalsMs.day
const mostChannels = 50

const intervalQuery = z.enum(['hour', 'day']).default('hour')
const rangeWords =
  'The last 24 hours unless a range of at most 31 days is asked for; what lies in the future is left out.'

/** How much of the time channels were monitored, and how much was said on them. */
export function registerQualityRoutes(
  fastify: FastifyInstance,
  options: QualityRoutesOptions,
): void {
  const { access, directory, now } = options
  const quality = new QualityService(options)
  const app = fastify.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/channels/:id/quality',
    {
      schema: {
        tags: ['archive'],
        operationId: 'getQuality',
        summary: 'Monitored minutes, gaps by reason, cues and words of each hour or day of UTC',
        description: `${rangeWords} Oldest first.`,
        params: channelParams,
        querystring: rangeQuery.extend({ interval: intervalQuery, track: tracksQuery }),
        response: { 200: z.object({ items: z.array(qualitySchema), next: z.null() }) },
      },
    },
    async (request) => {
      const { channel, view: seen } = access.channel(access.reader(request), request.params.id)
      const { query } = request
      const range = boundedRange(clipRange(parseRange(query), seen, now()), now())
      const tracks = query.track.length === 0 ? null : query.track
      const wish = { channel: channel.id, range, interval: query.interval, tracks }
      return { items: await quality.of(wish), next: null }
    },
  )

  app.get(
    '/quality',
    {
      schema: {
        tags: ['archive'],
        operationId: 'listQuality',
        summary: 'The same of every channel that this reader may see',
        description: `${rangeWords} Channels by id.`,
        querystring: rangeQuery.extend({
          interval: intervalQuery,
          cursor: channelIdSchema.optional(),
          limit: z.coerce.number().int().min(1).max(mostChannels).default(20),
        }),
        response: {
          200: z.object({ items: z.array(channelQualitySchema), next: z.string().nullable() }),
        },
      },
    },
    async (request) => {
      const { cursor = '', limit, interval, ...asked } = request.query
      const reader = access.reader(request)
      const wanted = parseRange(asked)
      boundedRange(wanted, now())
      const found = directory
        .channels()
        .filter(({ id }) => id > cursor)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .flatMap((channel) => {
          const seen = view(reader, channel)
          return seen.allowed ? [{ id: channel.id, seen }] : []
        })
      const items: ChannelQuality[] = []
      for (const { id, seen } of found.slice(0, limit)) {
        const range = boundedRange(clipRange(wanted, seen, now()), now())
        items.push({
          channel: id,
          items: await quality.of({ channel: id, range, interval, tracks: null }),
        })
      }
      const last = found.length > limit ? (items.at(-1)?.channel ?? null) : null
      return { items, next: nextLink(request.url, last) }
    },
  )
}

function boundedRange({ from, to }: Range, nowMs: number): { from: string; to: string } {
  const toMs = Math.min(to === null ? nowMs : Date.parse(to), nowMs)
  const fromMs = from === null ? toMs - intervalsMs.day : Math.min(Date.parse(from), toMs)
  if (toMs - fromMs > longestMs)
    throw new CcrError('bad-request', 'from, to: at most 31 days at a time')
  return { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() }
}
