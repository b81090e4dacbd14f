import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { CcrError } from '../../../protocol/codes.ts'
import { deliverySchema, type Delivery } from '../../../protocol/deliveries.ts'
import { deliveryStates } from '../../../protocol/delivery-words.ts'
import type { DestinationService } from '../../core/delivery/destination-service.ts'
import type { DeliveryRecord, DeliveryStore } from '../../ports/delivery.ts'
import type { PushEncoder } from '../../ports/signatures.ts'
import type { Access } from '../auth.ts'

/** What sends, as far as routes reach it. */
export interface DeliveryParts {
  readonly destinations: DestinationService
  readonly store: Pick<DeliveryStore, 'deliveries' | 'replay'>
  /** Whether there is anything yet. */
  readonly isMade: () => boolean
  readonly queue: { poke(): void }
  readonly push: PushEncoder
}

export type DeliveryRoutesOptions = Omit<DeliveryParts, 'destinations' | 'push'> & {
  readonly access: Access
  readonly now: () => number
}

const tags = ['notifications']
const page = 50
const query = z.object({
  state: z.enum(deliveryStates).optional(),
  before: z.coerce.number().int().positive().optional(),
})
/** Without what was said or sought: that is its owner's. */
const othersSchema = deliverySchema.omit({ alert: true, log: true }).extend({ owner: z.string() })

/** `/me/deliveries`, `/admin/deliveries`: what became of notifications. */
export function registerDeliveryRoutes(
  fastify: FastifyInstance,
  { access, store, isMade, queue, now }: DeliveryRoutesOptions,
): void {
  const app = fastify.withTypeProvider<ZodTypeProvider>()

  const read = async (
    owner: string | null,
    { state, before }: z.output<typeof query>,
    address: string,
  ): Promise<{ readonly records: readonly DeliveryRecord[]; readonly next: string | null }> => {
    if (!isMade()) return { records: [], next: null }
    const ask = { owner, state: state ?? null, before: before ?? null, limit: page }
    const records = await store.deliveries(ask)
    const last = records.length < page ? undefined : records.at(-1)
    const wish = state === undefined ? '' : `state=${state}&`
    const next = last === undefined ? null : `/api/v1${address}?${wish}before=${last.id}`
    return { records, next }
  }

  app.get(
    '/me/deliveries',
    {
      schema: {
        ...{ tags, operationId: 'listDeliveries' },
        summary: 'What became of your notifications, newest first; kept for 30 days',
        querystring: query,
        response: {
          200: z.object({ items: z.array(deliverySchema), next: z.string().nullable() }),
        },
      },
    },
    async (request) => {
      const { id } = access.requireUser(request)
      const { records, next } = await read(id, request.query, '/me/deliveries')
      return { items: records.map(present), next }
    },
  )

  app.post(
    '/me/deliveries/:id/replay',
    {
      schema: {
        ...{ tags, operationId: 'replayDelivery' },
        summary: 'Send it again, under the same key',
        params: z.object({ id: z.coerce.number().int().positive() }),
        response: { 202: z.null().meta({ description: 'It waits to be sent' }) },
      },
    },
    async (request, reply) => {
      const { id: owner } = access.requireUser(request)
      const { id } = request.params
      const outcome = isMade() ? await store.replay(id, owner, now()) : 'missing'
      if (outcome === 'missing') throw new CcrError('not-found', `There is no delivery ${id}.`)
      if (outcome === 'disabled')
        throw new CcrError('conflict', 'Its destination is not active; switch it on first.')
      queue.poke()
      return reply.code(202).send(null)
    },
  )

  app.get(
    '/admin/deliveries',
    {
      schema: {
        ...{ tags: ['admin'], operationId: 'listAllDeliveries' },
        summary: 'What became of everybody’s notifications, without what they say (admin)',
        querystring: query,
        response: { 200: z.object({ items: z.array(othersSchema), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      access.requireAdmin(request)
      const { records, next } = await read(null, request.query, '/admin/deliveries')
      const items = records.map((record) => ({ ...present(record), owner: record.owner }))
      return { items, next }
    },
  )
}

function present(record: DeliveryRecord): Delivery {
  const { id: key, kind, alert, mentions, more } = record.notification
  const { id, destination, state, attempts, createdAt, finishedAt, nextAt, problem } = record
  return {
    ...{ id, key, kind, alert: { id: alert.id, name: alert.name } },
    ...{ mentions: mentions.length + more, destination, state, attempts },
    ...{ createdAt, finishedAt, nextAt, problem, log: [...record.log] },
  }
}
