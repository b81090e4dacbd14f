import type { Position } from '../../../protocol/position.ts'
import type { Health, HealthSource } from '../../ports/health.ts'
import type {
  AppendResult,
  Batch,
  Log,
  LogPage,
  Monitoring,
  ProducerState,
} from '../../ports/log.ts'
import type { LogCalls } from './log/log-calls.ts'
import type { ArchiveReaders } from './volumes/archive-readers.ts'
import type { WorkerClient } from '../workers/worker-client.ts'

/** The received log in data/log.db: written by one worker, read by others. */
export class SqliteLog implements Log, HealthSource {
  readonly #writer: WorkerClient<LogCalls>
  readonly #readers: ArchiveReaders
  readonly #now: () => number

  constructor(writer: WorkerClient<LogCalls>, readers: ArchiveReaders, now: () => number) {
    this.#writer = writer
    this.#readers = readers
    this.#now = now
  }

  append(batch: Batch): Promise<AppendResult> {
    return this.#writer.call('append', { batch, nowMs: this.#now() })
  }

  fence(channel: string): Promise<number> {
    return this.#writer.call('fence', channel)
  }

  producer(channel: string, producer: string): Promise<ProducerState> {
    return this.#writer.call('producer', { channel, producer })
  }

  monitoring(channel: string): Promise<Monitoring | null> {
    return this.#writer.call('monitoring', channel)
  }

  async read(channel: string, since: Position, limit: number): Promise<LogPage> {
    const page = await this.#readers.call('read', { channel, since, limit })
    if (page !== undefined) return page
    const position = await this.tip(channel)
    return { ok: false, position, oldest: { ...position, seq: 0 } }
  }

  tip(channel: string): Promise<Position> {
    return this.#writer.call('tip', channel)
  }

  onStored(): void {
    // Everything is stored when an append answers.
  }

  health(): Health {
    const { problem } = this.#writer
    return { ok: problem === null, problems: problem === null ? [] : [problem] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#writer[Symbol.asyncDispose]()
  }
}
