import type { Airing, ChannelTrack, Gap } from '../../protocol/api.ts'
import type { Archive, BinChunk, CuePage, CueQuery, Range, SpanRange } from '../ports/archive.ts'
import { compareCues, formatCursor, parseCursor } from './cue-order.ts'
import type { MemoryLog } from './memory-log.ts'
import { supersededRuns } from './revisions.ts'

/** The archive of a memory log: it reads what that log holds. */
export class MemoryArchive implements Archive {
  readonly #log: MemoryLog

  constructor(log: MemoryLog) {
    this.#log = log
  }

  // Async, so that a wrong cursor rejects.
  async cues(query: CueQuery): Promise<CuePage> {
    const { cues, runs, position } = this.#log.contents(query.channel)
    const after = query.cursor === null ? null : parseCursor(query.cursor)
    const direction = query.order === 'oldest' ? 1 : -1
    const superseded = supersededRuns(runs)
    const found = [...cues.values()]
      .filter(
        (cue) =>
          isWithin(cue.start, query) &&
          (query.tracks === null || query.tracks.includes(cue.track)) &&
          (query.run === null ? !superseded.has(cue.run) : cue.run === query.run) &&
          (after === null || compareCues(cue, after) * direction > 0),
      )
      .sort((a, b) => compareCues(a, b) * direction)
    const page = found.slice(0, query.limit)
    const last = found.length > query.limit ? page.at(-1) : undefined
    const cursor = last === undefined ? null : formatCursor(last)
    return await Promise.resolve({ cues: page, cursor, position })
  }

  airings(channel: string, range: SpanRange, limit: number): Promise<readonly Airing[]> {
    const airings = [...this.#log.contents(channel).airings.values()]
    return Promise.resolve(
      airings
        .filter(({ start, end }) => touches(start, end, range))
        .sort((a, b) => newestFirst(a.start, b.start, a.position.seq, b.position.seq))
        .slice(0, limit),
    )
  }

  gaps(channel: string, range: SpanRange, limit: number): Promise<readonly Gap[]> {
    const gaps = [...this.#log.contents(channel).gaps.values()]
    return Promise.resolve(
      gaps
        .filter(({ from, to }) => touches(from, to, range))
        .sort((a, b) => newestFirst(a.from, b.from, a.position.seq, b.position.seq))
        .slice(0, limit),
    )
  }

  tracks(channel: string): Promise<readonly ChannelTrack[]> {
    return Promise.resolve(this.#log.contents(channel).tracks)
  }

  async *bin(channel: string, range: Range, signal: AbortSignal): AsyncIterable<BinChunk> {
    const bins = [...this.#log.contents(channel).bins]
    const hour = (at: string): string => at.slice(0, 13)
    const ordered = bins
      .map((bin, n) => ({ bin, n }))
      .sort((a, b) => newestFirst(hour(b.bin.at), hour(a.bin.at), b.n, a.n))
    for (const { bin } of ordered) {
      signal.throwIfAborted()
      if (!isWithin(bin.at, range)) continue
      const { run, format, at, data } = bin
      yield await Promise.resolve({ run, format, at, data: Buffer.from(data, 'base64') })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The log is its owner's to close.
  }
}

function isWithin(at: string, { from, to }: Range): boolean {
  const ms = Date.parse(at)
  return (from === null || ms >= Date.parse(from)) && (to === null || ms < Date.parse(to))
}

/** Whether a span shares a moment with the range; an empty one (a withdrawn gap) never does. */
function touches(start: string, end: string | null, range: SpanRange): boolean {
  if (range.startFrom !== undefined && Date.parse(start) < Date.parse(range.startFrom)) return false
  if (end !== null && Date.parse(end) <= Date.parse(start)) return false
  return (
    (range.to === null || Date.parse(start) < Date.parse(range.to)) &&
    (range.from === null || end === null || Date.parse(end) > Date.parse(range.from))
  )
}

function newestFirst(startA: string, startB: string, seqA: number, seqB: number): number {
  return startA < startB ? 1 : startA > startB ? -1 : seqB - seqA
}
