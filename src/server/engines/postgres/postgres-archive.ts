import type { PoolClient } from 'pg'
import type { Airing, ChannelTrack, Gap, Programme } from '../../../protocol/api.ts'
import { isStorageDown } from '../../../protocol/codes.ts'
import type { TimeSpan } from '../../../protocol/time/time-spans.ts'
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
import type { Health, HealthSource } from '../../ports/health.ts'
import type { LogEntry } from '../../ports/log.ts'
import type { Objects } from '../../ports/objects.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { boundsOf } from './archive/bounds.ts'
import { erasePast, holdsPast, stepsOfPast } from './archive/forget.ts'
import { sweepObjects } from './archive/loose-objects.ts'
import { makeChannel, readMoment, type Moment } from './archive/moment.ts'
import { readBins, type BinPlace } from './archive/read-bins.ts'
import { readCoverage } from './archive/read-coverage.ts'
import { readCues, readCuesBySeq, readTally } from './archive/read-cues.ts'
import { readProgrammes } from './archive/read-programmes.ts'
import { readRuns, readTracks } from './archive/read-runs.ts'
import { readSpans, readSpansById } from './archive/read-spans.ts'
import type { Postgres } from './database.ts'
import { BinLosses } from '../rules/bin-losses.ts'
import { addMinutes } from '../rules/coverage.ts'
import { parseCursor } from '../rules/cue-order.ts'
import { fileCues, fileSpans, formatFilePage } from '../rules/file-page.ts'

/** Whose coverage is looked up by one query. */
const channelsAtOnce = 100

/** Whoever waits for words does not wait for older ones. */
const saidMs = 7 * 24 * 3_600_000

export interface PostgresArchiveOptions {
  readonly database: Postgres
  readonly objects: Objects
  /** Removes from the log what a channel had before a time; called before the archive's own is removed. */
  readonly forgetLog: (channel: string, beforeMs: number) => Promise<void>
  readonly logger?: Logger | undefined
}

/**
 * The archive in PostgreSQL, with original bytes in objects. Its `position` is what has left the log for it (a `LogKeeper`
 * stores it): live readers go on from there in the log, so that nothing is between.
 */
export class PostgresArchive implements Archive, HealthSource {
  readonly #database: Postgres
  readonly #objects: Objects
  readonly #forgetLog: PostgresArchiveOptions['forgetLog']
  readonly #losses: BinLosses

  constructor({ database, objects, forgetLog, logger }: PostgresArchiveOptions) {
    this.#database = database
    this.#objects = objects
    this.#forgetLog = forgetLog
    this.#losses = new BinLosses(logger)
  }

  async cues(query: CueQuery): Promise<CuePage> {
    // One that is none is refused whatever the channel.
    if (query.cursor !== null) parseCursor(query.cursor)
    const page = await this.#look(query.channel, (client, moment) =>
      readCues(client, moment, query),
    )
    return page ?? (await this.#emptyPage(query.channel))
  }

