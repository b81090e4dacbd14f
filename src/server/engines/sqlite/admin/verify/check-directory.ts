import type { DatabaseSync } from 'node:sqlite'
import { channelFieldsSchema } from '../../../../../protocol/api.ts'
import { channelIdSchema } from '../../../../../protocol/events.ts'
import { json, text } from '../../../rules/columns.ts'
import { restoreIt, type Findings } from './findings.ts'

/** Holds what administrators have decided against its shapes. */
export function checkDirectory(db: DatabaseSync, findings: Findings): void {
  for (const row of db.prepare('SELECT * FROM channel').iterate()) {
    const id = text(row, 'id')
    if (
      !channelIdSchema.safeParse(id).success ||
      !channelFieldsSchema.safeParse(json(row, 'value')).success
    )
      findings.problem(
        `ccr.db: the channel ${id} is not valid; ccr channel edit ${id} with the right fields, or ${restoreIt}.`,
      )
  }
  for (const row of db.prepare('SELECT id, hash, scope FROM token').iterate()) {
    findings.count('tokens')
    const scope = json(row, 'scope')
    const isKnown =
      scope === 'read' ||
      scope === 'admin' ||
      scope === 'own' ||
      (typeof scope === 'object' && scope !== null && 'feed' in scope)
    if (!isKnown || !/^[0-9a-f]{64}$/.test(text(row, 'hash')))
      findings.problem(
        `ccr.db: the token ${text(row, 'id')} is not valid; revoke it (ccr token revoke) and make another.`,
      )
  }
}
