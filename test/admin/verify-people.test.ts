import assert from 'node:assert/strict'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { it } from 'node:test'
import { newAlertSchema } from '../../src/protocol/alerts.ts'
import { verify } from '../../src/server/engines/sqlite/admin/verify/verify.ts'
import { alertMigrations } from '../../src/server/engines/sqlite/alerts/alert-schema.ts'
import { openWritable } from '../../src/server/engines/sqlite/database.ts'
import { logMigrations } from '../../src/server/engines/sqlite/log/log-schema.ts'
import { addAdmin, temporaryFolder } from '../support/processes.ts'

it('ccr verify finds what is wrong with people, what lets them in, and their alerts', async () => {
  await using folder = await temporaryFolder()
  const data = folder.path
  await addAdmin(data)
  openWritable(path.join(data, 'log.db'), logMigrations).close()
  openWritable(path.join(data, 'alerts.db'), alertMigrations).close()
  const problems = (): readonly string[] =>
    verify({ dataDir: data, nowMs: Date.now(), onCount: () => undefined }).problems
  assert.deepEqual(problems(), [])
  {
    using db = new DatabaseSync(path.join(data, 'ccr.db'))
    db.exec(`PRAGMA foreign_keys = OFF;
      INSERT INTO user SELECT 'u2', 'No address', name, role, channels, created, seen, preferences FROM user;
      UPDATE user SET role = 'viewer';
      INSERT INTO session VALUES ('s1', 'plain', 'u2', 'Firefox', 1, 1);
      INSERT INTO session VALUES ('s2', '${'0'.repeat(64)}', 'nobody', 'Firefox', 1, 1);
      INSERT INTO passkey VALUES ('p1', 'u2', 'Key', x'01', 0, 'usb', 1, NULL);
      INSERT INTO link VALUES ('l1', '${'1'.repeat(64)}', 'lunch', NULL, 'viewer', '[]', NULL, '/', 1, 2);`)
    using alerts = new DatabaseSync(path.join(data, 'alerts.db'))
    const add = alerts.prepare(
      'INSERT INTO alert (id, owner, fields, created, since) VALUES (?, ?, ?, 1, 1)',
    )
    add.run('a1', 'u2', '{}')
    add.run('a2', 'u3', JSON.stringify(newAlertSchema.parse({ query: 'storm', name: 'Storm' })))
  }
  const found = problems()
  for (const wrong of [
    /the person u2 is not valid/,
    /no administrator/,
    /the session s1 is not valid/,
    /a session is of nobody/,
    /the passkey p1 is not valid/,
    /the link l1 is not valid/,
    /the alert a1 is not valid/,
    /the alert a2 is of nobody/,
  ])
    assert.ok(
      found.some((problem) => wrong.test(problem)),
      `${String(wrong)}: ${found.join('\n')}`,
    )
  assert.equal(found.length, 8, found.join('\n'))
})
