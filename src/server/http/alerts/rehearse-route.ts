import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { CcrError } from '../../../protocol/codes.ts'
import { rehearsalSchema, rehearsalWishSchema } from '../../../protocol/rehearsal.ts'
import { rehearse } from '../../core/alerts/rehearse.ts'
import type { SearchService } from '../../core/search/search-service.ts'
import type { Access } from '../auth.ts'

export interface RehearseRouteOptions {
  readonly access: Access
  readonly searches: SearchService
  readonly now: () => number
}

/** `POST /alerts/rehearse`: docs/alerts.md. */
export function registerRehearseRoute(
  fastify: FastifyInstance,
  { access, searches, now }: RehearseRouteOptions,
): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>()
  /** Addresses that wait for one: it is several searches. */
  const waiting = new Set<string>()

  app.post(
    '/alerts/rehearse',
    {
      schema: {
        tags: ['alerts'],
        operationId: 'rehearseAlert',
        summary: 'What an alert would have told in the last days, and what else to ask for',
        body: rehearsalWishSchema,
        response: { 200: rehearsalSchema },
      },
      serializerCompiler: () => JSON.stringify,
    },
    async (request) => {
      const reader = access.reader(request)
      if (waiting.has(request.ip) && reader.kind === 'anonymous')
        throw new CcrError(
          'too-many-requests',
          'A rehearsal of this address is under way; wait for it.',
        )
      waiting.add(request.ip)
      try {
        return await rehearse(searches, reader, request.body, now())
      } finally {
        waiting.delete(request.ip)
      }
    },
  )
}
