import { workerData } from 'node:worker_threads'
import { messageOf } from '../../../../protocol/message-of.ts'
import { alertsFile } from '../data-folder.ts'
import { openWritable } from '../database.ts'
import { guardStorage } from '../guard-storage.ts'
import { openPort, serveHandlers, type Handlers } from '../../workers/worker-host.ts'
import type { AlertCalls, AlertWorkerData } from './alert-calls.ts'
import { alertMigrations } from './alert-schema.ts'
import { AlertTable } from './alert-table.ts'
import { Matching } from '../../matching/matching.ts'
import { MentionTable } from './mention-table.ts'
import { NotificationTable } from './notification-table.ts'

/** Matches, and owns data/alerts.db: neither costs the loop that serves readers anything. */
function start({ dataDir }: AlertWorkerData): void {
  const db = openWritable(alertsFile(dataDir), alertMigrations)
  const alerts = new AlertTable(db)
  const mentions = new MentionTable(db)
  const notifications = new NotificationTable(db, mentions)
  const matching = new Matching()
  const handlers: Handlers<AlertCalls> = {
    alerts: ([ids]) => alerts.list(ids),
    add: (args) => alerts.add(...args),
    change: (args) => alerts.change(...args),
    remove: ([id]) => alerts.remove(id),
    removeOwner: ([owner]) => alerts.removeOwner(owner),
    createFeed: ([id]) => alerts.createFeed(id),
    alertOfFeed: ([secret]) => alerts.alertOfFeed(secret),
    places: () => mentions.places(),
    keep: ([places]) => mentions.keep(places),
    record: ([recordings]) => mentions.record(recordings),
    mentions: ([ask]) => mentions.list(ask),
    counts: (args) => mentions.counts(...args),
    forget: (args) => mentions.forget(...args),
    waiting: () => notifications.waiting(),
    tell: ([tellings]) => notifications.tell(tellings),
    risen: () => notifications.risen(),
    tellVolume: ([telling]) => notifications.tellVolume(telling),
    calm: ([alert]) => notifications.calm(alert),
    unhanded: ([nowMs]) => notifications.unhanded(nowMs),
    handed: ([ids]) => notifications.handed(ids),
    toldSince: ([sinceMs]) => notifications.toldSince(sinceMs),
    begin: ([keys]) => matching.begin(keys),
    listenFor: (args) => matching.listenFor(...args),
    hear: ([heard]) => matching.hear(heard),
    heardSince: (args) => matching.heardSince(...args),
    tick: ([nowMs]) => matching.tick(nowMs),
  }
  serveHandlers<AlertCalls>(
    guardStorage('alerts.db', handlers),
    () => db.close(),
    () => undefined,
  )
}

try {
  start(workerData as AlertWorkerData)
} catch (error) {
  const message = messageOf(error)
  openPort().post({ type: 'failed', message })
}
