import type { NodeRole, ScaleOut } from './config.ts'
import { openPostgresLimit } from './engines/limits.ts'
import { LogArchiver } from './engines/log-archiver.ts'
import { allParts } from './engines/postgres/all-parts.ts'
import { PostgresKeeper } from './engines/postgres/archive/keeper.ts'
import { tidyArchive } from './engines/postgres/archive/tidy.ts'
import { Postgres } from './engines/postgres/database.ts'
import { migrate } from './engines/postgres/migrations.ts'
import { openPostgresAccounts } from './engines/postgres/postgres-accounts.ts'
import { PostgresAlerts } from './engines/postgres/postgres-alerts.ts'
import { PostgresArchive } from './engines/postgres/postgres-archive.ts'
import { PostgresChallenges } from './engines/postgres/postgres-challenges.ts'
import { PostgresDelivery } from './engines/postgres/postgres-delivery.ts'
import { openPostgresDirectory } from './engines/postgres/postgres-directory.ts'
import { PostgresLeadership } from './engines/postgres/postgres-leadership.ts'
import { PostgresObjects } from './engines/postgres/postgres-objects.ts'
import { PostgresSearch } from './engines/postgres/postgres-search.ts'
import { RedisBus } from './engines/redis/bus.ts'
import { RedisConnection } from './engines/redis/connection.ts'
import { RedisBroker } from './engines/redis/redis-broker.ts'
import { RedisLeases } from './engines/redis/redis-leases.ts'
import { RedisLog } from './engines/redis/redis-log.ts'
import { S3Objects } from './engines/s3-objects.ts'
import { WorkerStanding } from './engines/worker-standing.ts'
import { isStorageDown } from '../protocol/codes.ts'
import type { Engines, Gauges } from './open-engines.ts'
import type { Accounts } from './ports/accounts.ts'
import type { Directory } from './ports/directory.ts'
import type { Health, HealthSource } from './ports/health.ts'
import type { LimitWish } from './ports/limit.ts'
import type { Logger } from './ports/telemetry.ts'

export interface SharedOptions extends ScaleOut {
  readonly roles: ReadonlySet<NodeRole>
  readonly logger: Logger
  readonly now: () => number
}

/** How often it is looked whether an hour of original bytes is over and can be put away. */
const putAwayEveryMs = 60_000

/** Makes or brings up to date all tables. Rejects with `storage-unavailable` (CcrError) while PostgreSQL is away. */
export async function migrateDatabase(url: string): Promise<void> {
  await using database = new Postgres({ url, mostConnections: 1 })
  await migrate(database, allParts)
}

/** What commands change beside running nodes. */
export interface Administration extends AsyncDisposable {
  readonly directory: Directory
  readonly accounts: Accounts
  /** Removes what a person keeps beside their account. */
  readonly removeOwner: (owner: string) => Promise<void>
}

