import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { newAlertSchema } from '../../src/protocol/alerts.ts'
import { Postgres } from '../../src/server/engines/postgres/database.ts'
import { alertMigrations } from '../../src/server/engines/sqlite/alerts/alert-schema.ts'
import { openWritable } from '../../src/server/engines/sqlite/database.ts'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import {
  airingEvent,
  at,
  binEvent,
  cueEvent,
  Feeder,
  gapEvent,
  rejectLine,
  runEvent,
} from '../conformance/events.ts'
import { addAdmin, addChannel, run } from './processes.ts'

/** \`ccr migrate-storage\` to its end. */
export async function migrate(
  data: string,
  url: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<{ code: number | string; stdout: string; stderr: string }> {
  await using running = run(['migrate-storage', '--data', data, ...args], {
    CCR_DATABASE_URL: url,
    ...env,
  })
  const code = await running.ended
  return { code, stdout: running.stdout(), stderr: running.stderr() }
}

/** The same, killed after some more steps than the database has; whether the kill came in time. */
export async function migrateAndKill(
  data: string,
  url: string,
  steps: number,
  env: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  await using database = new Postgres({ url, mostConnections: 1 })
  const wanted = (await stepsIn(database)) + steps
  await using running = run(['migrate-storage', '--data', data], { CCR_DATABASE_URL: url, ...env })
  while (running.child.exitCode === null && (await stepsIn(database)) < wanted)
    await new Promise((resolve) => setTimeout(resolve, 2))
  running.child.kill('SIGKILL')
  return (await running.ended) === 'SIGKILL'
}

async function stepsIn(database: Postgres): Promise<number> {
  const there = await database.query("SELECT to_regclass('log_channel') AS oid")
  if (there.rows[0]?.['oid'] === null) return 0
  const { rows } = await database.query('SELECT coalesce(sum(version), 0) AS n FROM log_channel')
  return Number(rows[0]?.['n'])
}

/** A folder of two channels over two months, with all that there is; tokens of its administrator and of the feed of `news`. */
export async function fillFolder(data: string): Promise<{ admin: string; feed: string }> {
  const feed = await addChannel(data, 'news')
  await addChannel(data, 'sport')
  const admin = await addAdmin(data)
  {
    await using storage = await openSqliteStorage({ dataDir: data, fileEveryMs: null })
    const feeder = await Feeder.connect(storage.log)
    const october = { start: '2026-10-02T10:00:00.000Z', end: '2026-10-02T10:00:01.000Z' }
    await feeder.store(
      runEvent(1, { run: 'run-0', startedAt: october.start }),
      cueEvent(2, 1, 0, { ...october, run: 'run-0' }),
      runEvent(3),
    )
    const cues = Array.from({ length: 3998 }, (_, n) => cueEvent(n + 4, n + 1, n + 1))
    for (let n = 0; n < cues.length; n += 500) await feeder.store(...cues.slice(n, n + 500))
    await feeder.store(
      airingEvent(4002, 'old', -900_000, -890_000),
      airingEvent(4003, 'a', 0, 100),
      binEvent(4004, 10),
      binEvent(4005, 20, { data: Buffer.alloc(70_000, 'x').toString('base64') }),
    )
    await storage.settle()
    // A later decode, which is shown, a cue that comes late, and what only the log has.
    await feeder.store(
      runEvent(4006, { run: 'run-2', live: false, of: 'run-0', revision: 2 }),
      cueEvent(4007, 1, 5, { run: 'run-2', text: 'DECODED AGAIN \0 \ud800' }),
      { seq: 4008, type: 'end', run: 'run-2' },
      gapEvent(4009, 'g', 20, 30),
      airingEvent(4010, 'a', 0, 120, { title: 'Told again' }),
      rejectLine(4011),
    )
    const sport = await Feeder.connect(storage.log, 'sport')
    await sport.store(runEvent(1), cueEvent(2, 1, 3), binEvent(3, 4), airingEvent(4, 'b', 0, null))
    const other = await Feeder.connect(storage.log, 'sport', 'producer-b')
    await other.store(
      runEvent(1, { run: 'run-b', startedAt: at(60) }),
      cueEvent(2, 1, 70, { run: 'run-b' }),
    )
  }
  const db = openWritable(path.join(data, 'alerts.db'), alertMigrations)
  using people = new DatabaseSync(path.join(data, 'ccr.db'))
  const owner = String(people.prepare('SELECT id FROM user').get()?.['id'])
  const fields = newAlertSchema.parse({ query: 'storm', name: 'Storm' })
  db.prepare('INSERT INTO alert (id, owner, fields, created, since) VALUES (?, ?, ?, 1, 1)').run(
    ...(['a1', owner, JSON.stringify(fields)] as const),
  )
  db.prepare("INSERT INTO place VALUES ('news', 'epoch', 3)").run()
  db.close()
  return { admin, feed }
}
