import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { downloadSizeSchema } from '../../../protocol/api.ts'
import { CcrError } from '../../../protocol/codes.ts'
import type { Archive } from '../../ports/archive.ts'
import type { Log } from '../../ports/log.ts'
import type { Access } from '../auth.ts'
import { channelParams, positionHeader } from '../ranges.ts'
import { BinFile, CaptionFile, type DownloadFile } from './download-file.ts'
import { fileName } from './file-name.ts'
import { sendFile } from './send-file.ts'
import {
  downloadBody,
  downloadQuery,
  resolveWish,
  zipBody,
  zipQuery,
  type Resolved,
  type Wish,
  type WishContext,
} from './wish.ts'
import { sendZip, type ZipEntry } from './zip.ts'

export interface DownloadOptions {
  readonly access: Access
  readonly archive: Archive
  readonly log: Log
  readonly now: () => number
}

/** Ranges and airings of a channel as files. */
export function registerDownloadRoutes(fastify: FastifyInstance, options: DownloadOptions): void {
  const { access, archive, log, now } = options
  const app = fastify.withTypeProvider<ZodTypeProvider>()

  /** Refuses what the channel's policy does not offer to this reader. */
  function contextOf(request: FastifyRequest, id: string): WishContext {
    const { channel, view } = access.channel(access.reader(request), id)
    if (!view.export)
      throw new CcrError('forbidden', `The channel ${channel.id} does not offer downloads.`)
    return { archive, channel, view, nowMs: now() }
  }

  /** What is stored up to here is in whatever is read from now on. */
  async function statePosition(reply: FastifyReply, { channel, view }: WishContext): Promise<void> {
    if (view.delayMs === 0) reply.headers(positionHeader(await log.tip(channel.id)))
  }

  function open(context: WishContext, wish: Resolved, signal: AbortSignal): DownloadFile {
    return wish.request === null
      ? new BinFile(archive, context.channel.id, wish.range, signal)
      : new CaptionFile(archive, wish.request, signal)
  }

  function nameOf({ channel }: WishContext, wish: Resolved): string {
    const { range, askedFrom, tracks, format, airing } = wish
    return fileName(channel.id, { from: askedFrom, to: range.to }, tracks, format, airing)
  }

  async function download(
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    wish: Wish & { readonly airing?: string | undefined },
  ): Promise<FastifyReply> {
    const context = contextOf(request, id)
    await statePosition(reply, context)
    const resolved = await resolveWish(wish, wish.airing, context)
    const file = open(context, resolved, untilClosed(reply))
    return sendFile(request, reply, file, resolved, nameOf(context, resolved))
  }

  async function downloadZip(
    request: FastifyRequest,
    reply: FastifyReply,
    id: string,
    wish: Wish & { readonly airing: readonly string[] },
  ): Promise<FastifyReply> {
    const context = contextOf(request, id)
    if (wish.airing.length === 0)
      throw new CcrError('bad-request', 'airing: name the airings, at least one')
    await statePosition(reply, context)
    const signal = untilClosed(reply)
    const entries: ZipEntry[] = []
    for (const airing of new Set(wish.airing)) {
      const resolved = await resolveWish(wish, airing, context)
      const file = open(context, resolved, signal)
      entries.push({ name: nameOf(context, resolved), range: resolved.range, file })
    }
    return sendZip(reply, context.channel.id, entries)
  }

  const head = { tags: ['archive'], params: channelParams }
  app.get(
    '/channels/:id/download',
    {
      // The one that comes by itself would make the whole file and throw it away.
      exposeHeadRoute: false,
      schema: {
        ...head,
        operationId: 'download',
        summary:
          'A range or an airing of a channel as a file; bin is RCWT, as CCExtractor reads it',
        querystring: downloadQuery,
      },
    },
    (request, reply) => download(request, reply, request.params.id, request.query),
  )
  app.head(
    '/channels/:id/download',
    { schema: { hide: true, params: channelParams, querystring: downloadQuery } },
    (request, reply) => download(request, reply, request.params.id, request.query),
  )
  app.post(
    '/channels/:id/download',
    {
      schema: {
        ...head,
        operationId: 'downloadSelection',
        summary: 'The same with a long selection of cues',
        body: downloadBody,
      },
    },
    (request, reply) => download(request, reply, request.params.id, request.body),
  )
  app.get(
    '/channels/:id/download/size',
    {
      schema: {
        ...head,
        operationId: 'downloadSize',
        summary: 'How long that file would be now, to the byte',
        querystring: downloadQuery,
        response: { 200: downloadSizeSchema },
      },
    },
    async (request, reply) => {
      const context = contextOf(request, request.params.id)
      await statePosition(reply, context)
      const resolved = await resolveWish(request.query, request.query.airing, context)
      const measure = await open(context, resolved, untilClosed(reply)).measure(Infinity)
      if (measure === undefined) throw new Error('a file without end')
      const { bytes, cues, late, replaced } = measure
      const filename = nameOf(context, resolved)
      return { bytes, cues, ...resolved.range, filename, late, replaced }
    },
  )
  app.get(
    '/channels/:id/download.zip',
    {
      exposeHeadRoute: false,
      schema: {
        ...head,
        operationId: 'downloadZip',
        summary: 'Several airings, a file each, in one archive',
        querystring: zipQuery,
      },
    },
    (request, reply) => downloadZip(request, reply, request.params.id, request.query),
  )
  app.post(
    '/channels/:id/download.zip',
    {
      schema: {
        ...head,
        operationId: 'downloadZipSelection',
        summary: 'The same with a long selection of cues',
        body: zipBody,
      },
    },
    (request, reply) => downloadZip(request, reply, request.params.id, request.body),
  )
}

function untilClosed(reply: FastifyReply): AbortSignal {
  const closed = new AbortController()
  // A reason that is told to nobody, and that the log of errors need not hold.
  const gone = new CcrError('bad-request', 'The reader has gone.')
  reply.raw.once('close', () => closed.abort(gone))
  return closed.signal
}
