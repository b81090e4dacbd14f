import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { siteSchema, type Site } from '../../../protocol/api.ts'

/** `GET /site`: what stands at the foot of the website's pages. */
export function registerSiteRoute(fastify: FastifyInstance, site: Site): void {
  fastify.withTypeProvider<ZodTypeProvider>().get(
    '/site',
    {
      schema: {
        tags: ['site'],
        operationId: 'getSite',
        summary: 'The server’s version, and whom to ask',
        response: { 200: siteSchema },
      },
    },
    () => site,
  )
}
