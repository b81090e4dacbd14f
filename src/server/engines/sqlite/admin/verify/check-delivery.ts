import type { DatabaseSync } from 'node:sqlite'
import { destinationSettingsSchema, notificationSchema } from '../../../../../protocol/alerts.ts'
import { integer, json, text } from '../../../rules/columns.ts'
import { restoreIt, type Findings } from './findings.ts'

/** Holds destinations and what is sent to them against their shapes. */
export function checkDelivery(db: DatabaseSync, findings: Findings): void {
  for (const row of db.prepare('SELECT id, settings FROM destination').iterate()) {
    findings.count('destinations')
    if (!destinationSettingsSchema.safeParse(json(row, 'settings')).success)
      findings.problem(
        `delivery.db: the destination ${text(row, 'id')} is not valid; its owner removes it and makes another, or ${restoreIt}.`,
      )
  }
  const waiting = `SELECT delivery.id, notification, destination.next FROM delivery
    LEFT JOIN destination ON destination.id = delivery.destination WHERE delivery.state = 'waiting'`
  for (const row of db.prepare(waiting).iterate()) {
    findings.count('waiting notifications')
    if (!notificationSchema.safeParse(json(row, 'notification')).success)
      findings.problem(
        `delivery.db: the delivery ${integer(row, 'id')} is not valid and waits to be sent; ${restoreIt}.`,
      )
    if (row['next'] === null)
      findings.problem(
        `delivery.db: the delivery ${integer(row, 'id')} waits and is never tried; ${restoreIt}.`,
      )
  }
}
