import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { view, type Reader } from '../../policy/view.ts'
import { channelFieldsSchema, channelSchema, type Channel } from '../../protocol/api.ts'
import { CcrError } from '../../protocol/codes.ts'
import { channelIdSchema } from '../../protocol/events.ts'
import type { ChannelStates } from '../core/channel-states.ts'
import type { Accounts } from '../ports/accounts.ts'
import type { Archive } from '../ports/archive.ts'
import type { ChannelRecord, Directory } from '../ports/directory.ts'
import type { Access } from './auth.ts'

export interface ChannelRoutesOptions {
  readonly access: Access
  readonly directory: Directory
  readonly archive: Archive
  readonly accounts: Accounts
  readonly states: ChannelStates
  readonly defaultVisibility: 'public' | 'private'
}

const params = z.object({ id: channelIdSchema })
const listSchema = z.object({ items: z.array(channelSchema), next: z.string().nullable() })

/** What PUT takes: everything but the name may be left out and is then what a new channel has. */
const bodySchema = channelFieldsSchema.partial().required({ name: true })

export function registerChannelRoutes(
  fastify: FastifyInstance,
  options: ChannelRoutesOptions,
): void {
  const { access, accounts, directory, archive, states } = options
  const app = fastify.withTypeProvider<ZodTypeProvider>()

  async function present(channel: ChannelRecord): Promise<Channel> {
    return {
      ...channel,
      tracks: [...(await archive.tracks(channel.id))],
      state: states.stateOf(channel.id),
      now: states.airingOf(channel.id),
    }
  }

  /** A new channel of the same name is nobody's who looked after the old. */
  async function forgetOperators(id: string): Promise<void> {
    for (const user of accounts.users()) {
      const channels = user.channels.filter((channel) => channel !== id)
      if (channels.length < user.channels.length) await accounts.changeUser(user.id, { channels })
    }
  }

  function visible(reader: Reader): readonly ChannelRecord[] {
    return directory.channels().filter((channel) => view(reader, channel).allowed)
  }

  app.get(
    '/channels',
    {
      schema: {
        tags: ['channels'],
        operationId: 'listChannels',
        summary: 'The channels this reader may see',
        response: { 200: listSchema },
      },
    },
    async (request) => {
      const items = await Promise.all(visible(access.reader(request)).map(present))
      return { items, next: null }
    },
  )

  app.get(
    '/channels/:id',
    {
      schema: {
        tags: ['channels'],
        operationId: 'getChannel',
        summary: 'One channel, what is on, and whether it is live',
        params,
        response: { 200: channelSchema },
      },
    },
    (request) => present(access.channel(access.reader(request), request.params.id).channel),
  )

  app.put(
    '/channels/:id',
    {
      schema: {
        tags: ['channels'],
        operationId: 'putChannel',
        summary: 'Make a channel (admin) or change it (admin, and operators whose it is)',
        params,
        body: bodySchema,
        response: { 200: channelSchema, 201: channelSchema },
      },
    },
    async (request, reply) => {
      const { id } = request.params
      const known = directory.channel(id)
      if (known === undefined) access.requireAdmin(request)
      else access.requireEditor(request, id)
      const given = Object.fromEntries(
        Object.entries(request.body).filter(([, value]) => value !== undefined),
      )
      const channel = { ...(known ?? newChannel(id, options.defaultVisibility)), ...given }
      const done = await (known === undefined
        ? directory.createChannel(channel)
        : directory.replaceChannel(channel))
      if (done === 'conflict')
        throw new CcrError('conflict', `Somebody has just made a channel ${id}; look at it first.`)
      if (done === 'missing')
        throw new CcrError('unknown-channel', `There is no channel ${id} any more.`)
      return reply.code(known === undefined ? 201 : 200).send(await present(channel))
    },
  )

  app.delete(
    '/channels/:id',
    {
      schema: {
        tags: ['channels'],
        operationId: 'deleteChannel',
        summary: 'Remove a channel; what it said stays in the archive, unseen (admin)',
        params,
        response: { 204: z.null().meta({ description: 'Removed' }) },
      },
    },
    async (request, reply) => {
      access.requireAdmin(request)
      if ((await directory.removeChannel(request.params.id)) === 'missing')
        throw new CcrError('unknown-channel', `There is no channel ${request.params.id}.`)
      await forgetOperators(request.params.id)
      return reply.code(204).send(null)
    },
  )
}

function newChannel(id: string, visibility: 'public' | 'private'): ChannelRecord {
  return {
    id,
    name: id,
    network: null,
    country: null,
    languages: [],
    timeZone: 'UTC',
    description: null,
    tags: [],
    website: null,
    logo: null,
    externalIds: [],
    policy: {
      visibility,
      delaySeconds: 0,
      snippetWords: null,
      retentionDays: null,
      export: true,
      robots: false,
    },
  }
}
