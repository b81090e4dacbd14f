import { z } from 'zod'
import type { FleetReport } from '../fleet/fleet.ts'

const channelStates = [
  ...(['connecting', 'sending', 'waiting', 'off', 'done', 'refused', 'failed'] as const),
] as const

/** How one channel is, for whoever looks after it; nothing of it is a secret. */
export const channelStatusSchema = z.object({
  channel: z.string(),
  /** What its upload does; off: it waits for its turn, done: all of a recording is stored. */
  state: z.enum(channelStates),
  /** As it is named in runs; null before it was opened. */
  source: z.string().nullable(),
  run: z.string().nullable(),
  extractor: z.object({ name: z.string(), why: z.string() }).nullable(),
  /** What is wrong, in words; null = nothing. */
  trouble: z.string().nullable(),
  cues: z.int(),
  cuesPerMinute: z.int(),
  /** Events that are not stored yet, and how long the oldest of them has waited. */
  unacked: z.int(),
  lagMs: z.int(),
  clock: z.object({
    /** How far the server's clock is ahead of this machine's. */
    offsetMs: z.int(),
    /** What was done to the times of a live input; 0 for a recording. */
    ...{ driftMs: z.int(), stepMs: z.int(), steps: z.int() },
  }),
  faults: z.record(z.string(), z.number()),
  /** Channels that read the same source, this one among them. */
  sharing: z.int(),
  /** Of a channel by turns: its tuner until `until`, or, while it is off, again from `from`. */
  tuner: z
    .object({ name: z.string(), from: z.string().nullable(), until: z.string().nullable() })
    .nullable(),
})

export const statusSchema = z.object({
  version: z.string(),
  startedAt: z.string(),
  /** The file of channels and what is wrong with it; null without one. */
  config: z.object({ file: z.string(), problems: z.array(z.string()) }).nullable(),
  channels: z.array(channelStatusSchema),
})

export type ChannelStatus = z.infer<typeof channelStatusSchema>
export type Status = z.infer<typeof statusSchema>
export type ChannelState = ChannelStatus['state']
export { channelStates }

export function statusOf(report: FleetReport): ChannelStatus {
  const { channel, sender, turn, isOn } = report
  const { driftMs = 0, stepMs = 0, steps = 0 } = sender?.clock ?? {}
  const at = turn === null ? null : new Date(turn.untilMs).toISOString()
  return {
    ...{ channel, state: stateOf(report), trouble: troubleOf(report) },
    ...{ source: sender?.source ?? null, run: sender?.run ?? null },
    extractor: sender?.extractor ?? null,
    ...{ cues: sender?.cues ?? 0, cuesPerMinute: sender?.cuesPerMinute ?? 0 },
    ...{ unacked: sender?.unacked ?? 0, lagMs: sender?.lagMs ?? 0 },
    clock: { offsetMs: sender?.offsetMs ?? 0, driftMs, stepMs, steps },
    faults: { ...sender?.faults },
    sharing: sender?.sharing ?? 1,
    tuner:
      turn === null ? null : { name: turn.tuner, from: isOn ? null : at, until: isOn ? at : null },
  }
}

/** One that is not its tuner's is off as soon as all that was read is stored. */
function stateOf({ sender, result, isOn }: FleetReport): ChannelState {
  if (result?.ok === false) return result.kind
  if (sender === null || (result !== null && !isOn)) return 'off'
  return result === null ? sender.upload.state : 'done'
}

function troubleOf({ sender, result }: FleetReport): string | null {
  if (result?.ok === false) return result.message
  return sender?.problem ?? sender?.upload.lastError ?? null
}
