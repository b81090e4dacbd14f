import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import {
  destinationChangeSchema,
  newDestinationSchema,
  ownDestinationSchema,
  stopSchema,
} from '../../../protocol/deliveries.ts'
import type { DestinationService } from '../../core/delivery/destination-service.ts'
import type { PushEncoder } from '../../ports/signatures.ts'
import type { Access } from '../auth.ts'

export interface DestinationRoutesOptions {
  readonly access: Access
  readonly destinations: DestinationService
  readonly push: PushEncoder
}

const tags = ['notifications']
const params = z.object({ id: z.string().max(64) })
const done = z.null().meta({ description: 'Done' })

/** `/me/destinations`: where a person's notifications go. */
export function registerDestinationRoutes(
  fastify: FastifyInstance,
  { access, destinations, push }: DestinationRoutesOptions,
): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/me/destinations',
    {
      schema: {
        ...{ tags, operationId: 'listDestinations' },
        summary: 'Where your notifications go; the address of your account comes first',
        response: { 200: z.object({ items: z.array(ownDestinationSchema), next: z.null() }) },
      },
    },
    async (request) => {
      const { id } = access.requireUser(request)
      return { items: await destinations.list(id), next: null }
    },
  )

  app.post(
    '/me/destinations',
    {
      schema: {
        ...{ tags, operationId: 'createDestination' },
        summary: 'Add one; a webhook’s secret is shown this once, and an address is asked first',
        body: newDestinationSchema,
        response: {
          201: z.object({ destination: ownDestinationSchema, secret: z.string().nullable() }),
        },
      },
    },
    async (request, reply) => {
      const user = access.requireUser(request)
      return reply.code(201).send(await destinations.create(user, request.body))
    },
  )

  app.patch(
    '/me/destinations/:id',
    {
      schema: {
        ...{ tags, operationId: 'changeDestination', summary: 'Rename it, or switch it off or on' },
        params,
        body: destinationChangeSchema,
        response: { 200: ownDestinationSchema },
      },
    },
    (request) =>
      destinations.change(access.requireUser(request).id, request.params.id, request.body),
  )

  app.delete(
    '/me/destinations/:id',
    {
      schema: {
        ...{ tags, operationId: 'removeDestination' },
        summary: 'Remove it, with what waits for it',
        params,
        response: { 204: done },
      },
    },
    async (request, reply) => {
      await destinations.remove(access.requireUser(request).id, request.params.id)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/me/destinations/:id/test',
    {
      schema: {
        ...{ tags, operationId: 'testDestination' },
        summary: 'Send a test at once; what becomes of it is in /me/deliveries under this key',
        params,
        response: { 202: z.object({ key: z.string() }) },
      },
    },
    async (request, reply) => {
      const { id } = access.requireUser(request)
      return reply.code(202).send(await destinations.test(id, request.params.id))
    },
  )

  app.post(
    '/me/destinations/:id/confirmation',
    {
      schema: {
        ...{ tags, operationId: 'askForConfirmation' },
        summary: 'Ask an address again that has not been confirmed',
        params,
        response: { 204: done },
      },
    },
    async (request, reply) => {
      await destinations.askAgain(access.requireUser(request), request.params.id)
      return reply.code(204).send(null)
    },
  )

  app.post(
    '/me/destinations/:id/secret',
    {
      schema: {
        ...{ tags, operationId: 'rotateSecret' },
        summary: 'Another secret for a webhook; for a day the one before signs too',
        params,
        response: { 200: z.object({ secret: z.string() }) },
      },
    },
    (request) => destinations.rotate(access.requireUser(request).id, request.params.id),
  )

  app.get(
    '/me/stops',
    {
      schema: {
        ...{ tags, operationId: 'listStops' },
        summary: 'Alerts that one of your destinations gets no more of, by a click in a letter',
        response: { 200: z.object({ items: z.array(stopSchema), next: z.null() }) },
      },
    },
    async (request) => ({
      items: [...(await destinations.stops(access.requireUser(request).id))],
      next: null,
    }),
  )

  app.delete(
    '/me/destinations/:id/stops/:alert',
    {
      schema: {
        ...{ tags, operationId: 'resumeAlert', summary: 'Let it have that alert again' },
        params: params.extend({ alert: z.string().max(64) }),
        response: { 204: done },
      },
    },
    async (request, reply) => {
      const { id, alert } = request.params
      await destinations.resume(access.requireUser(request).id, id, alert)
      return reply.code(204).send(null)
    },
  )

  app.get(
    '/push-key',
    {
      schema: {
        ...{ tags, operationId: 'getPushKey' },
        summary: 'The public key that browsers subscribe to push messages with (base64url)',
        response: { 200: z.object({ key: z.string() }) },
      },
    },
    async (request) => {
      access.requireUser(request)
      return { key: await push.publicKey() }
    },
  )
}
