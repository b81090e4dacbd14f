import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  emailSchema,
  invitationSchema,
  personNameSchema,
  roleSchema,
  userSchema,
} from '../../../protocol/accounts.ts'
import { instantSchema } from '../../../protocol/api.ts'
import { CcrError } from '../../../protocol/codes.ts'
import { channelIdSchema } from '../../../protocol/events.ts'
import { handedOverMs } from '../../core/accounts/sign-in-link.ts'
import type { AccountPart } from '../../core/accounts/account-data.ts'
import type { SignIn } from '../../core/accounts/sign-in.ts'
import type { Accounts, Link, User } from '../../ports/accounts.ts'
import type { Access } from '../auth.ts'
import { removePerson } from '../account/data-routes.ts'
import { presentUser } from '../account/present.ts'
import { languageSchema } from '../account/sign-in-routes.ts'

export interface PeopleRoutesOptions {
  readonly access: Access
  readonly accounts: Accounts
  readonly signIn: SignIn
  readonly parts: readonly AccountPart[]
}

const tags = ['admin']
const gone = { 204: z.null().meta({ description: 'Done' }) }
const params = z.object({ id: z.string().max(64) })
const channelsSchema = z.array(channelIdSchema).max(1000)
const handedOver = z.object({
  url: z.string().meta({ description: 'shown this once' }),
  expiresAt: instantSchema,
})

/** `/admin/users` and `/admin/invitations`. */
export function registerPeopleRoutes(fastify: FastifyInstance, options: PeopleRoutesOptions): void {
  const { access, accounts, signIn } = options
  const app = fastify.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/admin/users',
    {
      schema: {
        ...{ tags, operationId: 'listUsers', summary: 'Everybody who has an account (admin)' },
        response: { 200: z.object({ items: z.array(userSchema), next: z.null() }) },
      },
    },
    (request) => {
      access.requireAdmin(request)
      return { items: accounts.users().map(presentUser), next: null }
    },
  )

  app.post(
    '/admin/users',
    {
      schema: {
        ...{ tags, operationId: 'createUser' },
        summary: 'Make an account without an invitation (admin)',
        body: z.object({
          email: emailSchema,
          name: personNameSchema.nullable().default(null),
          role: roleSchema.default('viewer'),
          channels: channelsSchema.default([]),
        }),
        response: { 201: userSchema },
      },
    },
    async (request, reply) => {
      access.requireAdmin(request)
      return reply.code(201).send(presentUser(made(await accounts.createUser(request.body))))
    },
  )

  app.patch(
    '/admin/users/:id',
    {
      schema: {
        ...{ tags, operationId: 'changeUser' },
        summary: 'Change name, address, role or channels; it holds at once (admin)',
        params,
        body: z.strictObject({
          email: emailSchema.optional(),
          name: personNameSchema.nullable().optional(),
          role: roleSchema.optional(),
          channels: channelsSchema.optional(),
        }),
        response: { 200: userSchema },
      },
    },
    async (request) => {
      access.requireAdmin(request)
      const { email, name, role, channels } = request.body
      const change = {
        ...(email === undefined ? {} : { email }),
        ...(name === undefined ? {} : { name }),
        ...(role === undefined ? {} : { role }),
        ...(channels === undefined ? {} : { channels }),
      }
      return presentUser(made(await accounts.changeUser(request.params.id, change)))
    },
  )

  app.delete(
    '/admin/users/:id',
    {
      schema: {
        ...{ tags, operationId: 'removeUser' },
        summary: 'Remove an account and all that is its person’s (admin)',
        params,
        response: gone,
      },
    },
    async (request, reply) => {
      access.requireAdmin(request)
      await removePerson(request.params.id, options)
      return reply.code(204).send(null)
    },
  )

  app.delete(
    '/admin/users/:id/sessions',
    {
      schema: {
        ...{ tags, operationId: 'endSessionsOf' },
        summary: 'Sign somebody out everywhere (admin)',
        params,
        response: { 200: z.object({ ended: z.int() }) },
      },
    },
    async (request) => {
      access.requireAdmin(request)
      return { ended: await accounts.revokeSessions(find(request.params.id).id, null) }
    },
  )

  app.post(
    '/admin/users/:id/link',
    {
      schema: {
        ...{ tags, operationId: 'makeSignInLink' },
        summary: 'A link that signs somebody in once, to be handed over; for 24 hours (admin)',
        params,
        response: { 201: handedOver },
      },
    },
    async (request, reply) => {
      access.requireAdmin(request)
      return reply.code(201).send(await signIn.linkFor(find(request.params.id), handedOverMs))
    },
  )

  app.get(
    '/admin/invitations',
    {
      schema: {
        ...{ tags, operationId: 'listInvitations' },
        summary: 'Invitations that nobody has accepted yet (admin)',
        response: { 200: z.object({ items: z.array(invitationSchema), next: z.null() }) },
      },
    },
    (request) => {
      access.requireAdmin(request)
      return { items: accounts.links('invitation').map(presentInvitation), next: null }
    },
  )

  app.post(
    '/admin/invitations',
    {
      schema: {
        ...{ tags, operationId: 'invite' },
        summary: 'Invite somebody: by mail, and by the link that is answered (admin)',
        body: z.object({
          email: emailSchema,
          role: roleSchema.default('viewer'),
          channels: channelsSchema.default([]),
          language: languageSchema,
        }),
        response: { 201: z.object({ invitation: invitationSchema, url: z.string() }) },
      },
    },
    async (request, reply) => {
      const { rights } = access.requireAdmin(request)
      const { language, ...wish } = request.body
      const by = rights.user?.name ?? rights.user?.email ?? 'ccr'
      const { link, url } = await signIn.invite(by, wish, language)
      return reply.code(201).send({ invitation: presentInvitation(link), url })
    },
  )

  app.delete(
    '/admin/invitations/:id',
    {
      schema: {
        ...{ tags, operationId: 'revokeInvitation', summary: 'Take an invitation back (admin)' },
        params,
        response: gone,
      },
    },
    async (request, reply) => {
      access.requireAdmin(request)
      const { id } = request.params
      const isThere = accounts.links('invitation').some((link) => link.id === id)
      if (!isThere || (await accounts.revokeLink(id)) === 'missing')
        throw new CcrError('not-found', 'There is no such invitation.')
      return reply.code(204).send(null)
    },
  )

  function find(id: string): User {
    const user = accounts.user(id)
    if (user === undefined) throw new CcrError('not-found', 'There is no such person.')
    return user
  }
}

function made(result: User | 'missing' | 'conflict' | 'last-admin'): User {
  if (result === 'missing') throw new CcrError('not-found', 'There is no such person.')
  if (result === 'conflict') throw new CcrError('conflict', 'That address has an account already.')
  if (result === 'last-admin') throw new CcrError('last-admin')
  return result
}

function presentInvitation({
  id,
  email,
  role,
  channels,
  createdAt,
  expiresAt,
}: Link): z.infer<typeof invitationSchema> {
  return { id, email: email ?? '', role, channels: [...channels], createdAt, expiresAt }
}
