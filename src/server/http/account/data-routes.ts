import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { instantSchema } from '../../../protocol/api.ts'
import { CcrError } from '../../../protocol/codes.ts'
import type { AccountPart } from '../../core/accounts/account-data.ts'
import { mayGrant } from '../../core/accounts/rights.ts'
import type { Accounts } from '../../ports/accounts.ts'
import type { Directory } from '../../ports/directory.ts'
import type { Access } from '../auth.ts'
import { scopeSchema, tokenSchema } from '../token-routes.ts'
import { presentUser } from './present.ts'

export interface DataRoutesOptions {
  readonly access: Access
  readonly accounts: Accounts
  readonly directory: Directory
  readonly parts: readonly AccountPart[]
  readonly now: () => number
}

const tags = ['account']
/** Of one person, those that were revoked left out. */
const mostTokens = 100

/** `/me/tokens`, `/me/export`, `DELETE /me`: what is a person’s, to be used, taken along, and taken away. */
export function registerDataRoutes(fastify: FastifyInstance, options: DataRoutesOptions): void {
  const { access, accounts, directory, parts, now } = options
  const app = fastify.withTypeProvider<ZodTypeProvider>()

  const tokensOf = (user: string): z.infer<typeof tokenSchema>[] =>
    directory.tokens().filter(({ owner, revokedAt }) => owner === user && revokedAt === null)

  app.get(
    '/me/tokens',
    {
      schema: {
        ...{ tags, operationId: 'listOwnTokens', summary: 'Your tokens, without their secrets' },
        response: { 200: z.object({ items: z.array(tokenSchema), next: z.null() }) },
      },
    },
    (request) => ({ items: tokensOf(access.requireUser(request).id), next: null }),
  )

  app.post(
    '/me/tokens',
    {
      schema: {
        ...{ tags, operationId: 'createOwnToken' },
        summary: 'Make a token that allows no more than you may; its text is shown this once',
        body: z.object({
          scope: scopeSchema,
          note: z.string().max(200).default(''),
          expiresAt: instantSchema.nullable().default(null),
        }),
        response: { 201: z.object({ id: z.string(), token: z.string() }) },
      },
    },
    async (request, reply) => {
      const { user } = access.requireSession(request)
      const { scope, note, expiresAt } = request.body
      if (!mayGrant(user, scope))
        throw new CcrError('forbidden', 'A token cannot allow more than you may.')
      if (typeof scope === 'object' && directory.channel(scope.feed) === undefined)
        throw new CcrError('unknown-channel', `There is no channel ${scope.feed}.`)
      if (expiresAt !== null && Date.parse(expiresAt) <= now())
        throw new CcrError('bad-request', 'expiresAt: expected a time to come')
      if (tokensOf(user.id).length >= mostTokens)
        throw new CcrError('conflict', `You have ${mostTokens} tokens; revoke one first.`)
      const expiry = expiresAt === null ? null : new Date(expiresAt).toISOString()
      return reply.code(201).send(await directory.createToken(scope, note, expiry, user.id))
    },
  )

  app.delete(
    '/me/tokens/:id',
    {
      schema: {
        ...{ tags, operationId: 'revokeOwnToken' },
        summary: 'Revoke a token of yours; what is open with it ends within 5 s',
        params: z.object({ id: z.string().max(64) }),
        response: { 204: z.null().meta({ description: 'Revoked' }) },
      },
    },
    async (request, reply) => {
      const { user } = access.requireSession(request)
      const { id } = request.params
      const isOwn = tokensOf(user.id).some((token) => token.id === id)
      if (!isOwn || (await directory.revokeToken(id)) === 'missing')
        throw new CcrError('not-found', 'There is no such token of yours.')
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/me/export',
    {
      schema: {
        ...{ tags, operationId: 'exportMe', summary: 'All that is kept of you, as one file' },
        response: { 200: z.looseObject({ exportedAt: instantSchema }) },
      },
    },
    async (request, reply) => {
      const user = access.requireUser(request)
      const more: Record<string, unknown> = {}
      for (const { name, exportOf } of parts) more[name] = await exportOf(user.id)
      reply.header('content-disposition', 'attachment; filename="ccr-account.json"')
      return {
        exportedAt: new Date(now()).toISOString(),
        user: presentUser(user),
        sessions: accounts.sessions(user.id),
        passkeys: accounts.passkeys(user.id).map(({ publicKey, ...passkey }) => ({
          ...passkey,
          publicKey: Buffer.from(publicKey).toString('base64url'),
        })),
        tokens: tokensOf(user.id),
        preferences: accounts.preferences(user.id),
        ...more,
      }
    },
  )

  app.delete(
    '/me',
    {
      schema: {
        ...{ tags, operationId: 'removeMe' },
        summary: 'Remove your account and all that is yours, at once and for good',
        response: { 204: z.null().meta({ description: 'Removed' }) },
      },
    },
    async (request, reply) => {
      const { user } = access.requireSession(request)
      await removePerson(user.id, options)
      access.cookie.clear(reply)
      return reply.code(204).send(null)
    },
  )
}

/** `last-admin` (CcrError) before anything is removed, as far as can be known; `not-found` when nobody is there. */
export async function removePerson(
  id: string,
  { accounts, parts }: { readonly accounts: Accounts; readonly parts: readonly AccountPart[] },
): Promise<void> {
  const admins = accounts.users().filter(({ role }) => role === 'admin')
  if (admins.length === 1 && admins[0]?.id === id) throw new CcrError('last-admin')
  for (const { removeOf } of parts) await removeOf(id)
  const removed = await accounts.removeUser(id)
  if (removed === 'last-admin') throw new CcrError('last-admin')
  if (removed === 'missing') throw new CcrError('not-found', 'There is no such person.')
}
