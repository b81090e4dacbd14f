import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { programmeSchema } from '../../protocol/api.ts'
import { findProgrammes } from '../core/programmes.ts'
import type { Archive } from '../ports/archive.ts'
import type { Directory } from '../ports/directory.ts'
import type { Access } from './auth.ts'
import { InTurn } from './in-turn.ts'
import { channelsQuery, parseRange, rangeQuery } from './ranges.ts'

export interface ProgrammeRouteOptions {
  readonly access: Access
  readonly archive: Archive
  readonly directory: Directory
  readonly now: () => number
}

/** Each looks through a month of every channel; whoever types asks anew before the last answer is there. */
const mostAtOnce = 3

/** `GET /programmes`: what was on, by words of its title. */
export function registerProgrammeRoute(
  fastify: FastifyInstance,
  options: ProgrammeRouteOptions,
): void {
  const { access } = options
  const app = fastify.withTypeProvider<ZodTypeProvider>()
  const turns = new InTurn(mostAtOnce, 'searches for programmes')
  app.get(
    '/programmes',
    {
      schema: {
        tags: ['archive'],
        operationId: 'findProgrammes',
        summary:
          'Programmes whose title has all the words, each perhaps only begun, with their airings',
        description:
          'Airings that began in the last 31 days unless a range is given, those of one title on one channel together; the latest broadcast first. `total` counts what the limit leaves out, too.',
        querystring: rangeQuery.extend({
          q: z.string().min(1).max(200),
          channel: channelsQuery,
          airings: z.coerce.number().int().min(1).max(100).default(3),
          limit: z.coerce.number().int().min(1).max(100).default(20),
        }),
        response: {
          200: z.object({
            items: z.array(programmeSchema),
            next: z.null(),
            total: z.int().nonnegative(),
          }),
        },
      },
    },
    (request) =>
      turns.run(request, async () => {
        const { q, channel: channels, airings: newest, limit } = request.query
        const asked = parseRange(request.query)
        const reader = access.reader(request)
        const found = await findProgrammes(options, { reader, q, channels, newest, ...asked })
        return { items: found.slice(0, limit), next: null, total: found.length }
      }),
  )
}
