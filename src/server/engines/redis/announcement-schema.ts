import { z } from 'zod'
import { airingSchema, cueSchema, gapSchema, positionSchema } from '../../../protocol/api.ts'
import { channelIdSchema, modeSchema, trackSchema } from '../../../protocol/events.ts'
import type { Announcement } from '../../ports/broker.ts'
import type { LogEntry } from '../../ports/log.ts'
import { producerFactsSchema } from '../../ports/producer-facts.ts'

const place = { channel: channelIdSchema, position: positionSchema }
const removedSchema = z.union([
  z.object({ ...place, what: z.literal('past'), before: z.string() }),
  z.object({
    ...place,
    what: z.enum(['cue', 'airing', 'gap']),
    run: z.string().nullable(),
    track: z.string().nullable(),
    id: z.union([z.int(), z.string()]),
  }),
])

export const logEntrySchema: z.ZodType<LogEntry> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cue'), late: z.boolean(), value: cueSchema }),
  z.object({ type: z.literal('airing'), value: airingSchema }),
  z.object({ type: z.literal('gap'), value: gapSchema }),
  z.object({ type: z.literal('removed'), value: removedSchema }),
])

const draftSchema = z.object({
  run: z.string(),
  track: trackSchema,
  id: z.int(),
  start: z.string(),
  mode: modeSchema,
  text: z.string(),
})
const channel = channelIdSchema

/** What another node announces. */
export const announcementSchema: z.ZodType<Announcement> = z.discriminatedUnion('type', [
  z.object({ type: z.literal('entries'), channel, entries: z.array(logEntrySchema) }),
  z.object({ type: z.literal('draft'), channel, draft: draftSchema }),
  z.object({ type: z.literal('feed'), channel, connected: z.boolean() }),
  z.object({ type: z.literal('run-end'), channel, run: z.string() }),
  z.object({ type: z.literal('producer'), channel, facts: producerFactsSchema }),
])
