import { z } from 'zod'
import { instantSchema } from './api.ts'
import { channelIdSchema } from './events.ts'
import { searchItemSchema } from './search.ts'

/** The shapes of `/api/v1/alerts/rehearse` (docs/alerts.md): what an alert would have told. */

export const rehearsalWishSchema = z
  .object({
    query: z.string().min(1).max(1000).meta({ description: 'docs/query.md; at least one word' }),
    channels: z
      .array(channelIdSchema)
      .max(200)
      .default([])
      .meta({ description: 'empty = all that may be read' }),
    days: z.int().min(1).max(366).default(30),
  })
  .meta({ id: 'RehearsalWish' })

export const suggestionSchema = z
  .object({
    query: z.string(),
    mentions: z.int().nonnegative().meta({ description: 'of it, in the same time' }),
    why: z
      .enum([
        'as-phrase',
        'nearer',
        'without-channel',
        'without-filters',
        'words-apart',
        'beginnings',
      ])
      .meta({ description: 'what it changes' }),
  })
  .meta({ id: 'Suggestion' })

export const rehearsalSchema = z
  .object({
    query: z.string().meta({ description: 'what the query finds, in words' }),
    canonical: z.string().meta({ description: 'the query in its one spelling' }),
    days: z.int(),
    from: instantSchema,
    to: instantSchema,
    mentions: z.int().meta({ description: 'matches; what was aired again counts again' }),
    perDay: z.number().meta({ description: 'mentions a day in which anything was monitored' }),
    verdict: z.enum(['none', 'fine', 'many']).meta({
      description: 'many: more than somebody wants to be told of one by one',
    }),
    byDay: z
      .array(z.object({ start: instantSchema, mentions: z.int(), monitored: z.number() }))
      .meta({ description: 'days of UTC, oldest first; monitored in minutes' }),
    byChannel: z
      .array(z.object({ channel: z.string(), name: z.string(), mentions: z.int() }))
      .meta({ description: 'the most first' }),
    samples: z.array(searchItemSchema).meta({ description: 'the newest' }),
    suggestion: suggestionSchema.nullable().meta({
      description: 'a narrower query when there are many, a broader one when there are none',
    }),
    complete: z.boolean().meta({ description: 'false when time ran out, or a part was missing' }),
    problems: z.array(z.string()),
  })
  .meta({ id: 'Rehearsal' })

export type RehearsalWish = z.infer<typeof rehearsalWishSchema>
export type Suggestion = z.infer<typeof suggestionSchema>
export type Rehearsal = z.infer<typeof rehearsalSchema>
