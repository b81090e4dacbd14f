import { MemoryArchive } from '../../../src/server/engines/memory/memory-archive.ts'
import { MemoryDirectory } from '../../../src/server/engines/memory/memory-directory.ts'
import { MemoryLog } from '../../../src/server/engines/memory/memory-log.ts'
import { PostgresAlerts } from '../../../src/server/engines/postgres/postgres-alerts.ts'
import { PostgresDelivery } from '../../../src/server/engines/postgres/postgres-delivery.ts'
import { PostgresLeadership } from '../../../src/server/engines/postgres/postgres-leadership.ts'
import { alertTables } from '../../../src/server/engines/postgres/alerts/alert-tables.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { deliveryTables } from '../../../src/server/engines/postgres/delivery/delivery-tables.ts'
import { leaderTables } from '../../../src/server/engines/postgres/leadership/leader-tables.ts'
import { WorkerStanding } from '../../../src/server/engines/worker-standing.ts'
import { openAlerts, type Alerts } from '../../../src/server/open-alerts.ts'
import { openDelivery, type Delivery } from '../../../src/server/open-delivery.ts'
import type { AlertNews } from '../../../src/server/ports/alerts.ts'
import type { Log } from '../../../src/server/ports/log.ts'
import type { Logger } from '../../../src/server/ports/telemetry.ts'
import { channelRecord } from '../../conformance/directory.conformance.ts'

export const sharedTables = [leaderTables, alertTables, deliveryTables]

export interface NodeOptions {
  readonly url: string
  readonly log: Pick<Log, 'read' | 'tip'>
  readonly channels: readonly string[]
  readonly logger: Logger
  /** null = it never leads. */
  readonly leaseMs: number | null
  /** What is changed on other nodes is heard here after this only; default at once. */
  readonly newsAfter?: Promise<unknown> | undefined
}

export interface AlertNode extends AsyncDisposable {
  readonly alerts: Alerts
  readonly delivery: Delivery
}

/** Alerts and deliveries of one node of several on one PostgreSQL. */
export async function openNode({
  url,
  log,
  channels,
  logger,
  leaseMs,
  newsAfter = Promise.resolve(),
}: NodeOptions): Promise<AlertNode> {
  await using opening = new AsyncDisposableStack()
  const database = opening.use(new Postgres({ url }))
  const leading = opening.use(new Postgres({ url, mostConnections: 2 }))
  const leadership =
    leaseMs === null ? null : new PostgresLeadership({ database: leading, logger, leaseMs })
  const now = Date.now
  const outgoing = new PostgresDelivery(database, now)
  const isMade = (): boolean => true
  const delivery = opening.use(
    openDelivery({
      ...{ dataDir: '', logger, now, random: Math.random, mail: null, version: '0.0.0' },
      ...{ webhookAllowPrivate: true, site: () => 'https://captions.example', leadership },
      person: (id) => ({ id, email: `${id}@reader.example`, language: null }),
      engine: { store: outgoing, outbox: outgoing.outbox, news: outgoing, isMade },
    }),
  )
  const directory = new MemoryDirectory()
  for (const channel of channels) await directory.createChannel(channelRecord(channel))
  const store = new PostgresAlerts(database)
  const standing = opening.use(new WorkerStanding(logger))
  const none = (): Promise<null> => Promise.resolve(null)
  const alerts = opening.use(
    openAlerts({
      ...{ dataDir: '', log, archive: new MemoryArchive(new MemoryLog()), directory, logger, now },
      ...{ searches: { counts: none, monitored: none }, airing: () => null, leadership },
      ...{ readerOf: () => ({ kind: 'user', channels: [] }), queue: delivery.queue, tickMs: 200 },
      destinationsOf: async (owner) =>
        (await delivery.destinations.list(owner)).map(({ id }) => id),
      engine: { store, standing, news: lateNews(store, newsAfter), past: null, isMade },
    }),
  )
  delivery.start()
  await alerts.start()
  const owned = opening.move()
  return { alerts, delivery, [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

function lateNews(news: AlertNews, after: Promise<unknown>): AlertNews {
  return {
    onChange: (listener, signal) =>
      news.onChange((ids) => void after.then(() => listener(ids)), signal),
  }
}
