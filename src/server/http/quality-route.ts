import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { qualitySchema, type Quality } from '../../protocol/api.ts'
import { CcrError } from '../../protocol/codes.ts'
import { intervalsMs, intervalsOf, qualityOf } from '../core/quality.ts'
import type { Archive, Range } from '../ports/archive.ts'
import type { Access } from './auth.ts'
import { channelParams, clipRange, parseRange, rangeQuery, tracksQuery } from './ranges.ts'

export interface QualityRouteOptions {
  readonly access: Access
  readonly archive: Archive
  readonly now: () => number
}

/** Every cue of the range is counted anew: a month of a channel is about a second of a reading worker. */
const longestMs = 31 * intervalsMs.day
const mostGaps = 100_000

/** `GET /channels/{id}/quality`: how much of the time a channel was monitored, and how much was said. */
export function registerQualityRoute(fastify: FastifyInstance, options: QualityRouteOptions): void {
  const { access, archive, now } = options
  const app = fastify.withTypeProvider<ZodTypeProvider>()
  app.get(
    '/channels/:id/quality',
    {
      schema: {
        tags: ['archive'],
        operationId: 'getQuality',
        summary: 'Monitored minutes, gaps by reason, cues and words of each hour or day of UTC',
        description:
          'The last 24 hours unless a range of at most 31 days is asked for; what lies in the future is left out. Oldest first.',
        params: channelParams,
        querystring: rangeQuery.extend({
          interval: z.enum(['hour', 'day']).default('hour'),
          track: tracksQuery,
        }),
        response: { 200: z.object({ items: z.array(qualitySchema), next: z.null() }) },
      },
    },
    async (request) => {
      const { channel, view } = access.channel(access.reader(request), request.params.id)
      const { query } = request
      const range = boundedRange(clipRange(parseRange(query), view, now()), now())
      const [coverage, gaps] = await Promise.all([
        archive.coverage(channel.id, range),
        archive.gaps(channel.id, range, mostGaps),
      ])
      const tracks = query.track.length === 0 ? null : query.track
      const whole = { fromMs: Date.parse(range.from), toMs: Date.parse(range.to) }
      const items: Quality[] = []
      // One interval after the other, so that other readers are served in between.
      for (const within of intervalsOf(whole, query.interval)) {
        const [from, to] = [new Date(within.fromMs), new Date(within.toMs)]
        const part = { from: from.toISOString(), to: to.toISOString() }
        const tally = await archive.tally(channel.id, part, tracks)
        items.push(qualityOf(within, coverage, gaps, tally))
      }
      return { items, next: null }
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
