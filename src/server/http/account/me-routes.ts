import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { personNameSchema, preferencesSchema, userSchema } from '../../../protocol/accounts.ts'
import { CcrError } from '../../../protocol/codes.ts'
import type { Accounts } from '../../ports/accounts.ts'
import type { Access } from '../auth.ts'
import { presentUser } from './present.ts'
import { scopeSchema } from '../token-routes.ts'

export interface MeRoutesOptions {
  readonly access: Access
  readonly accounts: Accounts
}

const meSchema = z.object({
  id: z.string().meta({ description: 'of the token or session' }),
  scope: scopeSchema.nullable().meta({ description: 'null = a session: all that the user may' }),
  user: userSchema.nullable().meta({ description: 'null = a token that is no person’s' }),
})

/** `/me`: who asks, and what they keep here. */
export function registerMeRoutes(
  fastify: FastifyInstance,
  { access, accounts }: MeRoutesOptions,
): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/me',
    {
      schema: {
        tags: ['account'],
        operationId: 'getMe',
        summary: 'Who asks, and what the token or session allows',
        response: { 200: meSchema },
      },
    },
    (request) => {
      const credential = access.credential(request)
      if (credential === undefined) throw new CcrError('unauthorized')
      const { id, scope, rights } = credential
      return {
        id,
        scope,
        user: rights.user === null ? null : presentUser(rights.user),
      }
    },
  )

  app.patch(
    '/me',
    {
      schema: {
        tags: ['account'],
        operationId: 'changeMe',
        summary: 'What you are called',
        body: z.strictObject({ name: personNameSchema.nullable() }),
        response: { 200: userSchema },
      },
    },
    async (request) => {
      const { id } = access.requireUser(request)
      const { name } = request.body
      const changed = await accounts.changeUser(id, { name: name === '' ? null : name })
      if (typeof changed === 'string') throw new CcrError('unauthorized')
      return presentUser(changed)
    },
  )

  app.get(
    '/me/preferences',
    {
      schema: {
        tags: ['account'],
        operationId: 'getPreferences',
        summary: 'What the website keeps for you',
        response: { 200: preferencesSchema },
      },
    },
    (request) => accounts.preferences(access.requireUser(request).id),
  )

  app.put(
    '/me/preferences',
    {
      schema: {
        tags: ['account'],
        operationId: 'setPreferences',
        summary: 'Replace what the website keeps for you; at most 16 KiB',
        body: preferencesSchema,
        response: { 200: preferencesSchema },
      },
    },
    async (request) => {
      await accounts.setPreferences(access.requireUser(request).id, request.body)
      return request.body
    },
  )
}
