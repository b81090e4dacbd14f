import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { Readable } from 'node:stream'
import { z } from 'zod'
import { formatRcwtHeader } from '../../captions/rcwt.ts'
import { firstFts, shiftGroups } from '../../captions/rcwt-shift.ts'
import { formatSrtCue, formatVttCue, vttHeader } from '../../captions/subtitles.ts'
import type { Cue } from '../../protocol/api.ts'
import { CcrError } from '../../protocol/codes.ts'
import type { Archive, Range } from '../ports/archive.ts'
import type { Access } from './auth.ts'
import { channelParams, clipRange, parseRange, rangeQuery, tracksQuery } from './ranges.ts'

export interface DownloadOptions {
  readonly access: Access
  readonly archive: Archive
  readonly now: () => number
}

const contentTypes = {
  bin: 'application/octet-stream',
  jsonl: 'application/jsonl; charset=utf-8',
  txt: 'text/plain; charset=utf-8',
  srt: 'application/x-subrip; charset=utf-8',
  vtt: 'text/vtt; charset=utf-8',
} as const

type Format = keyof typeof contentTypes

/** Cues read at a time: the memory of a download of any length. */
const cuesPerPage = 500

/** `GET /channels/{id}/download`: a range of a channel as a file, streamed. */
export function registerDownloadRoute(fastify: FastifyInstance, options: DownloadOptions): void {
  const { access, archive, now } = options
  fastify.withTypeProvider<ZodTypeProvider>().get(
    '/channels/:id/download',
    {
      schema: {
        tags: ['archive'],
        operationId: 'download',
        summary: 'A range of a channel as a file; bin is RCWT, as CCExtractor reads it',
        params: channelParams,
        querystring: rangeQuery.extend({
          track: tracksQuery,
          format: z.enum(Object.keys(contentTypes) as [Format, ...Format[]]),
        }),
      },
    },
    async (request, reply) => {
      const { channel, view } = access.channel(access.reader(request), request.params.id)
      if (!view.export)
        throw new CcrError('forbidden', `The channel ${channel.id} does not offer downloads.`)
      const { format, track } = request.query
      const asked = parseRange(request.query)
      const range = clipRange(asked, view, now())
      const stopped = new AbortController()
      reply.raw.once('close', () => stopped.abort())
      const tracks = track.length === 0 ? null : track
      const body =
        format === 'bin'
          ? binFile(archive, channel.id, range, stopped.signal)
          : textFile(format, pagesOf(archive, channel.id, range, tracks), asked)
      return reply
        .type(contentTypes[format])
        .header(
          'content-disposition',
          `attachment; filename="${fileName(channel.id, { from: asked.from, to: range.to }, format)}"`,
        )
        .send(Readable.from(body, { objectMode: false }))
    },
  )
}

function fileName(channel: string, range: Range, format: Format): string {
  const stamp = (at: string | null): string => at?.replace(/[-:]|\.\d+/g, '') ?? ''
  const times = [stamp(range.from), stamp(range.to)].filter((text) => text !== '').join('-')
  return [channel, times].filter((text) => text !== '').join('_') + `.${format}`
}

async function* pagesOf(
  archive: Archive,
  channel: string,
  range: Range,
  tracks: readonly string[] | null,
): AsyncGenerator<readonly Cue[]> {
  let cursor: string | null = null
  do {
    const page = await archive.cues({
      ...{ channel, ...range, tracks, order: 'oldest' as const },
      ...{ cursor, limit: cuesPerPage, run: null },
    })
    yield page.cues
    cursor = page.cursor
  } while (cursor !== null)
}

/**
 * A piece a page: live readers wait for every single piece. Times in a subtitle file count from the range's
 * beginning, or from the first cue where it has none.
 */
async function* textFile(
  format: Exclude<Format, 'bin'>,
  pages: AsyncGenerator<readonly Cue[]>,
  range: Range,
): AsyncGenerator<string> {
  if (format === 'vtt') yield vttHeader
  let zeroMs = range.from === null ? undefined : Date.parse(range.from)
  let number = 0
  for await (const cues of pages) {
    let piece = ''
    for (const cue of cues) {
      zeroMs ??= Date.parse(cue.start)
      const timed = {
        startMs: Date.parse(cue.start) - zeroMs,
        endMs: Date.parse(cue.end) - zeroMs,
        text: cue.text,
      }
      number++
      if (format === 'jsonl') piece += `${JSON.stringify(cue)}\n`
      else if (format === 'txt') piece += `${cue.text}\n`
      else piece += format === 'srt' ? formatSrtCue(timed, number) : formatVttCue(timed)
    }
    if (piece !== '') yield piece
  }
}

/** One valid RCWT file: the clock of its first run goes on through those that follow. */
async function* binFile(
  archive: Archive,
  channel: string,
  range: Range,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield formatRcwtHeader()
  const shifts = new Map<string, number>()
  let zeroMs: number | undefined
  for await (const chunk of archive.bin(channel, range, signal)) {
    if (chunk.format !== 'rcwt') continue
    const fts = firstFts(chunk.data)
    if (fts === undefined) continue
    // Where the run's clock stood at zero, told by its first chunk.
    const anchorMs = Date.parse(chunk.at) - fts
    zeroMs ??= anchorMs
    const byMs = shifts.get(chunk.run) ?? anchorMs - zeroMs
    shifts.set(chunk.run, byMs)
    yield byMs === 0 ? chunk.data : shiftGroups(chunk.data, byMs)
  }
}
