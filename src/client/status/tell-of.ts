import type { ProducerStatus } from '../../protocol/producer-status.ts'
import type { ChannelReport } from '../channel-report.ts'

/** What the server is told of a channel's sender, within the bounds of the protocol. */
export function tellOf(
  report: ChannelReport,
  client: string,
  tuner: ProducerStatus['tuner'],
): ProducerStatus {
  const { source, extractor, cuesPerMinute, unacked, lagMs, offsetMs, clock } = report
  const trouble = report.problem ?? report.upload.lastError
  const { driftMs = 0, stepMs = 0, steps = 0 } = clock ?? {}
  return {
    ...{ type: 'status', client: client.slice(0, 100), source: source?.slice(0, 200) ?? null },
    extractor:
      extractor === null
        ? null
        : { name: extractor.name.slice(0, 200), why: extractor.why.slice(0, 500) },
    trouble: trouble?.slice(0, 1000) ?? null,
    ...{ cuesPerMinute, unacked, lagMs },
    clock: { offsetMs, driftMs, stepMs, steps },
    faults: Object.fromEntries(Object.entries(report.faults).slice(0, 64)),
    tuner,
  }
}
