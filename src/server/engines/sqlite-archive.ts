import type { Airing, ChannelTrack, Gap } from '../../protocol/api.ts'
import type { Archive, BinChunk, CuePage, CueQuery, Range, SpanRange } from '../ports/archive.ts'
import type { Health, HealthSource } from '../ports/health.ts'
import type { Log } from '../ports/log.ts'
import type { BinPage, BinPlace } from './sqlite/bin/bin-reader.ts'
import type { ArchiveCalls } from './sqlite/volumes/archive-worker.ts'
import type { WorkerPool } from './sqlite/workers/worker-pool.ts'

/** The archive in data/archive and data/bin, together with what only the log holds. */
export class SqliteArchive implements Archive, HealthSource {
  readonly #readers: WorkerPool<ArchiveCalls>
  readonly #log: Log

  constructor(readers: WorkerPool<ArchiveCalls>, log: Log) {
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

  tracks(channel: string): Promise<readonly ChannelTrack[]> {
    return this.#readers.call('tracks', channel)
  }

  /** A page is read when its reader has taken the one before: that is the back-pressure. */
  async *bin(channel: string, range: Range, signal: AbortSignal): AsyncIterable<BinChunk> {
    let place: BinPlace | null = null
    do {
      signal.throwIfAborted()
      const page: BinPage = await this.#readers.call('bin', { channel, ...bounds(range), place })
      for (const chunk of page.chunks) {
        signal.throwIfAborted()
        yield chunk
      }
      place = page.next
    } while (place !== null)
  }

  health(): Health {
    const { isRunning, problems } = this.#readers
    return { ok: isRunning, problems }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#readers[Symbol.asyncDispose]()
  }
}

/** SQLite has no infinities: the bounds of what a date can say stand for them. */
function bounds({ from, to }: Range): { fromMs: number; toMs: number } {
  return {
    fromMs: from === null ? -8.64e15 : Date.parse(from),
    toMs: to === null ? 8.64e15 : Date.parse(to),
  }
}

function spanBounds(range: SpanRange): { fromMs: number; toMs: number; startFromMs: number } {
  const startFromMs = range.startFrom === undefined ? -8.64e15 : Date.parse(range.startFrom)
  return { ...bounds(range), startFromMs }
}
