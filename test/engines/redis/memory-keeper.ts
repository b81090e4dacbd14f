import type { LogEntry } from '../../../src/server/ports/log.ts'
import { CcrError } from '../../../src/protocol/codes.ts'
import type { BinEvent } from '../../../src/protocol/events.ts'
import { createWatchNote } from '../../../src/server/engines/rules/log-holes.ts'
import type {
  KeptBook,
  LogKeeper,
  LogSource,
  Operation,
} from '../../../src/server/engines/rules/kept-log.ts'

/** An archive in memory that does what PostgreSQL's does with operations, and shows what it holds. */
export class MemoryKeeper implements LogKeeper {
  readonly #channels = new Map<string, Archived>()
  /** While it is away. */
  isAway = false

  load(channel: string, newEpoch: string): Promise<KeptBook> {
    return this.#answer(() => structuredClone(this.of(channel, newEpoch).book))
  }

  renew(channel: string, epoch: string, newEpoch: string): Promise<string> {
    return this.#answer(() => {
      const archived = this.of(channel, newEpoch)
      if (archived.book.epoch === epoch) archived.book = { ...archived.book, epoch: newEpoch }
      return archived.book.epoch
    })
  }

  keep(
    channel: string,
    epoch: string,
    operations: readonly Operation[],
  ): Promise<'kept' | 'stale'> {
    return this.#answer(() => {
      const archived = this.#channels.get(channel)
      if (archived?.book.epoch !== epoch) return 'stale'
      const { version } = archived.book
      const fresh = operations.filter((operation) => operation.version > version)
      if (fresh.some((operation, n) => operation.version !== version + 1 + n)) return 'stale'
      const again = operations.find((operation) => operation.version === version)
      if (again !== undefined && JSON.stringify(again) !== archived.last) return 'stale'
      for (const operation of structuredClone(fresh)) archived.take(operation)
      return 'kept'
    })
  }

  of(channel: string, newEpoch = 'none'): Archived {
    let archived = this.#channels.get(channel)
    if (archived === undefined) this.#channels.set(channel, (archived = new Archived(newEpoch)))
    return archived
  }

  #answer<T>(work: () => T): Promise<T> {
    if (this.isAway) return Promise.reject(new CcrError('storage-unavailable'))
    // As another process would answer: not at once.
    return new Promise((resolve) => setImmediate(() => resolve(work())))
  }
}

class Archived {
  book: KeptBook
  readonly entries: LogEntry[] = []
  readonly bins: BinEvent[] = []
  readonly rejects: Operation['rejects'][number][] = []
  last = ''

  constructor(epoch: string) {
    const empty = { producers: {}, runs: {}, airings: [], tracks: [] }
    this.book = { epoch, version: 0, tip: 0, watch: createWatchNote(), ...empty }
  }

  take(operation: Operation): void {
    const { version, tip, entries, bins, rejects, notes } = operation
    this.last = JSON.stringify(operation)
    const { producers, runs, ...others } = notes
    this.book = {
      ...{ ...this.book, ...others, version, tip },
      producers: { ...this.book.producers, ...producers },
      runs: { ...this.book.runs, ...runs },
    }
    this.entries.push(...entries)
    this.bins.push(...bins)
    this.rejects.push(...rejects)
  }
}

/** Moves what a log holds of its channels into an archive, once. */
export async function drain(log: LogSource, keeper: LogKeeper): Promise<void> {
  for (const channel of await log.unarchived()) {
    const { version } = await keeper.load(channel, 'unknown-yet')
    const { epoch, operations } = await log.operations(channel, version, 100)
    const last = operations.at(-1)?.version ?? version
    const kept =
      operations.length === 0 || (await keeper.keep(channel, epoch, operations)) === 'kept'
    if (kept) await log.archived(channel, epoch, last)
    else await log.verify(channel)
  }
}
