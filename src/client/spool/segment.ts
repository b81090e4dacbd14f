import path from 'node:path'
import { formatRecord, formatSkip, kindOf, lastOf, type SpoolRecord } from './record.ts'

/** One file of records without a hole between them. */
export interface Segment {
  readonly firstSeq: number
  lastSeq: number
  bytes: number
  /** How much of it is BIN, and how much is cues: what dropping them would free. */
  binBytes: number
  cueBytes: number
  /** When it was last appended to, on a clock that nobody sets. */
  writtenAtMs: number
  /** Nothing more is appended to it. */
  isSealed: boolean
}

export const segmentFile = (folder: string, firstSeq: number): string =>
  path.join(folder, `${String(firstSeq).padStart(16, '0')}.seg`)

export function emptySegment(firstSeq: number, writtenAtMs: number): Segment {
  return {
    ...{ firstSeq, lastSeq: firstSeq - 1, bytes: 0, binBytes: 0, cueBytes: 0 },
    ...{ writtenAtMs, isSealed: false },
  }
}

/** The segment that holds these records, last appended to so long ago. */
export function describeSegment(records: readonly SpoolRecord[], ageMs: number): Segment {
  const segment = emptySegment(records[0]?.seq ?? 0, performance.now() - ageMs)
  countRecords(segment, records)
  return segment
}

/** Counts records that were appended. */
export function countRecords(segment: Segment, records: readonly SpoolRecord[]): void {
  for (const record of records) {
    const bytes = Buffer.byteLength(formatRecord(record))
    const kind = kindOf(record)
    segment.bytes += bytes
    if (kind === 'bin') segment.binBytes += bytes
    if (kind === 'cue') segment.cueBytes += bytes
    segment.lastSeq = lastOf(record)
  }
}

/** What was dropped for want of room or for its age. */
export interface Dropped {
  readonly bins: number
  readonly cues: number
}

export interface Thinned extends Dropped {
  readonly records: SpoolRecord[]
}

/**
 * The records without their BIN, or without BIN and cues. Skips stand for what is dropped, so that the
 * numbers stay without a hole; runs, airings, gaps and ends stay: they are small, and say what the rest is.
 */
export function thin(records: readonly SpoolRecord[], what: 'bin' | 'bin-and-cues'): Thinned {
  const kept: SpoolRecord[] = []
  let bins = 0
  let cues = 0
  let hole: { readonly seq: number; to: number; isBinOnly: boolean } | undefined
  const close = (): void => {
    if (hole !== undefined) kept.push({ seq: hole.seq, line: formatSkip(hole.to, hole.isBinOnly) })
    hole = undefined
  }
  for (const record of records) {
    const kind = kindOf(record)
    const isBin = kind === 'bin' || kind === 'lost-bin'
    if (kind === 'other' || (what === 'bin' && !isBin)) {
      close()
      kept.push(record)
      continue
    }
    if (kind === 'bin') bins++
    if (kind === 'cue') cues++
    hole ??= { seq: record.seq, to: record.seq, isBinOnly: true }
    hole.to = lastOf(record)
    hole.isBinOnly &&= isBin
  }
  close()
  return { records: kept, bins, cues }
}
