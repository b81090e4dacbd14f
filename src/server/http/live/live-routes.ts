import type { FastifyInstance, FastifyReply } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { CcrError } from '../../../protocol/codes.ts'
import type { Credential } from '../auth.ts'
import { acceptSockets } from './live-socket.ts'
import { EventStreamSink } from './event-stream-sink.ts'
import { LiveLimits } from './live-limits.ts'
import { channelParams, tracksQuery } from '../ranges.ts'
import {
  backlogSchema,
  checkTokenEveryMs,
  querySchema,
  sinceOf,
  sinceSchema,
  troubleOf,
  type LiveRoutesOptions,
} from './live-wish.ts'

/** A reader that takes nothing for this long is gone, whatever its connection says. */
const unreadMs = 60_000

export function registerLive(fastify: FastifyInstance, options: LiveRoutesOptions): void {
  const limits = new LiveLimits(options.socketsPerAddress, options.socketsPerToken)
  acceptSockets(fastify.server, { ...options, limits })
  registerEventStream(fastify, options, limits)
}

function registerEventStream(
  fastify: FastifyInstance,
  { access, hub }: LiveRoutesOptions,
  limits: LiveLimits,
): void {
  fastify.withTypeProvider<ZodTypeProvider>().get(
    '/channels/:id/live',
    {
      schema: {
        tags: ['live'],
        operationId: 'followChannel',
        summary: 'A channel live, as server-sent events',
        description:
          'Events: snapshot, draft, cue, airing, gap, removed, bye. See docs/protocol.md.',
        params: channelParams,
        querystring: z.object({
          since: sinceSchema,
          track: tracksQuery,
          q: querySchema.optional(),
          backlog: backlogSchema,
          access_token: z.string().max(200).optional(),
        }),
      },
    },
    (request, reply) => {
      const { query } = request
      const credential = access.socketCredential(request.headers, query.access_token)
      const reader = access.readerOf(credential)
      access.channel(reader, request.params.id)
      const lastSeen = request.headers['last-event-id']
      const since = sinceOf(typeof lastSeen === 'string' ? lastSeen : query.since)
      if (query.q !== undefined) hub.checkQuery(query.q)
      const release = takePlace(limits, credential, request.ip, reply)
      const { raw } = reply.hijack()
      raw.writeHead(200, {
        'content-type': 'text/event-stream; charset=utf-8',
        'cache-control': 'no-store',
        'access-control-allow-origin': '*',
        'x-accel-buffering': 'no',
      })
      raw.write('retry: 2000\n\n')
      const sink = new EventStreamSink(raw)
      const viewer = hub.join(reader, sink)
      let readAtMs = Date.now()
      const check = setInterval(() => {
        const trouble = troubleOf(access, credential)
        if (trouble !== null) sink.problem(null, trouble.code, trouble.message)
        if (!viewer.isFull) readAtMs = Date.now()
        else if (Date.now() - readAtMs > unreadMs) raw.destroy()
      }, checkTokenEveryMs)
      raw.on('error', () => raw.destroy())
      raw.once('close', () => {
        clearInterval(check)
        hub.leave(viewer)
        release()
      })
      hub.subscribe(viewer, request.params.id, {
        since,
        tracks: query.track.length === 0 ? null : query.track,
        query: query.q ?? null,
        backlog: query.backlog,
      })
    },
  )
}

function takePlace(
  limits: LiveLimits,
  credential: Credential | undefined,
  address: string,
  reply: FastifyReply,
): () => void {
  try {
    return limits.take(credential, address)
  } catch (error) {
    if (error instanceof CcrError) reply.header('retry-after', 30)
    throw error
  }
}
