import type { Airing, ChannelTrack, Gap, Programme } from '../../../protocol/api.ts'
import type { TimeSpan } from '../../../protocol/time/time-spans.ts'
import { addMinutes, coverageOf, tallyOf } from '../rules/coverage.ts'
import type {
  Archive,
  ArchivedRun,
  BinChunk,
  BinWish,
  CuePage,
  CueQuery,
  FilePage,
  FilePlace,
  FileRequest,
  ProgrammeWish,
  Range,
  SpanRange,
  Tally,
} from '../../ports/archive.ts'
import { compareCues, formatCursor, parseCursor } from '../rules/cue-order.ts'
import { makeFilePage, type FileSource } from '../rules/file-page.ts'
import { mostAirings, programmesOf } from '../rules/programmes.ts'
import type { MemoryLog } from './memory-log.ts'
import { revisionsOf, supersededRuns, withRevision } from '../rules/revisions.ts'

/** The archive of a memory log: it reads what that log holds. */
export class MemoryArchive implements Archive {
  readonly #log: MemoryLog

  constructor(log: MemoryLog) {
    this.#log = log
  }

  // Async, so that a wrong cursor rejects.
  async cues(query: CueQuery): Promise<CuePage> {
    return await Promise.resolve(this.#cues(query))
  }

  #cues(query: CueQuery): CuePage {
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
    const revisions = revisionsOf(runs)
    const page = found.slice(0, query.limit).map((cue) => withRevision(cue, revisions))
    const last = found.length > query.limit ? page.at(-1) : undefined
    const cursor = last === undefined ? null : formatCursor(last)
    return { cues: page, cursor, position }
  }

  airings(channel: string, range: SpanRange, limit: number): Promise<readonly Airing[]> {
    return Promise.resolve(this.#airings(channel, range, limit))
  }

  #airings(channel: string, range: SpanRange, limit: number): readonly Airing[] {
    const airings = [...this.#log.contents(channel).airings.values()]
    return airings
      .filter(({ start, end }) => touches(start, end, range))
      .sort((a, b) => newestFirst(a.start, b.start, a.position.seq, b.position.seq))
      .slice(0, limit)
  }

  programmes(channel: string, range: Range, wish: ProgrammeWish): Promise<readonly Programme[]> {
    const begun = this.#airings(channel, startingIn(range), mostAirings)
    return Promise.resolve(programmesOf(begun, wish))
  }

  gaps(channel: string, range: SpanRange, limit: number): Promise<readonly Gap[]> {
    return Promise.resolve(this.#gaps(channel, range, limit))
  }

  #gaps(channel: string, range: SpanRange, limit: number): readonly Gap[] {
    const gaps = [...this.#log.contents(channel).gaps.values()]
    return gaps
      .filter(({ from, to }) => touches(from, to, range))
      .sort((a, b) => newestFirst(a.from, b.from, a.position.seq, b.position.seq))
      .slice(0, limit)
  }

  airing(channel: string, id: string): Promise<Airing | null> {
    return Promise.resolve(this.#log.contents(channel).airings.get(id) ?? null)
  }

  async file(
    request: FileRequest,
    place: FilePlace | null,
    want: 'bytes' | 'length',
  ): Promise<FilePage> {
    const source: FileSource = {
      cues: (query) => this.#cues(query),
      airings: (range, limit) => this.#airings(request.channel, range, limit),
      gaps: (range, limit) => this.#gaps(request.channel, range, limit),
    }
    return await Promise.resolve(makeFilePage(source, request, place, want))
  }

  coverage(channel: string, range: Range): Promise<readonly TimeSpan[]> {
    const { extents, gaps } = this.#log.contents(channel)
    return Promise.resolve(coverageOf(extents, [...gaps.values()], spanOf(range)))
  }

  async monitored(
    channels: readonly string[],
    range: Range,
    edges: readonly number[],
  ): Promise<readonly number[]> {
    const minutes = edges.slice(1).map(() => 0)
    for (const channel of channels) addMinutes(minutes, edges, await this.coverage(channel, range))
    return minutes
  }

  async tally(channel: string, range: Range, tracks: readonly string[] | null): Promise<Tally> {
    const query = { channel, ...range, tracks, order: 'oldest', limit: Infinity } as const
    return tallyOf((await this.cues({ ...query, cursor: null, run: null })).cues)
  }

  tracks(channel: string): Promise<readonly ChannelTrack[]> {
    return Promise.resolve(this.#log.contents(channel).tracks)
  }

  async runs(channel: string, after: string | null, limit: number): Promise<ArchivedRun[]> {
    const { runs } = this.#log.contents(channel)
    const from = after === null ? 0 : runs.findIndex(({ run }) => run === after) + 1
    return await Promise.resolve(
      runs.slice(from, from + limit).map(({ binAtMs, ended, ...announced }) => ({
        announced,
        ended: ended === true,
        binUntil: binAtMs === null ? null : new Date(binAtMs).toISOString(),
      })),
    )
  }

  async *bin(
    channel: string,
    range: Range,
    signal: AbortSignal,
    { run: wanted }: BinWish = {},
  ): AsyncIterable<BinChunk> {
    const bins = [...this.#log.contents(channel).bins]
    const hour = (at: string): string => at.slice(0, 13)
    const ordered = bins
      .map((bin, n) => ({ bin, n }))
      .sort((a, b) => newestFirst(hour(b.bin.at), hour(a.bin.at), b.n, a.n))
    for (const { bin } of ordered) {
      signal.throwIfAborted()
      if (!isWithin(bin.at, range) || (wanted !== undefined && bin.run !== wanted)) continue
      const { run, format, at, data } = bin
      yield await Promise.resolve({ run, format, at, data: Buffer.from(data, 'base64') })
    }
  }

  async forget(
    channel: string,
    before: string,
    tell: () => Promise<void>,
  ): Promise<'forgotten' | 'nothing'> {
    if (!this.#log.holdsBefore(channel, Date.parse(before))) return 'nothing'
    await tell()
    this.#log.forget(channel, Date.parse(before))
    return 'forgotten'
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // The log is its owner's to close.
  }
}

function isWithin(at: string, { from, to }: Range): boolean {
  const ms = Date.parse(at)
  return (from === null || ms >= Date.parse(from)) && (to === null || ms < Date.parse(to))
}

/** Spans that begin in it. */
function startingIn(range: Range): SpanRange {
  return { ...range, ...(range.from === null ? {} : { startFrom: range.from }) }
}

function spanOf({ from, to }: Range): TimeSpan {
  return {
    fromMs: from === null ? -Infinity : Date.parse(from),
    toMs: to === null ? Infinity : Date.parse(to),
  }
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
