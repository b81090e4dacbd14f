import { z } from 'zod'
import { captionFormats } from '../../../captions/files/caption-file.ts'
import type { View } from '../../../policy/view.ts'
import type { Airing } from '../../../protocol/api.ts'
import { CcrError } from '../../../protocol/codes.ts'
import type { Archive, FileRequest, Range } from '../../ports/archive.ts'
import type { ChannelRecord } from '../../ports/directory.ts'
import { clipRange, retentionEdge } from '../../core/clip-range.ts'
import { parseRange, rangeQuery, tracksQuery } from '../ranges.ts'

export const downloadFormats = [...captionFormats, 'bin'] as const
export type DownloadFormat = (typeof downloadFormats)[number]

/** A selection is looked for in all of its range. */
const maxSelectionMs = 31 * 86_400_000
/** Timecodes of Scenarist files have 24 hours. */
const maxSccMs = 86_400_000
/** Stored more than 30 s after its end, a cue is late: until then a range may still grow in the ordinary way. */
const settleMs = 60_000

const identity = z
  .string()
  .regex(/^[0-9A-Za-z_-]{1,64}\/[A-Za-z0-9-]{1,32}\/[1-9][0-9]{0,15}$/, 'expected run/track/id')
const airingId = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/)
const several = (item: z.ZodType<string, string>, max: number) =>
  z
    .union([z.string(), z.array(z.string())])
    .optional()
    .transform((value) => [value ?? []].flat())
    .pipe(z.array(item).max(max))

const formatField = z.enum(downloadFormats)
const zeroField = z
  .enum(['range', 'clock'])
  .default('range')
  .meta({ description: 'What 00:00:00 is: the beginning of the range, or midnight UTC before it' })

export const maxSelected = 5000
export const maxAirings = 100

const shared = {
  format: formatField,
  zero: zeroField,
  cue: several(identity, 200).meta({
    description: 'run/track/id, more than once: only these cues of the range',
  }),
}

/** One file: a range, or an airing. */
export const downloadQuery = rangeQuery.extend({
  ...shared,
  track: tracksQuery,
  airing: airingId.optional().meta({ description: 'A whole airing, in place of from and to' }),
})

/** A file for each airing. */
export const zipQuery = z.object({
  ...shared,
  track: tracksQuery,
  airing: several(airingId, maxAirings),
})

/** The same as a body, for what an address is too short for. */
const bodyFields = {
  format: formatField,
  zero: zeroField,
  track: z
    .array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/))
    .max(64)
    .default([]),
  cue: z.array(identity).max(maxSelected).default([]),
}
export const downloadBody = rangeQuery.extend({ ...bodyFields, airing: airingId.optional() })
export const zipBody = z.object({ ...bodyFields, airing: z.array(airingId).max(maxAirings) })

export interface Wish {
  readonly format: DownloadFormat
  readonly zero: 'range' | 'clock'
  readonly track: readonly string[]
  readonly cue: readonly string[]
  readonly from?: string | undefined
  readonly to?: string | undefined
}

/** What a wish comes to, for this reader and now. */
export interface Resolved {
  readonly format: DownloadFormat
  readonly range: Range
  /** As it was asked for: times count from here, also where retention has taken the beginning. */
  readonly askedFrom: string | null
  readonly airing: Airing | null
  /** Named in the wish. */
  readonly tracks: readonly string[]
  /** Nothing more is to come into it but what is late. */
  readonly isFinished: boolean
  /** Null for BIN. */
  readonly request: FileRequest | null
}

export interface WishContext {
  readonly archive: Archive
  readonly channel: ChannelRecord
  readonly view: View & { readonly allowed: true }
  readonly nowMs: number
}

/** `bad-request`, `not-found` (CcrError) with what to do about it. */
export async function resolveWish(
  wish: Wish,
  airingId: string | undefined,
  context: WishContext,
): Promise<Resolved> {
  const { archive, channel, view, nowMs } = context
  const airing = airingId === undefined ? null : await findAiring(airingId, context)
  if (airing !== null && (wish.from !== undefined || wish.to !== undefined))
    throw new CcrError(
      'bad-request',
      'airing: stands in place of from and to; give one or the other',
    )
  const asked = airing === null ? parseRange(wish) : { from: airing.start, to: airing.end }
  const range = clipRange(asked, view, nowMs)
  const { format, track } = wish
  checkLimits(wish, range)
  const known = await archive.tracks(channel.id)
  const tracks = track.length === 0 ? null : track
  const listed = tracks === null ? known : known.filter(({ track: name }) => tracks.includes(name))
  if (format === 'scc' && listed.length > 1)
    throw new CcrError(
      'bad-request',
      `track: a Scenarist file holds one; name one of ${listed.map(({ track: name }) => name).join(', ')}`,
    )
  return {
    format,
    range,
    askedFrom: asked.from,
    airing,
    tracks: track,
    isFinished:
      range.to !== null && range.to === asked.to && Date.parse(range.to) + settleMs <= nowMs,
    request:
      format === 'bin'
        ? null
        : {
            ...{
              channel: channel.id,
              range,
              tracks,
              cues: wish.cue.length === 0 ? null : wish.cue,
            },
            facts: {
              ...{ format, channel: channel.id, name: channel.name, timeZone: channel.timeZone },
              ...{ from: asked.from, to: range.to, tracks: listed },
              zeroMs: zeroOf(wish.zero, asked.from),
            },
          },
  }
}

function checkLimits({ format, cue }: Wish, { from, to }: Range): void {
  const lengthMs = from === null || to === null ? Infinity : Date.parse(to) - Date.parse(from)
  if (cue.length > 0 && format === 'bin')
    throw new CcrError('bad-request', 'cue: original bytes are not kept by cue; leave it out')
  if (cue.length > 0 && lengthMs > maxSelectionMs)
    throw new CcrError('bad-request', 'cue: a selection needs from and to, at most 31 days apart')
  if (format === 'scc' && lengthMs > maxSccMs)
    throw new CcrError('bad-request', 'format=scc: needs from and to, at most 24 hours apart')
}

function zeroOf(zero: Wish['zero'], from: string | null): number | null {
  if (zero === 'range' || from === null) return from === null ? null : Date.parse(from)
  return Math.floor(Date.parse(from) / 86_400_000) * 86_400_000
}

/** One that a delayed reader may not know of yet does not exist. */
async function findAiring(
  id: string,
  { archive, channel, view, nowMs }: WishContext,
): Promise<Airing> {
  const airing = await archive.airing(channel.id, id)
  const edge = retentionEdge(view, nowMs)
  const isGone = airing !== null && edge !== null && airing.start < edge
  if (
    airing === null ||
    isGone ||
    (view.delayMs > 0 && Date.parse(airing.start) >= nowMs - view.delayMs)
  )
    throw new CcrError('not-found', `The channel ${channel.id} has no airing ${id}.`)
  return airing
}
