import type { Archive } from '../../ports/archive.ts'
import type { Health, HealthSource } from '../../ports/health.ts'
import type { Log } from '../../ports/log.ts'
import type { Search } from '../../ports/search.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { SqliteArchive } from './sqlite-archive.ts'
import { SqliteFiler, type Hurry } from './sqlite-filer.ts'
import { SqliteLog } from './sqlite-log.ts'
import { SqliteSearch } from './sqlite-search.ts'
import { createFolder } from './data-folder.ts'
import type { LogCalls } from './log/log-calls.ts'
import { openArchiveReaders } from './volumes/archive-readers.ts'
import { TroubleBoard } from './volumes/trouble-board.ts'
import { WorkerClient } from '../workers/worker-client.ts'

export interface SqliteStorageOptions {
  /** Made, for its owner alone, when it does not exist. */
  readonly dataDir: string
  readonly now?: (() => number) | undefined
  readonly logger?: Logger | undefined
  /** Called once when the storage is lost, with what an operator has to do; nothing is stored from then on. */
  readonly onFatal?: ((message: string) => void) | undefined
  /** How often the filer looks for work; default 2 s, null = only when told. */
  readonly fileEveryMs?: number | null | undefined
  readonly hurry?: Hurry | undefined
  /** Opens the seams that tests break things with. */
  readonly testing?: boolean | undefined
}

/** The embedded storage as a whole: log, archive and the filer between them, on one data folder. */
export interface SqliteStorage extends AsyncDisposable, HealthSource {
  readonly log: Log & HealthSource
  readonly archive: Archive
  readonly search: Search
  /** Moves what is due to leave the log, as the timer does. */
  readonly file: () => Promise<void>
  /** Moves everything that can leave the log now. */
  readonly settle: () => Promise<void>
  /** Test seam: breaks the log's worker. */
  readonly fault: (fault: LogCalls['fault'][0]) => Promise<null>
}

/** Rejects with one sentence when the folder is in use, damaged, or of a newer program. */
export async function openSqliteStorage(options: SqliteStorageOptions): Promise<SqliteStorage> {
  const { dataDir, logger, fileEveryMs = 2000, testing = false, hurry } = options
  let isLost = false
  const onFatal = (message: string): void => {
    if (isLost) return
    isLost = true
    options.onFatal?.(message)
  }
  const clock = options.now ?? Date.now
  const now = (): number => Math.floor(clock())
  createFolder(dataDir)
  await using opening = new AsyncDisposableStack()
  const writer = opening.use(
    await WorkerClient.open<LogCalls>({
      entry: new URL('./log/log-worker.ts', import.meta.url),
      data: { dataDir, testing },
      title: 'log writer',
      logger,
      onFatal,
    }),
  )
  const board = new TroubleBoard(logger)
  const [filer, readers, search] = await useAll(opening, [
    SqliteFiler.open({ dataDir, writer, now, logger, onFatal, everyMs: fileEveryMs, hurry }),
    // After the filer, so that they leave before it: the last to leave writes a database's log back.
    openArchiveReaders({ dataDir, logger, onFatal, board }),
    SqliteSearch.open({ dataDir, logger, onFatal, board }),
  ])
  const log = new SqliteLog(writer, readers, now)
  const archive = new SqliteArchive(readers, log, (...given) => filer.forget(...given), logger)
  const owned = opening.move()
  return {
    log,
    archive,
    search,
    file: () => filer.file(),
    settle: () => filer.settle(),
    fault: (fault) => writer.call('fault', fault),
    health: (): Health => {
      const parts = [log.health(), archive.health(), search.health(), filer.health()]
      return {
        ok: parts.every(({ ok }) => ok),
        problems: [...new Set(parts.flatMap(({ problems }) => problems))],
      }
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Waits for all at once, as each takes a while to start; what has opened is closed with the stack when another has not. */
async function useAll<T extends readonly AsyncDisposable[]>(
  stack: AsyncDisposableStack,
  opened: { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  for (const one of await Promise.allSettled(opened))
    if (one.status === 'fulfilled') stack.use(one.value)
  return await Promise.all(opened)
}
