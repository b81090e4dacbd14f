import { z } from 'zod'
import { producerStatusSchema } from './producer-status.ts'

/**
 * What a tuner sends: the lines of `POST /api/v1/channels/{channel}/feed` (docs/protocol.md).
 * The schemas validate at the server's edge and make the OpenAPI document; the types serve both sides.
 */

/** Longest line of a feed, in bytes, the line feed not counted. */
export const maxLineBytes = 1024 * 1024

/** Longest text of one cue or draft, in UTF-16 units: 15 rows of 42 columns, generously doubled. */
export const maxCueText = 2000

const time = z.iso
  .datetime({ precision: 3 })
  .meta({ description: 'UTC, RFC 3339 with milliseconds' })
const seq = z.int().positive()
const id = z.string().regex(/^[0-9A-Za-z_-]{1,64}$/)

export const channelIdSchema = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?$/)
  .meta({ id: 'ChannelId', description: 'Lower-case letters, digits and hyphens, at most 64' })
export const trackSchema = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,31}$/)
  .meta({ id: 'Track', description: 'CC1 … CC4, S1 … S63, TT888, DVB-eng, VTT-en' })
export const languageSchema = z
  .string()
  .regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*$/)
  .meta({ description: 'BCP 47' })
export const modeSchema = z.enum(['pop-on', 'roll-up', 'paint-on', 'text'])
export const gapReasonSchema = z.enum([
  'tuner-offline',
  'source-lost',
  'no-captions',
  'client-restart',
  'server-restart',
  'spool-overflow',
])

const trackInfo = z.object({
  track: trackSchema,
  language: languageSchema.nullable().default(null),
})

/** What was done to the times of a live run so far, milliseconds. */
const runClock = z.object({
  at: time,
  driftMs: z.int().meta({ description: 'Gradually, for a stream whose clock runs fast or slow' }),
  stepMs: z.int().meta({ description: 'At once, where the stream was interrupted' }),
  steps: z.int().nonnegative(),
  serverMs: z.int().meta({ description: 'How far the tuner’s clock is behind the server’s' }),
})

const run = z.object({
  seq,
  type: z.literal('run'),
  run: id,
  startedAt: time,
  live: z.boolean(),
  source: z.string().max(200),
  extractor: z.string().max(200),
  decoder: z.string().max(200),
  tracks: z.array(trackInfo).max(128),
  of: id.optional(),
  revision: z.int().positive().optional(),
  clock: runClock.optional(),
})

const cue = z.object({
  seq,
  type: z.literal('cue'),
  run: id,
  track: trackSchema,
  id: z.int().positive(),
  start: time,
  end: time,
  mode: modeSchema,
  text: z.string().min(1).max(maxCueText),
  /** For text made again of what is long over; else the airing is found by time. */
  airing: id.nullable().optional(),
})

const bin = z.object({
  seq,
  type: z.literal('bin'),
  run: id,
  format: z.enum(['rcwt', 'ttxt', 'vtt']),
  fts: z.int(),
  at: time,
  data: z.base64(),
})

const airing = z.object({
  seq,
  type: z.literal('airing'),
  run: id,
  id,
  title: z.string().max(500),
  start: time,
  end: time.nullable(),
  source: z.string().max(40),
  description: z.string().max(4000).nullable().default(null),
  category: z.string().max(200).nullable().default(null),
  rating: z.string().max(100).nullable().default(null),
})

const gap = z.object({
  seq,
  type: z.literal('gap'),
  run: id,
  id,
  from: time,
  to: time.nullable(),
  reason: gapReasonSchema,
})

const skip = z.object({
  seq,
  type: z.literal('skip'),
  to: seq,
  reason: z.enum(['spool-overflow', 'server-restored', 'new-server']),
  lost: z
    .literal('bin')
    .optional()
    .catch(undefined)
    .meta({ description: 'Only BIN is lost: the text is whole' }),
})

const end = z.object({ seq, type: z.literal('end'), run: id.optional(), at: time.optional() })

const draft = z.object({
  type: z.literal('draft'),
  run: id,
  track: trackSchema,
  id: z.int().positive(),
  start: time,
  mode: modeSchema,
  text: z.string().max(maxCueText),
})

const ping = z.object({ type: z.literal('ping'), at: time.optional() })
const pong = z.object({ type: z.literal('pong'), at: time.optional(), now: time.optional() })

/** Events that are stored and acknowledged; numbered by the producer. */
export const durableEventSchema = z
  .discriminatedUnion('type', [run, cue, bin, airing, gap, skip, end])
  .meta({ id: 'DurableEvent' })
export const feedLineSchema = z
  .discriminatedUnion('type', [
    run,
    cue,
    bin,
    airing,
    gap,
    skip,
    end,
    draft,
    producerStatusSchema,
    ping,
    pong,
  ])
  .meta({ id: 'FeedLine' })

export type Mode = z.infer<typeof modeSchema>
export type GapReason = z.infer<typeof gapReasonSchema>
export type TrackInfo = z.infer<typeof trackInfo>
export type RunClock = z.infer<typeof runClock>
export type RunEvent = z.infer<typeof run>
export type CueEvent = z.infer<typeof cue>
export type BinEvent = z.infer<typeof bin>
export type AiringEvent = z.infer<typeof airing>
export type GapEvent = z.infer<typeof gap>
export type SkipEvent = z.infer<typeof skip>
export type EndEvent = z.infer<typeof end>
export type DraftEvent = z.infer<typeof draft>
export type PingLine = z.infer<typeof ping>
export type PongLine = z.infer<typeof pong>
export type DurableEvent = z.infer<typeof durableEventSchema>
export type FeedLine = z.infer<typeof feedLineSchema>

/** What the server answers on the same connection, one JSON object a line. */
export const serverLineSchema = z
  .discriminatedUnion('type', [
    z.object({
      type: z.literal('welcome'),
      producer: z.string(),
      received: z.int().nonnegative(),
      stored: z.int().nonnegative(),
      epoch: z.string(),
      now: time,
      accepts: z.array(z.string()).optional().meta({
        description: 'Lines without a number that this server understands beside drafts and pings',
      }),
    }),
    z.object({
      type: z.literal('ack'),
      received: z.int().nonnegative(),
      stored: z.int().nonnegative(),
    }),
    z.object({
      type: z.literal('warn'),
      seq: seq.optional(),
      code: z.string(),
      detail: z.string(),
    }),
    z.object({ type: z.literal('bye'), after: z.int().nonnegative() }),
    z.object({
      type: z.literal('problem'),
      status: z.int(),
      code: z.string(),
      title: z.string(),
      detail: z.string().optional(),
    }),
    ping,
    pong,
  ])
  .meta({ id: 'ServerLine' })

export type ServerLine = z.infer<typeof serverLineSchema>
