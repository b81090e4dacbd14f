import { ada } from './delivery.ts'
import { newAlertSchema } from '../../src/protocol/alerts.ts'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { openAlerts } from '../../src/server/open-alerts.ts'
import { openDelivery } from '../../src/server/open-delivery.ts'
import { channelRecord } from '../conformance/directory.conformance.ts'
import { cueEvent, Feeder, runEvent } from '../conformance/events.ts'

/**
 * A process that stores, matches, tells and delivers, to be killed: DATA_DIR and HOOK say whence and whither. With SAY it
 * makes the channel, the alert QUERY on it, and says that; without, it takes up what is there, and goes on until it is ended.
 */
const { DATA_DIR: dataDir = '', HOOK: url = '', SAY = '', QUERY = '' } = process.env
const now = Date.now
const quiet = (): void => undefined
const logger = { debug: quiet, info: quiet, warn: quiet, error: quiet }
const storage = await openSqliteStorage({ dataDir, now, fileEveryMs: null })
const directory = openSqliteDirectory(dataDir, { pollEveryMs: null })
const delivery = openDelivery({
  ...{ dataDir, now, random: Math.random, version: '0.0.0', logger, mail: null },
  ...{ webhookAllowPrivate: true, site: () => 'https://captions.example' },
  person: (id) => (id === ada.id ? ada : undefined),
})
const { log, archive } = storage
const alerts = openAlerts({
  ...{ dataDir, log, archive, directory, logger, now, queue: delivery.queue },
  searches: { counts: () => Promise.resolve(null), monitored: () => Promise.resolve(null) },
  airing: () => null,
  readerOf: (owner) => (owner === ada.id ? { kind: 'user', channels: [] } : undefined),
  destinationsOf: async (owner) => (await delivery.destinations.list(owner)).map(({ id }) => id),
})
delivery.start()
await alerts.start()
if (SAY !== '') {
  await directory.createChannel(channelRecord('news'))
  const hook = { kind: 'webhook', name: 'Hook', url } as const
  const { destination } = await delivery.destinations.create(ada, hook)
  const wish = { query: QUERY, destinations: [destination.id] }
  await alerts.service.create(ada.id, newAlertSchema.parse(wish))
  const feeder = await Feeder.connect(log, 'news')
  const at = new Date().toISOString()
  const entries = await feeder.store(
    runEvent(1, { startedAt: at }),
    cueEvent(2, 1, 0, { start: at, end: at, text: SAY }),
  )
  alerts.service.take({ type: 'entries', channel: 'news', entries })
}
setInterval(() => undefined, 60_000)
