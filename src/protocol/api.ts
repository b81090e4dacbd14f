import { z } from 'zod'
import {
  channelIdSchema,
  gapReasonSchema,
  languageSchema,
  modeSchema,
  trackSchema,
} from './events.ts'

/** The REST shapes of `/api/v1` (docs/protocol.md); one definition validates, types and documents. */

export const instantSchema = z.iso
  .datetime({ offset: true })
  .meta({ description: 'RFC 3339; answers are UTC with milliseconds' })

export const positionSchema = z
  .object({ epoch: z.string(), seq: z.int().nonnegative() })
  .meta({ id: 'Position' })

export const cueSchema = z
  .object({
    channel: channelIdSchema,
    track: trackSchema,
    id: z.int().positive(),
    start: instantSchema,
    end: instantSchema,
    text: z.string(),
    mode: modeSchema,
    language: languageSchema.nullable(),
    run: z.string(),
    position: positionSchema,
    airing: z.string().nullable().meta({ description: 'id of the airing on at its start' }),
    of: z
      .string()
      .optional()
      .meta({ description: 'the run that its own run is a later decode of' }),
    revision: z
      .int()
      .positive()
      .optional()
      .meta({ description: 'of that decode; originals are 1' }),
  })
  .meta({ id: 'Cue' })

export const airingSchema = z
  .object({
    channel: channelIdSchema,
    id: z.string(),
    run: z.string(),
    title: z.string(),
    start: instantSchema,
    end: instantSchema.nullable(),
    source: z.string(),
    description: z.string().nullable(),
    category: z.string().nullable(),
    rating: z.string().nullable(),
    position: positionSchema,
  })
  .meta({ id: 'Airing' })

export const programmeSchema = z
  .object({
    channel: channelIdSchema,
    title: z.string(),
    count: z.int().positive().meta({ description: 'airings of that title in the range' }),
    airings: z.array(airingSchema).meta({ description: 'the newest of them, newest first' }),
  })
  .meta({ id: 'Programme', description: 'What was broadcast on a channel under one title' })

export const gapSchema = z
  .object({
    channel: channelIdSchema,
    id: z.string(),
    run: z.string().nullable(),
    from: instantSchema,
    to: instantSchema.nullable(),
    reason: gapReasonSchema,
    position: positionSchema,
  })
  .meta({ id: 'Gap' })

export const qualitySchema = z
  .object({
    from: instantSchema,
    to: instantSchema,
    monitoredMinutes: z.number().meta({
      description:
        'of the time of runs, without the gaps; the present run counts as far as it has spoken',
    }),
    uptime: z.number().meta({ description: 'the part of the interval that was monitored, 0 to 1' }),
    gapSeconds: z
      .partialRecord(gapReasonSchema, z.number())
      .meta({ description: 'by reason; reasons without a gap are left out' }),
    cues: z.int().nonnegative(),
    words: z.int().nonnegative(),
    wordsPerMinute: z
      .number()
      .nullable()
      .meta({ description: 'of monitored time; null when there was none' }),
  })
  .meta({ id: 'Quality' })

export const channelQualitySchema = z
  .object({
    channel: channelIdSchema,
    items: z.array(qualitySchema).meta({ description: 'oldest first' }),
  })
  .meta({ id: 'ChannelQuality' })

export const policySchema = z
  .object({
    visibility: z.enum(['public', 'signed-in', 'private']),
    delaySeconds: z.int().nonnegative().max(86_400),
    snippetWords: z.int().positive().max(1000).nullable(),
    retentionDays: z.int().positive().nullable(),
    export: z.boolean(),
    robots: z.boolean(),
  })
  .meta({ id: 'Policy' })

export const channelTrackSchema = z
  .object({ track: trackSchema, language: languageSchema.nullable() })
  .meta({ id: 'ChannelTrack' })

/** What an administrator says of a channel; the rest of `Channel` is observed. */
export const channelFieldsSchema = z
  .object({
    name: z.string().min(1).max(200),
    network: z.string().max(200).nullable(),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .nullable()
      .meta({ description: 'ISO 3166-1 alpha-2' }),
    languages: z.array(languageSchema).max(20),
    timeZone: z.string().max(64).meta({ description: 'IANA' }),
    description: z.string().max(4000).nullable(),
    tags: z.array(z.string().min(1).max(50)).max(50),
    website: z.url().nullable(),
    logo: z.url().nullable(),
    externalIds: z
      .array(z.object({ scheme: z.string().max(40), value: z.string().max(200) }))
      .max(50),
    policy: policySchema,
  })
  .meta({ id: 'ChannelFields' })

export const channelSchema = channelFieldsSchema
  .extend({
    id: channelIdSchema,
    tracks: z.array(channelTrackSchema),
    state: z.enum(['live', 'quiet', 'offline']),
    now: airingSchema.nullable(),
  })
  .meta({ id: 'Channel' })

/** Of the whole server, for anybody. */
export const siteSchema = z
  .object({
    version: z.string(),
    contact: z.string().nullable().meta({
      description: 'an address, mailto: or https:, of whoever runs this server',
    }),
    source: z.string().nullable().meta({ description: 'where its source is' }),
  })
  .meta({ id: 'Site' })

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    instance: z.string().optional(),
    at: z.int().nonnegative().optional().meta({
      description: 'the character of a query that this is about, from 0, in UTF-16 units',
    }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 application/problem+json' })

/** What `download/size` answers. */
export const downloadSizeSchema = z
  .object({
    bytes: z.int().nonnegative(),
    cues: z.int().nonnegative().nullable().meta({ description: 'null for bin' }),
    from: instantSchema.nullable(),
    to: instantSchema.nullable(),
    filename: z.string(),
    late: z
      .int()
      .nonnegative()
      .meta({ description: 'scc: screens that line 21 cannot show in time; they come later' }),
    replaced: z
      .int()
      .nonnegative()
      .meta({ description: 'scc: characters that line 21 does not have, written as ?' }),
  })
  .meta({ id: 'DownloadSize' })

export type Cue = z.infer<typeof cueSchema>
export type Airing = z.infer<typeof airingSchema>
export type Programme = z.infer<typeof programmeSchema>
export type Gap = z.infer<typeof gapSchema>
export type Quality = z.infer<typeof qualitySchema>
export type Site = z.infer<typeof siteSchema>
export type ChannelQuality = z.infer<typeof channelQualitySchema>
export type Policy = z.infer<typeof policySchema>
export type ChannelTrack = z.infer<typeof channelTrackSchema>
export type ChannelFields = z.infer<typeof channelFieldsSchema>
export type Channel = z.infer<typeof channelSchema>
export type DownloadSize = z.infer<typeof downloadSizeSchema>
export type Problem = z.infer<typeof problemSchema>

/** One page of a list; `next` is the address of the one after it. */
export interface List<T> {
  readonly items: readonly T[]
  readonly next: string | null
}

/** What readers must forget. */
export type Removed = RemovedItem | RemovedPast

/** All of a channel that is past its retention: cues that started before, airings and gaps that were over by then. */
export interface RemovedPast {
  readonly channel: string
  readonly position: { readonly epoch: string; readonly seq: number }
  readonly what: 'past'
  readonly before: string
}

/** One cue, airing or gap: taken down, or past its retention and met in the log. */
export interface RemovedItem {
  readonly channel: string
  readonly position: { readonly epoch: string; readonly seq: number }
  readonly what: 'cue' | 'airing' | 'gap'
  readonly run: string | null
  readonly track: string | null
  readonly id: string | number
}
