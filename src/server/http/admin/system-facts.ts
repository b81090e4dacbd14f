import { z } from 'zod'
import { channelIdSchema } from '../../../protocol/events.ts'
import { producerStatusSchema } from '../../../protocol/producer-status.ts'
import { instantSchema } from '../../../protocol/api.ts'

/** What the administrator's pages say of tuners and of the process; shapes of `/admin`. */

export const tunerSchema = z
  .object({
    channel: channelIdSchema,
    state: z.enum(['live', 'quiet', 'offline']),
    producer: z.string().nullable().meta({ description: 'who feeds it; null = nobody' }),
    isConnected: z
      .boolean()
      .meta({ description: 'false while a producer is away and may come back' }),
    silentMs: z.number().nullable().meta({ description: 'since its last byte' }),
    lastCaptionAt: instantSchema.nullable().meta({ description: 'since this server started' }),
    lagMs: z
      .number()
      .nullable()
      .meta({ description: 'from the end of the newest live cue to its storage' }),
    connectedAt: instantSchema.nullable().meta({ description: 'null while nobody is connected' }),
    lastSeenAt: instantSchema
      .nullable()
      .meta({ description: 'when the last byte came; null = not since this server started' }),
    run: z
      .object({
        ...{ run: z.string(), source: z.string(), extractor: z.string() },
        startedAt: instantSchema,
      })
      .nullable()
      .meta({ description: 'the newest that its producer announced' }),
    status: producerStatusSchema
      .omit({ type: true })
      .extend({ at: instantSchema })
      .nullable()
      .meta({ description: 'what its producer told of itself last; null = nothing' }),
  })
  .meta({ id: 'Tuner' })

export const systemSchema = z
  .object({
    version: z.string(),
    startedAt: instantSchema,
    isReady: z.boolean(),
    problems: z.array(z.string()),
    mail: z.enum(['smtp', 'outbox']),
    publicUrl: z.string().nullable(),
    memoryBytes: z.number(),
    disk: z
      .object({ freeBytes: z.number(), totalBytes: z.number() })
      .nullable()
      .meta({ description: 'of the data folder; null = cannot be told' }),
    gauges: z.record(z.string(), z.object({ value: z.number(), help: z.string() })),
  })
  .meta({ id: 'System' })

export type Tuner = z.infer<typeof tunerSchema>
export type System = z.infer<typeof systemSchema>
