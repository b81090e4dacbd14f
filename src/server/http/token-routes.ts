import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { instantSchema } from '../../protocol/api.ts'
import { CcrError } from '../../protocol/codes.ts'
import { channelIdSchema } from '../../protocol/events.ts'
import type { Directory } from '../ports/directory.ts'
import type { Access } from './auth.ts'

export const scopeSchema = z
  .union([z.object({ feed: channelIdSchema }), z.enum(['read', 'admin', 'own'])])
  .meta({ id: 'Scope', description: 'own: all that its owner may' })

export const tokenSchema = z
  .object({
    id: z.string(),
    scope: scopeSchema,
    owner: z.string().nullable().meta({ description: 'the person whose it is' }),
    note: z.string(),
    createdAt: instantSchema,
    expiresAt: instantSchema.nullable(),
    lastUsedAt: instantSchema.nullable(),
    revokedAt: instantSchema.nullable(),
  })
  .meta({ id: 'Token' })

export function registerTokenRoutes(
  fastify: FastifyInstance,
  { access, directory }: { access: Access; directory: Directory },
): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/tokens',
    {
      schema: {
        tags: ['access'],
        operationId: 'listTokens',
        summary: 'All tokens, without their secrets (admin)',
        response: { 200: z.object({ items: z.array(tokenSchema), next: z.string().nullable() }) },
      },
    },
    (request) => {
      access.requireAdmin(request)
      return { items: [...directory.tokens()], next: null }
    },
  )

  app.post(
    '/tokens',
    {
      schema: {
        tags: ['access'],
        operationId: 'createToken',
        summary: 'Make a token; its text is shown this once (admin)',
        body: z.object({
          scope: scopeSchema,
          note: z.string().max(200).default(''),
          expiresAt: instantSchema.nullable().default(null),
        }),
        response: { 201: z.object({ id: z.string(), token: z.string() }) },
      },
    },
    async (request, reply) => {
      access.requireAdmin(request)
      const { scope, note, expiresAt } = request.body
      if (scope === 'own')
        throw new CcrError('bad-request', 'scope: a token of your own is made at /me/tokens')
      if (typeof scope === 'object' && directory.channel(scope.feed) === undefined)
        throw new CcrError('unknown-channel', `There is no channel ${scope.feed}.`)
      const expiry = expiresAt === null ? null : new Date(expiresAt).toISOString()
      return reply.code(201).send(await directory.createToken(scope, note, expiry))
    },
  )

  app.delete(
    '/tokens/:id',
    {
      schema: {
        tags: ['access'],
        operationId: 'revokeToken',
        summary: 'Revoke a token; feeds opened with it end within 5 s (admin)',
        params: z.object({ id: z.string().max(64) }),
        response: { 204: z.null().meta({ description: 'Revoked' }) },
      },
    },
    async (request, reply) => {
      access.requireAdmin(request)
      if ((await directory.revokeToken(request.params.id)) === 'missing')
        throw new CcrError('not-found', `There is no token ${request.params.id}.`)
      return reply.code(204).send(null)
    },
  )
}
