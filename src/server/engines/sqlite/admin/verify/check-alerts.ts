import type { DatabaseSync } from 'node:sqlite'
import { alertFieldsSchema, notificationSchema } from '../../../../../protocol/alerts.ts'
import { json, text } from '../../../rules/columns.ts'
import { restoreIt, type Findings } from './findings.ts'

/** Holds alerts, and what is to be told of them, against their shapes. `people`: whom there are; undefined = unknown. */
export function checkAlerts(
  db: DatabaseSync,
  people: ReadonlySet<string> | undefined,
  findings: Findings,
): void {
  for (const row of db.prepare('SELECT id, owner, fields FROM alert').iterate()) {
    findings.count('alerts')
    if (!alertFieldsSchema.safeParse(json(row, 'fields')).success)
      findings.problem(
        `alerts.db: the alert ${text(row, 'id')} is not valid; its owner removes it and makes another, or ${restoreIt}.`,
      )
    if (people !== undefined && !people.has(text(row, 'owner')))
      findings.problem(
        `alerts.db: the alert ${text(row, 'id')} is of nobody who is there; start ccr serve once, which removes it.`,
      )
  }
  const unhanded = 'SELECT id, value FROM notification WHERE value IS NOT NULL'
  for (const row of db.prepare(unhanded).iterate())
    if (!notificationSchema.safeParse(json(row, 'value')).success)
      findings.problem(
        `alerts.db: the notification ${text(row, 'id')} is not valid and waits to be sent; ${restoreIt}.`,
      )
  const lost = `SELECT id FROM mention AS one WHERE NOT EXISTS (SELECT 1 FROM alert WHERE alert.id = one.alert)
    OR (head IS NOT NULL AND NOT EXISTS (SELECT 1 FROM mention WHERE mention.id = one.head))`
  for (const row of db.prepare(lost).iterate())
    findings.problem(
      `alerts.db: the mention ${text(row, 'id')} is of no alert, or repeats one that is gone; ${restoreIt}.`,
    )
}
