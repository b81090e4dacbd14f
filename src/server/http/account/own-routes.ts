import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { emailSchema, passkeySchema, sessionSchema } from '../../../protocol/accounts.ts'
import { CcrError } from '../../../protocol/codes.ts'
import { newPasskeySchema } from '../../../protocol/passkeys.ts'
import type { SignIn } from '../../core/accounts/sign-in.ts'
import type { Accounts, Passkey, User } from '../../ports/accounts.ts'
import type { Access } from '../auth.ts'
import type { PasskeyCeremony } from './passkey-ceremony.ts'
import type { SignInLimits } from './sign-in-limits.ts'
import { languageSchema } from './sign-in-routes.ts'

export interface OwnRoutesOptions {
  readonly access: Access
  readonly accounts: Accounts
  readonly signIn: SignIn
  readonly ceremony: PasskeyCeremony
  readonly limits: SignInLimits
}

const tags = ['account']
const gone = { 204: z.null().meta({ description: 'Done' }) }
const passkeyNameSchema = z
  .string()
  .trim()
  .min(1)
  .max(60)
  .regex(/^\P{Cc}*$/u)

/** `/me/sessions`, `/me/passkeys`, `/me/email`: how a person comes in. Changing it takes a session; a token may look. */
export function registerOwnRoutes(fastify: FastifyInstance, options: OwnRoutesOptions): void {
  const { access, accounts, signIn, ceremony, limits } = options
  const app = fastify.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/me/sessions',
    {
      schema: {
        ...{ tags, operationId: 'listSessions', summary: 'Where you are signed in' },
        response: { 200: z.object({ items: z.array(sessionSchema), next: z.null() }) },
      },
    },
    (request) => {
      const user = access.requireUser(request)
      const own = access.credential(request)?.session?.id
      const items = accounts
        .sessions(user.id)
        .map(({ id, device, createdAt, lastUsedAt, expiresAt }) => ({
          ...{ id, device, createdAt, lastUsedAt, expiresAt },
          isThis: id === own,
        }))
      return { items, next: null }
    },
  )

  app.delete(
    '/me/sessions',
    {
      schema: {
        ...{ tags, operationId: 'endOtherSessions' },
        summary: 'Sign out everywhere but here; live connections end within 5 s',
        response: { 200: z.object({ ended: z.int() }) },
      },
    },
    async (request) => {
      const { user, session } = access.requireSession(request)
      return { ended: await accounts.revokeSessions(user.id, session.id) }
    },
  )

  app.delete(
    '/me/sessions/:id',
    {
      schema: {
        ...{ tags, operationId: 'endSession' },
        summary: 'Sign a browser out; its live connections end within 5 s',
        params: z.object({ id: z.string().max(64) }),
        response: gone,
      },
    },
    async (request, reply) => {
      const { user, session } = access.requireSession(request)
      const { id } = request.params
      if ((await accounts.revokeSession(user.id, id)) === 'missing')
        throw new CcrError('not-found', 'There is no such session of yours.')
      if (id === session.id) access.cookie.clear(reply)
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/me/passkeys',
    {
      schema: {
        ...{ tags, operationId: 'listPasskeys', summary: 'The passkeys that sign you in' },
        response: { 200: z.object({ items: z.array(passkeySchema), next: z.null() }) },
      },
    },
    (request) => {
      const { id } = access.requireUser(request)
      return { items: accounts.passkeys(id).map(present), next: null }
    },
  )

  app.post(
    '/me/passkeys/options',
    {
      schema: {
        ...{ tags, operationId: 'askForNewPasskey' },
        summary: 'What a browser asks for to make a passkey (WebAuthn)',
        response: { 200: z.looseObject({ challenge: z.string() }) },
      },
    },
    async (request) => {
      const { user, session } = access.requireSession(request)
      return { ...(await ceremony.askToAdd(request, user, session.id)) }
    },
  )

  app.post(
    '/me/passkeys',
    {
      schema: {
        ...{ tags, operationId: 'addPasskey' },
        summary: 'Add the passkey that a browser has made; your address is told',
        body: z.object({
          name: passkeyNameSchema,
          answer: newPasskeySchema,
          language: languageSchema,
        }),
        response: { 201: passkeySchema },
      },
    },
    async (request, reply) => {
      const { user, session } = access.requireSession(request)
      const id = await ceremony.add(request, user, session.id, request.body)
      void signIn.tellPasskey(user, request.body.name, request.body.language)
      return reply.code(201).send(present(find(user, id)))
    },
  )

  app.patch(
    '/me/passkeys/:id',
    {
      schema: {
        ...{ tags, operationId: 'renamePasskey', summary: 'Call a passkey something else' },
        params: z.object({ id: z.string().max(200) }),
        body: z.object({ name: passkeyNameSchema }),
        response: { 200: passkeySchema },
      },
    },
    async (request) => {
      const { user } = access.requireSession(request)
      const { id } = request.params
      const renamed = await accounts.renamePasskey(user.id, id, request.body.name)
      if (renamed === 'missing') throw noPasskey()
      return present(find(user, id))
    },
  )

  app.delete(
    '/me/passkeys/:id',
    {
      schema: {
        ...{ tags, operationId: 'removePasskey', summary: 'A passkey signs you in no more' },
        params: z.object({ id: z.string().max(200) }),
        response: gone,
      },
    },
    async (request, reply) => {
      const { user } = access.requireSession(request)
      if ((await accounts.removePasskey(user.id, request.params.id)) === 'missing')
        throw noPasskey()
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/me/email',
    {
      schema: {
        ...{ tags, operationId: 'changeEmail' },
        summary: 'Send a link to another address, which becomes yours when the link is used',
        body: z.object({ email: emailSchema, language: languageSchema }),
        response: { 202: z.object({}) },
      },
    },
    async (request, reply) => {
      const { user } = access.requireSession(request)
      await limits.ask(request.ip, reply)
      const { email, language } = request.body
      // Whether the address has an account of its own is told to whoever reads its mail.
      if (await limits.mayWrite(email)) await signIn.askForAddress(user, email, language)
      return reply.code(202).send({})
    },
  )

  function find(user: User, id: string): Passkey {
    const found = accounts.passkeys(user.id).find((passkey) => passkey.id === id)
    if (found === undefined) throw noPasskey()
    return found
  }
}

function noPasskey(): CcrError {
  return new CcrError('not-found', 'There is no such passkey of yours.')
}

function present({ id, name, createdAt, lastUsedAt }: Passkey): z.infer<typeof passkeySchema> {
  return { id, name, createdAt, lastUsedAt }
}
