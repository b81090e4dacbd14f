import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  alertChangeSchema,
  alertFeedSchema,
  alertItemSchema,
  alertSchema,
  mentionSchema,
  newAlertSchema,
  type Alert,
} from '../../../protocol/alerts.ts'
import { CcrError } from '../../../protocol/codes.ts'
import type { AlertService } from '../../core/alerts/alert-service.ts'
import type { Accounts } from '../../ports/accounts.ts'
import type { Access } from '../auth.ts'
import { linkWith } from '../ranges.ts'

export interface AlertRoutesOptions {
  readonly access: Access
  readonly accounts: Accounts
  readonly alerts: AlertService
  /** What links begin with; null = where the request came to. */
  readonly publicUrl: string | null
}

const ownerQuery = z.object({
  owner: z.string().max(64).optional().meta({ description: 'id of a user; for administrators' }),
})
const params = z.object({ id: z.string().max(64) })
const tags = ['alerts']

/** `/alerts…`: docs/alerts.md. */
export function registerAlertRoutes(fastify: FastifyInstance, options: AlertRoutesOptions): void {
  const { access, accounts, alerts } = options
  const app = fastify.withTypeProvider<ZodTypeProvider>()

  /** Whose alerts a request is about. */
  function ownerOf(request: FastifyRequest, asked: string | undefined): string {
    const user = access.currentUser(request)
    if (asked === undefined || asked === user?.id) {
      if (user === undefined && access.credential(request)?.rights.isAdmin === true)
        throw new CcrError(
          'bad-request',
          'owner: this token is nobody’s; say whose alerts are meant.',
        )
      return access.requireUser(request).id
    }
    access.requireAdmin(request)
    if (accounts.user(asked) === undefined)
      throw new CcrError('not-found', `There is no user ${asked}.`)
    return asked
  }

  function alertOf(request: FastifyRequest, id: string): Alert {
    const isAdmin = access.credential(request)?.rights.isAdmin === true
    return alerts.get(id, isAdmin ? null : access.requireUser(request).id)
  }

  app.get(
    '/alerts',
    {
      schema: {
        tags,
        operationId: 'listAlerts',
        summary: 'One’s alerts, with how much each found in the last 30 days',
        querystring: ownerQuery,
        response: { 200: z.object({ items: z.array(alertItemSchema), next: z.null() }) },
      },
    },
    async (request) => {
      const owner = ownerOf(request, request.query.owner)
      return { items: await alerts.list(owner), next: null }
    },
  )

  app.post(
    '/alerts',
    {
      schema: {
        tags,
        operationId: 'createAlert',
        summary: 'Make an alert; from now on what is said is told',
        querystring: ownerQuery,
        body: newAlertSchema,
        response: { 201: alertSchema },
      },
    },
    async (request, reply) => {
      const owner = ownerOf(request, request.query.owner)
      return reply.code(201).send(await alerts.create(owner, request.body))
    },
  )

  app.get(
    '/alerts/:id',
    {
      schema: {
        tags,
        operationId: 'getAlert',
        summary: 'One alert',
        params,
        response: { 200: alertSchema },
      },
    },
    (request) => alertOf(request, request.params.id),
  )

  app.patch(
    '/alerts/:id',
    {
      schema: {
        tags,
        operationId: 'changeAlert',
        summary: 'Change, pause, or mute an alert',
        params,
        body: alertChangeSchema,
        response: { 200: alertSchema },
      },
    },
    (request) => alerts.change(alertOf(request, request.params.id), request.body),
  )

  app.delete(
    '/alerts/:id',
    {
      schema: {
        tags,
        operationId: 'removeAlert',
        summary: 'Remove an alert, and its history',
        params,
        response: { 204: z.null().meta({ description: 'Removed' }) },
      },
    },
    async (request, reply) => {
      await alerts.remove(alertOf(request, request.params.id))
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/alerts/:id/mentions',
    {
      schema: {
        tags,
        operationId: 'listMentions',
        summary: 'What an alert found, newest first, repeats folded',
        params,
        querystring: z.object({
          cursor: z.string().max(40).optional(),
          limit: z.coerce.number().int().min(1).max(200).default(50),
        }),
        response: {
          200: z.object({ items: z.array(mentionSchema), next: z.string().nullable() }),
        },
      },
    },
    async (request) => {
      const { cursor = null, limit } = request.query
      const alert = alertOf(request, request.params.id)
      const page = await alerts.mentions(alert, cursor, limit)
      const next = page.cursor === null ? null : linkWith(request.url, 'cursor', page.cursor)
      return { items: [...page.items], next }
    },
  )

  app.post(
    '/alerts/:id/feed',
    {
      schema: {
        tags,
        operationId: 'createAlertFeed',
        summary: 'Secret addresses of an alert’s feeds, shown this once; older ones work no more',
        params,
        response: { 201: alertFeedSchema },
      },
    },
    async (request, reply) => {
      const secret = await alerts.createFeed(alertOf(request, request.params.id))
      const base = options.publicUrl ?? `${request.protocol}://${request.host}`
      return reply
        .code(201)
        .header('cache-control', 'no-store')
        .send({ atom: `${base}/feeds/${secret}.atom`, json: `${base}/feeds/${secret}.json` })
    },
  )
}
