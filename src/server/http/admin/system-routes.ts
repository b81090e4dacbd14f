import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { instantSchema } from '../../../protocol/api.ts'
import { CcrError } from '../../../protocol/codes.ts'
import type { ChannelStates } from '../../core/channel-states.ts'
import type { Producers } from '../../core/ingest/producers.ts'
import type { Directory } from '../../ports/directory.ts'
import type { Leases } from '../../ports/leases.ts'
import type { Outbox } from '../../ports/mail.ts'
import type { ProducerFacts } from '../../ports/producer-facts.ts'
import type { Access } from '../auth.ts'
import { systemSchema, tunerSchema, type System, type Tuner } from './system-facts.ts'

export interface AdminSystemOptions {
  readonly access: Access
  readonly directory: Directory
  readonly states: ChannelStates
  readonly leases: Leases
  readonly producers: Producers
  readonly outbox: Outbox
  readonly system: () => Promise<System>
}

const tags = ['admin']
const entrySchema = z.object({
  id: z.int(),
  at: instantSchema,
  to: z.string(),
  subject: z.string(),
})
const letterPage = 50

/** `/admin/tuners`, `/admin/system`, `/admin/outbox`: how things are. */
export function registerAdminSystem(fastify: FastifyInstance, options: AdminSystemOptions): void {
  const { access, directory, states, leases, producers, outbox, system } = options
  const app = fastify.withTypeProvider<ZodTypeProvider>()

  app.get(
    '/admin/tuners',
    {
      schema: {
        ...{ tags, operationId: 'listTuners', summary: 'Who feeds each channel, and how (admin)' },
        response: { 200: z.object({ items: z.array(tunerSchema), next: z.null() }) },
      },
    },
    (request) => {
      access.requireAdmin(request)
      const items = directory.channels().map(({ id }) => {
        const held = leases.holderOf(id)
        return {
          ...{ channel: id, state: states.stateOf(id), producer: held?.producer ?? null },
          ...{ isConnected: held?.isConnected ?? false, silentMs: held?.silentMs ?? null },
          ...states.lastOf(id),
          ...presentProducer(producers.of(id), held?.silentMs),
        }
      })
      return { items, next: null }
    },
  )

  app.get(
    '/admin/system',
    {
      schema: {
        ...{ tags, operationId: 'getSystem', summary: 'How the server is (admin)' },
        response: { 200: systemSchema },
      },
    },
    (request) => {
      access.requireAdmin(request)
      return system()
    },
  )

  app.get(
    '/admin/outbox',
    {
      schema: {
        ...{ tags, operationId: 'listOutbox' },
        summary: 'Letters that wait here because no mail server is set (admin)',
        querystring: z.object({ before: z.coerce.number().int().positive().optional() }),
        response: { 200: z.object({ items: z.array(entrySchema), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      access.requireAdmin(request)
      const items = await outbox.list(request.query.before ?? null, letterPage)
      const last = items.length < letterPage ? undefined : items.at(-1)
      const next = last === undefined ? null : `/api/v1/admin/outbox?before=${last.id}`
      return { items: [...items], next }
    },
  )

  app.get(
    '/admin/outbox/:id',
    {
      schema: {
        ...{ tags, operationId: 'readOutboxLetter', summary: 'One letter of the outbox (admin)' },
        params: z.object({ id: z.coerce.number().int().positive() }),
        response: { 200: entrySchema.extend({ text: z.string() }) },
      },
    },
    async (request) => {
      access.requireAdmin(request)
      const letter = await outbox.read(request.params.id)
      if (letter === undefined) throw new CcrError('not-found', 'There is no such letter.')
      const { id, at, to, subject, text } = letter
      return { id, at, to, subject, text }
    },
  )

  app.delete(
    '/admin/outbox',
    {
      schema: {
        ...{
          tags,
          operationId: 'clearOutbox',
          summary: 'Forget all letters of the outbox (admin)',
        },
        response: { 204: z.null().meta({ description: 'Cleared' }) },
      },
    },
    async (request, reply) => {
      access.requireAdmin(request)
      await outbox.clear()
      return reply.code(204).send(null)
    },
  )
}

function presentProducer(
  facts: ProducerFacts | undefined,
  silentMs: number | undefined,
): Pick<Tuner, 'connectedAt' | 'lastSeenAt' | 'run' | 'status'> {
  if (facts === undefined) return { connectedAt: null, lastSeenAt: null, run: null, status: null }
  const { connectedAtMs, leftAtMs, run, status, statusAtMs } = facts
  const seenAtMs = leftAtMs ?? Date.now() - (silentMs ?? 0)
  const iso = (ms: number): string => new Date(Math.round(ms)).toISOString()
  return {
    connectedAt: connectedAtMs === null ? null : iso(connectedAtMs),
    lastSeenAt: iso(seenAtMs),
    run,
    status: status === null || statusAtMs === null ? null : { ...status, at: iso(statusAtMs) },
  }
}
