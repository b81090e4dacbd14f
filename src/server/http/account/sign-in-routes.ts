import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { emailSchema, roleSchema, userSchema } from '../../../protocol/accounts.ts'
import { instantSchema } from '../../../protocol/api.ts'
import { passkeyAnswerSchema } from '../../../protocol/passkeys.ts'
import { safeNext } from '../../../protocol/safe-next.ts'
import { deviceName } from '../../core/accounts/device-name.ts'
import { linkMinutes, type SignIn } from '../../core/accounts/sign-in.ts'
import type { Accounts, User } from '../../ports/accounts.ts'
import type { Mailer } from '../../ports/mail.ts'
import type { Logger } from '../../ports/telemetry.ts'
import type { Access } from '../auth.ts'
import type { PasskeyCeremony } from './passkey-ceremony.ts'
import { presentUser } from './present.ts'
import type { SignInLimits } from './sign-in-limits.ts'

export interface SignInRoutesOptions {
  readonly access: Access
  readonly accounts: Accounts
  readonly mailer: Mailer
  readonly signIn: SignIn
  readonly ceremony: PasskeyCeremony
  readonly limits: SignInLimits
  readonly logger: Logger
  readonly signUp: 'open' | 'invitation'
  readonly mustSignIn: boolean
}

export const languageSchema = z.enum(['en', 'es']).default('en')
const nextSchema = z.string().max(2000).optional().meta({ description: 'a path of this site' })
const secretSchema = z.string().max(100)
const enteredSchema = z.object({ user: userSchema, next: z.string() })

/** `/sign-in`: by a link in a mail, by a passkey. Looking at a link does nothing; only a POST uses it up. */
export function registerSignInRoutes(fastify: FastifyInstance, options: SignInRoutesOptions): void {
  const { access, accounts, mailer, signIn, ceremony, limits, logger } = options
  const app = fastify.withTypeProvider<ZodTypeProvider>()

  /** A new session, never one that was there before: whoever knew that one knows nothing now. */
  async function enter(request: FastifyRequest, reply: FastifyReply, user: User): Promise<void> {
    const before = access.credential(request)?.session
    if (before != null) await accounts.revokeSession(before.user, before.id)
    const device = deviceName(request.headers['user-agent'])
    access.cookie.write(reply, (await accounts.createSession(user.id, device)).secret)
  }

  app.get(
    '/sign-in',
    {
      schema: {
        tags: ['account'],
        operationId: 'getSignIn',
        summary: 'How people come in here, and who has',
        response: {
          200: z.object({
            signUp: z.enum(['open', 'invitation']),
            mustSignIn: z.boolean(),
            mail: z.enum(['smtp', 'outbox']).meta({
              description: 'outbox: links are read, and handed over, by an administrator',
            }),
            minutes: z.int().meta({ description: 'how long a mailed link works' }),
            user: userSchema.nullable().meta({ description: 'who has signed in; null = nobody' }),
          }),
        },
      },
    },
    (request) => {
      const user = access.currentUser(request)
      return {
        ...{ signUp: options.signUp, mustSignIn: options.mustSignIn },
        ...{ mail: mailer.kind, minutes: linkMinutes },
        user: user === undefined ? null : presentUser(user),
      }
    },
  )

  app.post(
    '/sign-in/mail',
    {
      schema: {
        tags: ['account'],
        operationId: 'mailSignInLink',
        summary: 'Send a sign-in link, if the address may come in; the answer is the same if not',
        body: z.object({ email: emailSchema, next: nextSchema, language: languageSchema }),
        response: { 202: z.object({ minutes: z.int() }) },
      },
    },
    async (request, reply) => {
      await limits.ask(request.ip, reply)
      const { email, next, language } = request.body
      // After the answer, so that its time does not tell who has an account.
      setImmediate(() => {
        void limits
          .mayWrite(email)
          .then((may) => (may ? signIn.ask(email, safeNext(next), language) : undefined))
          .catch((error: unknown) => logger.error({ err: error }, 'a link could not be made'))
      })
      return reply.code(202).send({ minutes: linkMinutes })
    },
  )

  app.post(
    '/sign-in/link/look',
    {
      schema: {
        tags: ['account'],
        operationId: 'lookAtLink',
        summary: 'What a link would do; it stays unused',
        body: z.object({ token: secretSchema }),
        response: {
          200: z.object({
            purpose: z.enum(['sign-in', 'invitation', 'email', 'first-admin']),
            email: z.string().nullable(),
            role: roleSchema,
            expiresAt: instantSchema,
          }),
        },
      },
    },
    async (request, reply) => {
      await limits.try(request.ip, reply)
      const { purpose, email, role, expiresAt } = await signIn.look(request.body.token)
      return { purpose, email, role, expiresAt }
    },
  )

  app.post(
    '/sign-in/link',
    {
      schema: {
        tags: ['account'],
        operationId: 'signInByLink',
        summary: 'Use a link up, and come in',
        body: z.object({
          token: secretSchema,
          email: emailSchema.optional().meta({ description: 'of the first administrator' }),
        }),
        response: { 200: enteredSchema },
      },
    },
    async (request, reply) => {
      await limits.try(request.ip, reply)
      const { user, next } = await signIn.enter(request.body.token, request.body.email ?? null)
      await enter(request, reply, user)
      return { user: presentUser(user), next }
    },
  )

  app.post(
    '/sign-in/passkey/options',
    {
      schema: {
        tags: ['account'],
        operationId: 'askForPasskey',
        summary: 'What a browser asks a passkey (WebAuthn)',
        response: { 200: z.looseObject({ challenge: z.string() }) },
      },
    },
    async (request, reply) => {
      await limits.try(request.ip, reply)
      return { ...(await ceremony.askToSignIn(request)) }
    },
  )

  app.post(
    '/sign-in/passkey',
    {
      schema: {
        tags: ['account'],
        operationId: 'signInByPasskey',
        summary: 'Come in with a passkey’s answer',
        body: z.object({ answer: passkeyAnswerSchema, next: nextSchema }),
        response: { 200: enteredSchema },
      },
    },
    async (request, reply) => {
      await limits.try(request.ip, reply)
      const user = await ceremony.signIn(request, request.body.answer)
      await enter(request, reply, user)
      return { user: presentUser(user), next: safeNext(request.body.next) }
    },
  )

  app.post(
    '/sign-out',
    {
      schema: {
        tags: ['account'],
        operationId: 'signOut',
        summary: 'End this session',
        response: { 204: z.null().meta({ description: 'Signed out' }) },
      },
    },
    async (request, reply) => {
      const session = access.credential(request)?.session
      if (session != null) await accounts.revokeSession(session.user, session.id)
      access.cookie.clear(reply)
      return reply.code(204).send(null)
    },
  )
}
