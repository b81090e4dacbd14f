import assert from 'node:assert/strict'
import path from 'node:path'
import { it } from 'node:test'
import { newAlertSchema } from '../../src/protocol/alerts.ts'
import { alertMigrations } from '../../src/server/engines/sqlite/alerts/alert-schema.ts'
import { AlertTable } from '../../src/server/engines/sqlite/alerts/alert-table.ts'
import { MentionTable } from '../../src/server/engines/sqlite/alerts/mention-table.ts'
import { openWritable } from '../../src/server/engines/sqlite/database.ts'
import type { NewMention } from '../../src/server/ports/alerts.ts'
import { mention } from '../support/notification.ts'
import { createFolder } from './temporary.ts'

it('keeps the newest of an alert that finds without end, and of others all', async () => {
  await using folder = await createFolder()
  const db = openWritable(path.join(folder.path, 'alerts.db'), alertMigrations)
  const alerts = new AlertTable(db)
  const table = new MentionTable(db, { kept: 20, atOnce: 10 })
  const make = (query: string): string => {
    const made = alerts.add('ann', { ...newAlertSchema.parse({ query }), name: query }, 10, 0)
    assert.ok(made !== 'full')
    return made.id
  }
  const [loud, calm] = [make('storm'), make('calm')]
  const one = (alert: string, n: number): NewMention => ({
    mention: { ...mention(), alert, id: `${alert}-${n}` },
    ...{ run: 'r1', cue: n, releaseMs: 0, isTold: false, foldSinceMs: null },
  })
  for (let n = 0; n < 95; n++) {
    const mentions = n < 5 ? [one(loud, n), one(calm, n)] : [one(loud, n)]
    table.record([{ channel: 'wxyz', position: null, mentions }])
  }
  const shown = [{ channel: 'wxyz', sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER }]
  const of = (alert: string): number[] =>
    table
      .list({ alert, shown, cursor: null, limit: 200 })
      .items.map(({ id }) => Number(id.split('-')[1]))
  assert.equal(of(calm).length, 5)
  // Some at a time: never more than that beyond what is kept.
  assert.deepEqual(
    of(loud),
    Array.from({ length: 25 }, (_, n) => 94 - n),
  )
  db.close()
})
