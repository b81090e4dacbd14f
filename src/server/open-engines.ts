import { FolderInbox } from './engines/folder-inbox.ts'
import { openMemoryLimit } from './engines/limits.ts'
import { MemoryBroker } from './engines/memory/memory-broker.ts'
import { MemoryChallenges } from './engines/memory/memory-challenges.ts'
import { MemoryLeases } from './engines/memory/memory-leases.ts'
import { SingleLeadership } from './engines/single-leadership.ts'
import { openSqliteAccounts } from './engines/sqlite/sqlite-accounts.ts'
import { openSqliteDirectory } from './engines/sqlite/sqlite-directory.ts'
import { openSqliteStorage, type SqliteStorageOptions } from './engines/sqlite/sqlite-storage.ts'
import type { AlertEngine } from './open-alerts.ts'
import type { DeliveryEngine } from './open-delivery.ts'
import type { Accounts } from './ports/accounts.ts'
import type { Archive } from './ports/archive.ts'
import type { Broker } from './ports/broker.ts'
import type { Challenges } from './ports/challenges.ts'
import type { Directory } from './ports/directory.ts'
import type { Health } from './ports/health.ts'
import type { Inbox } from './ports/inbox.ts'
import type { Leadership } from './ports/leadership.ts'
import type { Leases } from './ports/leases.ts'
import type { Limit, LimitWish } from './ports/limit.ts'
import type { Log } from './ports/log.ts'
import type { Search } from './ports/search.ts'
import type { Logger } from './ports/telemetry.ts'

/** What is measured of a part, for `/metrics`. */
export type Gauges = Readonly<
  Record<string, { readonly help: string; readonly read: () => number }>
>

/** An engine behind every port: a set that fits together. */
export interface Engines extends AsyncDisposable {
  readonly log: Log
  readonly archive: Archive
  readonly search: Search
  readonly broker: Broker
  readonly leases: Leases
  readonly directory: Directory
  readonly accounts: Accounts
  readonly leadership: Leadership
  readonly challenges: Challenges
  readonly openLimit: (wish: LimitWish) => Limit
  /** Undefined: a database of its own in the data folder. */
  readonly alerts: AlertEngine | undefined
  /** The same. */
  readonly delivery: DeliveryEngine | undefined
  /** Of a node that is alone on its machine; null among several. */
  readonly inbox: Inbox | null
  /** Whether other nodes share it. */
  readonly isShared: boolean
  readonly health: () => Health
  readonly gauges: Gauges
}

export interface EmbeddedOptions {
  readonly dataDir: string
  readonly logger: Logger
  readonly now: () => number
  readonly onFatal: (message: string) => void
  readonly storage: Pick<SqliteStorageOptions, 'fileEveryMs' | 'hurry'> | undefined
}

/** All in one data folder and one process. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Engines> {
  const { dataDir, logger, now, onFatal } = options
  await using opening = new AsyncDisposableStack()
  const storage = opening.use(
    await openSqliteStorage({ dataDir, logger, onFatal, ...options.storage }),
  )
  const { log, archive, search } = storage
  const engines = {
    ...{ log, archive, search },
    directory: opening.use(openSqliteDirectory(dataDir, { logger })),
    accounts: opening.use(openSqliteAccounts(dataDir, { logger })),
    broker: opening.use(new MemoryBroker()),
    leases: opening.use(new MemoryLeases()),
    leadership: new SingleLeadership(),
    challenges: new MemoryChallenges(now),
    openLimit: openMemoryLimit,
    ...{ alerts: undefined, delivery: undefined },
    inbox: new FolderInbox(dataDir),
    isShared: false,
    health: () => storage.health(),
    gauges: {},
  }
  const owned = opening.move()
  return { ...engines, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}