export async function openAdministration(url: string): Promise<Administration> {
  await using opening = new AsyncDisposableStack()
  const database = opening.use(new Postgres({ url, mostConnections: 2 }))
  await migrate(database, allParts)
  const engines = {
    directory: opening.use(await openPostgresDirectory({ database, beatEveryMs: null })),
    accounts: opening.use(await openPostgresAccounts({ database, beatEveryMs: null })),
    removeOwner: async (owner: string) => {
      await new PostgresAlerts(database).removeOwner(owner)
      await new PostgresDelivery(database, Date.now).removeOwner(owner)
    },
  }
  const owned = opening.move()
  return { ...engines, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** What several nodes share: Redis, PostgreSQL, and S3 where it is set. */
export async function openShared(options: SharedOptions): Promise<Engines> {
  const { redisUrl, databaseUrl, s3, archiveEveryMs, roles, logger, now } = options
  await using opening = new AsyncDisposableStack()
  const database = opening.use(new Postgres({ url: databaseUrl, logger }))
  await migrate(database, allParts)
  // A lease that waits behind other work for a connection is lost.
  const leading = opening.use(new Postgres({ url: databaseUrl, logger, mostConnections: 2 }))
  // Many searches do not keep those who store from their connections.
  const searching = opening.use(new Postgres({ url: databaseUrl, logger, mostConnections: 4 }))
  const redis = opening.use(new RedisConnection({ url: redisUrl, logger }))
  const bus = new RedisBus(redis, logger)
  const bucket = s3 === null ? null : opening.use(new S3Objects({ ...s3, logger }))
  const objects = bucket ?? opening.use(new PostgresObjects(database))
  const keeper = new PostgresKeeper(database)
  const log = opening.use(new RedisLog({ redis, bus, keeper, logger, now }))
  const archive = opening.use(
    new PostgresArchive({
      ...{ database, objects, logger },
      forgetLog: (channel, beforeMs) => log.forget(channel, beforeMs),
    }),
  )
  const archiver = roles.has('archive')
    ? opening.use(new LogArchiver({ source: log, keeper, logger, everyMs: archiveEveryMs, now }))
    : null
  archiver?.start()
  if (archiver !== null)
    opening.use(
      repeat(putAwayEveryMs, logger, async () => {
        await tidyArchive(database, objects, now())
      }),
    )
  const standing = opening.use(new WorkerStanding(logger))
  const alerts = new PostgresAlerts(database)
  const delivery = new PostgresDelivery(database, now)
  const engines = {
    ...{ log, archive, search: opening.use(new PostgresSearch(searching)) },
    directory: opening.use(await openPostgresDirectory({ database, logger, now })),
    accounts: opening.use(await openPostgresAccounts({ database, logger, now })),
    broker: opening.use(new RedisBroker(bus)),
    leases: opening.use(new RedisLeases({ redis, bus })),
    leadership: new PostgresLeadership({ database: leading, logger }),
    challenges: new PostgresChallenges(database, now),
    openLimit: (wish: LimitWish) => openPostgresLimit(database, wish),
    alerts: {
      ...{ store: alerts, standing, news: alerts, isMade: () => true },
      past: (channel: string, after: number, to: number, limit: number) =>
        archive.said(channel, { after, to, limit }, now()),
    },
    delivery: { store: delivery, outbox: delivery.outbox, news: delivery, isMade: () => true },
    inbox: null,
    isShared: true,
    health: () => healthOf(roles, redis, [database, archive, bucket, archiver]),
    gauges: gaugesOf(redis, archiver),
  }
  const owned = opening.move()
  return { ...engines, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/**
 * Without Redis nothing is received and nothing is live; without the others, live goes on, and a node that says it is not
 * ready would only send its viewers to another that is no better off.
 */
function healthOf(
  roles: ReadonlySet<NodeRole>,
  redis: HealthSource,
  others: readonly (HealthSource | null)[],
): Health {
  const { ok, problems } = redis.health()
  const isNeeded = roles.has('ingest') || roles.has('live')
  const more = others.flatMap((source) => source?.health().problems ?? [])
  return { ok: ok || !isNeeded, problems: [...problems, ...more] }
}

function gaugesOf(redis: RedisConnection, archiver: LogArchiver | null): Gauges {
  const shared: Gauges = {
    redis_memory_bytes: {
      help: 'Memory of the fullest server of Redis',
      read: () => redis.memory.usedBytes,
    },
    redis_ready: { help: '1 while Redis answers', read: () => Number(redis.health().ok) },
  }
  if (archiver === null) return shared
  return {
    ...shared,
    archive_lag_seconds: {
      help: 'How long something has waited that should have been archived',
      read: () => archiver.lagSeconds(),
    },
    archive_operations: { help: 'Appends moved into PostgreSQL', read: () => archiver.moved },
  }
}

function repeat(everyMs: number, logger: Logger, work: () => Promise<void>): AsyncDisposable {
  let working: Promise<void> | undefined
  const timer = setInterval(() => {
    working ??= work()
      .catch((error: unknown) => {
        // What does not answer tells of itself.
        if (!isStorageDown(error)) logger.error({ err: error }, 'original bytes are not put away')
      })
      .finally(() => (working = undefined))
  }, everyMs)
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer)
      await working
    },
  }
}
