import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PostgresAlerts } from '../../../src/server/engines/postgres/postgres-alerts.ts'
import { alertTables } from '../../../src/server/engines/postgres/alerts/alert-tables.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { leaderTables } from '../../../src/server/engines/postgres/leadership/leader-tables.ts'
import { migrate } from '../../../src/server/engines/postgres/migrations.ts'
import type { AlertLedger } from '../../../src/server/ports/alerts.ts'
import { found, make, telling, type AlertSubject } from '../../conformance/alert-records.ts'
import { alertsConformance } from '../../conformance/alerts.conformance.ts'
import { alertsTellingConformance } from '../../conformance/alerts-telling.conformance.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'
import { until } from '../../support/processes.ts'

let server: TestPostgres
let url: string
before(async () => {
  if (withoutPostgres !== false) return
  server = await startPostgres()
  url = await server.newDatabase()
  await using database = new Postgres({ url })
  await migrate(database, [leaderTables, alertTables])
})
after(() => withoutPostgres === false && server[Symbol.asyncDispose]())

/** Two nodes; the first leads. */
async function open(): Promise<AlertSubject & { readonly database: Postgres }> {
  const opening = new AsyncDisposableStack()
  const [one, two] = [opening.use(new Postgres({ url })), opening.use(new Postgres({ url }))]
  await one.query('TRUNCATE leader, alert, alert_place, mention, notification')
  await one.query("INSERT INTO leader VALUES ('alerts', 5, 'infinity')")
  const [store, other] = [new PostgresAlerts(one), new PostgresAlerts(two)]
  return {
    ...{ store, other, ledger: store.ledger(5), database: one },
    [Symbol.asyncDispose]: () => opening.disposeAsync(),
  }
}

describe('on PostgreSQL', { skip: withoutPostgres }, () => {
  alertsConformance('postgres', open)
  alertsTellingConformance('postgres', open)

  it('refuses whatever a leader writes whose term is over', async () => {
    await using subject = await open()
    const { store, ledger, database } = subject
    const alert = await make(store)
    await ledger.record([{ channel: 'wxyz', position: null, mentions: [found(alert.id, 1)] }])
    await database.query('UPDATE leader SET term = 6')
    const shown = { alert, restated: '', shown: [], news: null as never, most: 1 }
    const late: Readonly<Record<string, () => Promise<void>>> = {
      keep: () => ledger.keep([['wxyz', { epoch: 'e', seq: 1 }]]),
      record: () =>
        ledger.record([{ channel: 'wxyz', position: null, mentions: [found(alert.id, 2)] }]),
      tell: () => ledger.tell([telling(alert)]),
      tellVolume: () => ledger.tellVolume({ ...shown, fromMs: 0, nowMs: 0, dueMs: 0 }),
      calm: () => ledger.calm(alert.id),
      handed: () => ledger.handed(['n']),
      forget: () => ledger.forget('wxyz', { before: '2027-01-01T00:00:00.000Z' }),
    } satisfies Partial<Record<keyof AlertLedger, unknown>>
    for (const [name, call] of Object.entries(late))
      await assert.rejects(call(), { code: 'fenced' }, name)
    const next = store.ledger(6)
    assert.equal((await next.waiting())[0]?.count, 1, 'nothing of it was done')
    assert.equal(await next.places(), null)
    assert.deepEqual((await next.unhanded(Number.MAX_SAFE_INTEGER)).due, [])
  })

  it('leaves nothing of an alert that is removed while something is recorded for it', async () => {
    await using subject = await open()
    const { store, other, ledger, database } = subject
    for (let round = 0; round < 5; round++) {
      const { id } = await make(store)
      const mentions = Array.from({ length: 20 }, (_, n) => found(id, n))
      await Promise.all([
        ledger.record([{ channel: 'wxyz', position: null, mentions }]),
        other.remove(id),
      ])
    }
    const { rows } = await database.query('SELECT count(*) AS n FROM mention')
    assert.deepEqual(rows, [{ n: 0 }])
  })

  it('tells every node what another has made, changed and removed', async () => {
    await using subject = await open()
    const { store, other } = subject
    const heard: (readonly string[] | null)[] = []
    const ended = new AbortController()
    assert.ok(other instanceof PostgresAlerts)
    other.onChange((ids) => heard.push(ids), ended.signal)
    await until('it listens', () => heard.length > 0)
    const { id, ...fields } = await make(store)
    await store.change(id, fields, null)
    await store.remove(id)
    await until('three changes', () => heard.filter((ids) => ids?.[0] === id).length === 3)
    ended.abort()
  })

  it('keeps the newest of an alert that finds without end, and of others all', async () => {
    await using subject = await open()
    const { store, database } = subject
    const ledger = new PostgresAlerts(database, { kept: 20, atOnce: 10 }).ledger(5)
    const [loud, calm] = [(await make(store)).id, (await make(store, 'calm')).id]
    for (let n = 0; n < 95; n++) {
      const mentions = n < 5 ? [found(loud, n), found(calm, n)] : [found(loud, n)]
      await ledger.record([{ channel: 'wxyz', position: null, mentions }])
    }
    const shown = [{ channel: 'wxyz', sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER }]
    const of = async (alert: string): Promise<number[]> =>
      (await store.mentions({ alert, shown, cursor: null, limit: 200 })).items.map(({ id }) =>
        Number(id.split('-')[1]),
      )
    assert.equal((await of(calm)).length, 5)
    assert.deepEqual(
      await of(loud),
      Array.from({ length: 25 }, (_, n) => 94 - n),
    )
  })
})