  /** What alerts have not heard of before the log lost it (`AlertPast`). */
  async said(
    channel: string,
    numbers: Readonly<Record<'after' | 'to' | 'limit', number>>,
    nowMs: number,
  ): Promise<readonly LogEntry[]> {
    const fromMs = nowMs - saidMs
    const cues = await this.#look(channel, (client, moment) =>
      readCuesBySeq(client, moment, { ...numbers, fromMs }),
    )
    return (cues ?? []).map((value) => ({ type: 'cue', late: false, value }))
  }

  async airings(channel: string, range: SpanRange, limit: number): Promise<readonly Airing[]> {
    const found = await this.#look(channel, (client, moment) =>
      readSpans(client, 'airing', moment, range, limit),
    )
    return found ?? []
  }

  async gaps(channel: string, range: SpanRange, limit: number): Promise<readonly Gap[]> {
    const found = await this.#look(channel, (client, moment) =>
      readSpans(client, 'gap', moment, range, limit),
    )
    return found ?? []
  }

  async programmes(
    channel: string,
    range: Range,
    wish: ProgrammeWish,
  ): Promise<readonly Programme[]> {
    const found = await this.#look(channel, (client, moment) =>
      readProgrammes(client, moment, range, wish),
    )
    return found ?? []
  }

  async airing(channel: string, id: string): Promise<Airing | null> {
    const found = await this.#look(channel, (client, moment) =>
      readSpansById(client, 'airing', moment, [id]),
    )
    return found?.get(id) ?? null
  }

  async file(
    request: FileRequest,
    place: FilePlace | null,
    want: 'bytes' | 'length',
  ): Promise<FilePage> {
    const found = await this.#look(request.channel, async (client, moment) => {
      const page = await readCues(client, moment, fileCues(request, place))
      const range = fileSpans(request, place, page)
      if (range === null) return { page, spans: [] }
      const airings = await readSpans(client, 'airing', moment, range)
      const gaps = await readSpans(client, 'gap', moment, range)
      return { page, spans: [...airings.toReversed(), ...gaps.toReversed()] }
    })
    const { page, spans } = found ?? { page: await this.#emptyPage(request.channel), spans: [] }
    return formatFilePage(request, place, want, page, spans)
  }

  async coverage(channel: string, range: Range): Promise<readonly TimeSpan[]> {
    const found = await this.#coverage([channel], range)
    return found.get(channel) ?? []
  }

  async monitored(
    channels: readonly string[],
    range: Range,
    edges: readonly number[],
  ): Promise<readonly number[]> {
    const minutes = edges.slice(1).map(() => 0)
    for (let at = 0; at < channels.length; at += channelsAtOnce) {
      const found = await this.#coverage(channels.slice(at, at + channelsAtOnce), range)
      for (const spans of found.values()) addMinutes(minutes, edges, spans)
    }
    return minutes
  }

  async tally(channel: string, range: Range, tracks: readonly string[] | null): Promise<Tally> {
    const tally = await this.#look(channel, (client, moment) =>
      readTally(client, moment, range, tracks),
    )
    return tally ?? { cues: 0, words: 0 }
  }

  tracks(channel: string): Promise<readonly ChannelTrack[]> {
    return readTracks(this.#database, channel)
  }

  runs(channel: string, after: string | null, limit: number): Promise<readonly ArchivedRun[]> {
    return readRuns(this.#database, channel, after, limit)
  }

  /** A page is read when its reader has taken the one before: that is the back-pressure. */
  async *bin(
    channel: string,
    range: Range,
    signal: AbortSignal,
    { run, onLoss }: BinWish = {},
  ): AsyncIterable<BinChunk> {
    let place: BinPlace | null = null
    do {
      signal.throwIfAborted()
      const input = { channel, ...boundsOf(range), run: run ?? null, place }
      const page = await readBins(this.#database, this.#objects, input)
      if (page.loss !== null) {
        this.#losses.tell(channel, page.loss)
        onLoss?.(page.loss)
      }
      for (const chunk of page.chunks) {
        signal.throwIfAborted()
        yield chunk
      }
      place = page.next
    } while (place !== null)
  }

  /** The log first: should this end here, the rows are found again and the rest is done then. */
  async forget(
    channel: string,
    before: string,
    tell: () => Promise<void>,
  ): Promise<'forgotten' | 'nothing'> {
    const beforeMs = Date.parse(before)
    const known = await holdsPast(this.#database, channel, beforeMs)
    if (known === undefined) return 'nothing'
    await tell()
    await this.#forgetLog(channel, beforeMs)
    for await (const stepMs of stepsOfPast(this.#database, known, beforeMs))
      await this.#database.transaction((client) => erasePast(client, known, stepMs))
    await this.#sweep()
    return 'forgotten'
  }

  health(): Health {
    return { ok: true, problems: this.#losses.problems }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Database and objects are their owner's to close.
  }

  /** Where the store is away, what nobody names any more waits for the next sweep. */
  async #sweep(): Promise<void> {
    try {
      await sweepObjects(this.#database, this.#objects)
    } catch (error) {
      if (!isStorageDown(error)) throw error
    }
  }

  /** One moment of a channel; undefined when nobody has heard of it. */
  async #look<T>(
    channel: string,
    work: (client: PoolClient, moment: Moment) => Promise<T>,
  ): Promise<T | undefined> {
    return await this.#database.snapshot(async (client) => {
      const moment = await readMoment(client, channel)
      return moment === undefined ? undefined : await work(client, moment)
    })
  }

  async #emptyPage(channel: string): Promise<CuePage> {
    return { cues: [], cursor: null, position: await makeChannel(this.#database, channel) }
  }

  #coverage(
    channels: readonly string[],
    range: Range,
  ): Promise<ReadonlyMap<string, readonly TimeSpan[]>> {
    return this.#database.snapshot((client) => readCoverage(client, channels, boundsOf(range)))
  }
}
