import { z } from 'zod'
import { producerStatusSchema } from '../../protocol/producer-status.ts'

const timeMs = z.number().nullable()

/** What is known of who feeds a channel, or last did. */
export const producerFactsSchema = z
  .object({
    producer: z.string(),
    /** Null while it is away. */
    connectedAtMs: timeMs,
    /** When it went away; null while it is connected. */
    leftAtMs: timeMs,
    /** The newest run that it announced. */
    run: z
      .object({
        run: z.string(),
        source: z.string(),
        extractor: z.string(),
        startedAt: z.string(),
      })
      .readonly()
      .nullable(),
    /** What it told of itself last, and when. */
    status: producerStatusSchema.readonly().nullable(),
    statusAtMs: timeMs,
  })
  .readonly()

export type ProducerFacts = z.infer<typeof producerFactsSchema>
