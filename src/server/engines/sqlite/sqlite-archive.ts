import type { Airing, ChannelTrack, Gap, Programme } from '../../../protocol/api.ts'
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
import type { Log } from '../../ports/log.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { BinLosses } from '../rules/bin-losses.ts'
import type { BinPage, BinPlace } from './bin/bin-reader.ts'
import { bounds, spanBounds } from './volumes/spans.ts'
import type { ArchiveReaders } from './volumes/archive-readers.ts'

/** Whose coverage is looked up by one call. */
const channelsAtOnce = 100

/** The archive in data/archive and data/bin, together with what only the log holds. */
export class SqliteArchive implements Archive, HealthSource {
  readonly #readers: ArchiveReaders
  readonly #log: Pick<Log, 'tip'>
  readonly #losses: BinLosses

  readonly forget: Archive['forget']

  constructor(
    readers: ArchiveReaders,
    log: Pick<Log, 'tip'>,
    forget: Archive['forget'],
    logger?: Logger,
  ) {
    this.#losses = new BinLosses(logger)
    this.forget = forget
    this.#readers = readers
    this.#log = log
  }

  async cues(query: CueQuery): Promise<CuePage> {
    const page = await this.#readers.call('cues', query)
    return page ?? { cues: [], cursor: null, position: await this.#log.tip(query.channel) }
  }

  async airings(channel: string, range: SpanRange, limit: number): Promise<readonly Airing[]> {
    const input = { kind: 'airing', channel, ...spanBounds(range), limit } as const
    return (await this.#readers.call('spans', input)) as readonly Airing[]
  }

  async gaps(channel: string, range: SpanRange, limit: number): Promise<readonly Gap[]> {
    const input = { kind: 'gap', channel, ...spanBounds(range), limit } as const
    return (await this.#readers.call('spans', input)) as readonly Gap[]
  }

  programmes(channel: string, range: Range, wish: ProgrammeWish): Promise<readonly Programme[]> {
    return this.#readers.call('programmes', { channel, ...bounds(range), wish })
  }

  airing(channel: string, id: string): Promise<Airing | null> {
    return this.#readers.call('airing', { channel, id })
  }

  file(request: FileRequest, place: FilePlace | null, want: 'bytes' | 'length'): Promise<FilePage> {
    return this.#readers.call('file', { request, place, want })
  }

  coverage(channel: string, range: Range): Promise<readonly TimeSpan[]> {
    return this.#readers.call('coverage', { channel, ...bounds(range) })
  }

  /** Some channels at a time, so that other readers have their turn. */
  async monitored(
    channels: readonly string[],
    range: Range,
    edges: readonly number[],
  ): Promise<readonly number[]> {
    const minutes = edges.slice(1).map(() => 0)
    for (let at = 0; at < channels.length; at += channelsAtOnce) {
      const some = channels.slice(at, at + channelsAtOnce)
      const input = { channels: some, ...bounds(range), edges }
      const more = await this.#readers.call('monitored', input)
      more.forEach((count, bucket) => (minutes[bucket] = (minutes[bucket] ?? 0) + count))
    }
    return minutes
  }

  tally(channel: string, range: Range, tracks: readonly string[] | null): Promise<Tally> {
    return this.#readers.call('tally', { channel, ...range, tracks })
  }

  tracks(channel: string): Promise<readonly ChannelTrack[]> {
    return this.#readers.call('tracks', channel)
  }

  runs(channel: string, after: string | null, limit: number): Promise<readonly ArchivedRun[]> {
    return this.#readers.call('runs', { channel, after, limit })
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
      const input = { channel, ...bounds(range), place, run: run ?? null }
      const page: BinPage = await this.#readers.call('bin', input)
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

  health(): Health {
    const { isRunning, problems } = this.#readers
    return { ok: isRunning, problems: [...problems, ...this.#losses.problems] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#readers[Symbol.asyncDispose]()
  }
}
