import type { FastifyReply, FastifyRequest } from 'fastify'
import { Readable } from 'node:stream'
import { fileWriters } from '../../../captions/files/writers.ts'
import { CcrError } from '../../../protocol/codes.ts'
import { cutBytes, namesTag, parseByteRange } from './byte-range.ts'
import type { DownloadFile } from './download-file.ts'
import { contentDisposition } from './file-name.ts'
import type { DownloadFormat, Resolved } from './wish.ts'

/** Pages made in advance to know a file's length: an evening of a busy channel, some tens of milliseconds. */
const cheapPages = 4

export function mediaTypeOf(format: DownloadFormat): string {
  return format === 'bin' ? 'application/octet-stream' : fileWriters[format].mediaType
}

/**
 * Sends a file. Of a finished range, as long as that is cheap or a part is asked for, length and entity tag are known
 * beforehand; anything else goes out as it is made.
 */
export async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: DownloadFile,
  wish: Resolved,
  name: string,
): Promise<FastifyReply> {
  const { headers } = request
  const isHead = request.method === 'HEAD'
  reply
    .type(mediaTypeOf(wish.format))
    .header('content-disposition', contentDisposition(name))
    .header('cache-control', 'no-cache')
  const asksForPart =
    isHead || headers.range !== undefined || headers['if-none-match'] !== undefined
  const measure =
    wish.isFinished || isHead ? await file.measure(asksForPart ? Infinity : cheapPages) : undefined
  if (measure === undefined) {
    const { pieces } = file.from(0)
    return reply.send(Readable.from(pieces, { objectMode: false }))
  }
  const { bytes, tag } = measure
  if (wish.isFinished) reply.header('etag', tag).header('accept-ranges', 'bytes')
  if (wish.isFinished && namesTag(headers['if-none-match'], tag)) return reply.code(304).send()
  const ifRange = headers['if-range']
  const asked =
    wish.isFinished && !isHead && (ifRange === undefined || ifRange === tag)
      ? parseByteRange(headers.range, bytes)
      : undefined
  if (asked === 'unsatisfiable') {
    reply.header('content-range', `bytes */${bytes}`).removeHeader('content-disposition')
    throw new CcrError('range-not-satisfiable', `The file has ${bytes} bytes.`)
  }
  const part = asked ?? { first: 0, last: bytes - 1 }
  if (asked !== undefined)
    reply.code(206).header('content-range', `bytes ${part.first}-${part.last}/${bytes}`)
  reply.header('content-length', part.last + 1 - part.first)
  if (isHead || bytes === 0) return reply.send('')
  const { at, pieces } = file.from(part.first)
  return reply.send(Readable.from(cutBytes(pieces, at, part), { objectMode: false }))
}
