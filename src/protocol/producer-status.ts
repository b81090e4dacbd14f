import { z } from 'zod'

/** Most kinds of faults that one line names. */
const mostFaults = 64

/**
 * What a client tells of itself, for whoever administers the server: a line of the feed without a number, which is
 * not stored. The newest holds until the next.
 */
export const producerStatusSchema = z
  .object({
    type: z.literal('status'),
    client: z.string().max(100).meta({ description: 'Program and version' }),
    source: z.string().max(200).nullable().default(null),
    extractor: z
      .object({ name: z.string().max(200), why: z.string().max(500) })
      .nullable()
      .default(null)
      .meta({ description: 'Who makes captions of the source, and why' }),
    trouble: z
      .string()
      .max(1000)
      .nullable()
      .default(null)
      .meta({ description: 'What is wrong, in the operator’s words; null = nothing' }),
    cuesPerMinute: z.int().nonnegative().default(0),
    unacked: z
      .int()
      .nonnegative()
      .default(0)
      .meta({ description: 'Events that are not stored yet' }),
    lagMs: z
      .int()
      .nonnegative()
      .default(0)
      .meta({ description: 'How long the oldest of them has waited' }),
    clock: z
      .object({
        offsetMs: z.int().meta({ description: 'How far the server’s clock is ahead' }),
        driftMs: z.int(),
        stepMs: z.int(),
        steps: z.int().nonnegative(),
      })
      .default({ offsetMs: 0, driftMs: 0, stepMs: 0, steps: 0 }),
    faults: z
      .record(z.string().max(64), z.number().nonnegative())
      .refine((faults) => Object.keys(faults).length <= mostFaults, 'too many kinds of faults')
      .default({}),
    tuner: z
      .object({
        name: z.string().max(64),
        until: z.iso.datetime({ precision: 3 }).nullable(),
      })
      .nullable()
      .default(null)
      .meta({ description: 'The tuner that the channel has by turns, and until when' }),
  })
  .meta({ id: 'ProducerStatus' })

export type ProducerStatus = z.infer<typeof producerStatusSchema>
