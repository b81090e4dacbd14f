import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { CcrError } from '../../protocol/codes.ts'
import { bearerToken, checkToken, readerOf } from './auth.ts'
import { acceptSockets } from './live-socket.ts'
import { EventStreamSink } from './live-sinks.ts'
import { channelParams, tracksQuery } from './ranges.ts'
import {
  backlogSchema,
  checkTokenEveryMs,
  querySchema,
  sinceOf,
  sinceSchema,
  type LiveRoutesOptions,
} from './live-wish.ts'
import { SocketCount } from './socket-count.ts'

export function registerLive(fastify: FastifyInstance, options: LiveRoutesOptions): void {
  const sockets = new SocketCount(options.socketsPerAddress)
  acceptSockets(fastify.server, { ...options, sockets })
  registerEventStream(fastify, options, sockets)
}

function registerEventStream(
  fastify: FastifyInstance,
  { access, directory, hub }: LiveRoutesOptions,
  sockets: SocketCount,
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
      const credential = checkToken(directory, bearerToken(request.headers) ?? query.access_token)
      const reader = readerOf(credential)
      access.channel(reader, request.params.id)
      const lastSeen = request.headers['last-event-id']
      const since = sinceOf(typeof lastSeen === 'string' ? lastSeen : query.since)
      const isCounted = credential === undefined
      if (isCounted && !sockets.take(request.ip)) {
        reply.header('retry-after', 30)
        throw new CcrError('too-many-requests', 'Too many live connections from this address.')
      }
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
      const check = setInterval(() => {
        if (credential !== undefined && directory.check(credential.token) === undefined)
          sink.problem(null, 'unauthorized', 'The token was revoked or has expired.')
      }, checkTokenEveryMs)
      raw.on('error', () => raw.destroy())
      raw.once('close', () => {
        clearInterval(check)
        hub.leave(viewer)
        if (isCounted) sockets.release(request.ip)
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
