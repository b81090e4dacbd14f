import { z } from 'zod'
import { instantSchema } from './api.ts'
import { channelIdSchema, languageSchema, trackSchema } from './events.ts'

/** The shapes of `/api/v1/search` (docs/search.md). */

export const intervals = ['hour', 'day', 'month'] as const
export const groupings = ['channel', 'network', 'track', 'airing'] as const

export const searchItemSchema = z
  .object({
    channel: channelIdSchema,
    track: trackSchema,
    language: languageSchema.nullable(),
    start: instantSchema,
    end: instantSchema,
    text: z.string(),
    highlights: z
      .array(z.tuple([z.int(), z.int()]))
      .meta({ description: '[from, to) of the text, in UTF-16 units' }),
    before: z.string(),
    after: z.string(),
    mentions: z.int().positive().meta({ description: 'matches that begin in its minute' }),
    cues: z.array(
      z.object({ run: z.string(), id: z.int(), start: instantSchema, end: instantSchema }),
    ),
    airing: z.object({ id: z.string(), title: z.string().nullable() }).nullable(),
    permalink: z.string().meta({ description: 'path of the page that shows this moment' }),
  })
  .meta({ id: 'SearchItem' })

const asked = {
  query: z.string().meta({ description: 'what the query finds, in words' }),
  canonical: z.string().meta({ description: 'the query in its one spelling' }),
  tookMs: z.number(),
  complete: z.boolean().meta({ description: 'false when time ran out, or a part was missing' }),
  problems: z.array(z.string()),
}

export const searchPageSchema = z
  .object({
    items: z.array(searchItemSchema),
    next: z.string().nullable(),
    previous: z.string().nullable(),
    ...asked,
  })
  .meta({ id: 'SearchPage' })

const counts = {
  mentions: z.int().meta({ description: 'matches' }),
  minutes: z.int().meta({ description: 'minutes of a track with a match' }),
}
const facetSchema = z.array(z.object({ value: z.string(), label: z.string(), ...counts }))

export const timelineSchema = z
  .object({
    items: z.array(
      z.object({
        start: instantSchema,
        end: instantSchema,
        ...counts,
        monitored: z.number().meta({
          description: 'minutes of the channels asked for in which they were monitored',
        }),
      }),
    ),
    next: z.null(),
    series: z
      .array(
        z.object({
          value: z.string(),
          label: z.string(),
          ...counts,
          mentionsByItem: z.array(z.int()),
        }),
      )
      .meta({ description: 'the same by what was asked for, the largest first; `*` is the rest' }),
    facets: z.object({ channel: facetSchema, network: facetSchema, track: facetSchema }),
    ...counts,
    monitored: z.number(),
    interval: z.enum(intervals),
    timeZone: z.string(),
    from: instantSchema,
    to: instantSchema,
    ...asked,
  })
  .meta({ id: 'SearchTimeline' })

export type SearchItem = z.infer<typeof searchItemSchema>
export type SearchPageAnswer = z.infer<typeof searchPageSchema>
export type SearchTimeline = z.infer<typeof timelineSchema>
export type Interval = (typeof intervals)[number]
export type Grouping = (typeof groupings)[number]
