import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { PostgresDelivery } from '../../../src/server/engines/postgres/postgres-delivery.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { deliveryTables } from '../../../src/server/engines/postgres/delivery/delivery-tables.ts'
import { leaderTables } from '../../../src/server/engines/postgres/leadership/leader-tables.ts'
import { migrate } from '../../../src/server/engines/postgres/migrations.ts'
import {
  destination,
  due,
  noon,
  send,
  type DeliverySubject,
} from '../../conformance/delivery-records.ts'
import { deliveryConformance } from '../../conformance/delivery.conformance.ts'
import { deliveryQueueConformance } from '../../conformance/delivery-queue.conformance.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'
import { until } from '../../support/processes.ts'

let server: TestPostgres
let url: string
before(async () => {
  if (withoutPostgres !== false) return
  server = await startPostgres()
  url = await server.newDatabase()
  await using database = new Postgres({ url })
  await migrate(database, [leaderTables, deliveryTables])
})
after(() => withoutPostgres === false && server[Symbol.asyncDispose]())

/** Two nodes; the first leads. */
async function open(): Promise<
  DeliverySubject & { readonly database: Postgres; readonly other: PostgresDelivery }
> {
  const opening = new AsyncDisposableStack()
  const [one, two] = [opening.use(new Postgres({ url })), opening.use(new Postgres({ url }))]
  await one.query(
    'TRUNCATE leader, outbox, destination, delivery, delivery_attempt, delivery_stop, delivery_tally, delivery_blocked, delivery_secret',
  )
  await one.query("INSERT INTO leader VALUES ('delivery', 5, 'infinity')")
  const now = (): number => subject.nowMs
  const [store, other] = [new PostgresDelivery(one, now), new PostgresDelivery(two, now)]
  const subject = {
    ...{ store, other, output: store.output(5), outbox: store.outbox, nowMs: noon, database: one },
    [Symbol.asyncDispose]: () => opening.disposeAsync(),
  }
  return subject
}

describe('on PostgreSQL', { skip: withoutPostgres }, () => {
  deliveryConformance('postgres', open)
  deliveryQueueConformance('postgres', open)

  it('gives a sender whose term is over nothing to send, and takes no word of it', async () => {
    await using subject = await open()
    const { store, output, database } = subject
    await store.addDestination(destination('one'), 20)
    await send(store, 'one', 'n1')
    const [job] = await due(output)
    assert.ok(job !== undefined)
    await database.query('UPDATE leader SET term = 6')
    await assert.rejects(due(output), { code: 'fenced' })
    const verdict = { verdict: 'disable', problem: 'it is gone' } as const
    const late = { delivery: job.delivery, at: noon, ms: 1, verdict }
    await assert.rejects(output.settle(late), { code: 'fenced' })
    const [again] = await due(store.output(6))
    assert.deepEqual(again, job)
    // What it hands over late is taken once, and what it counts is at most one too many.
    await send(store, 'one', 'n1')
    assert.equal(
      (await store.deliveries({ owner: null, state: null, before: null, limit: 9 })).length,
      1,
    )
  })

  it('tells whoever sends what another node has added, or lets go again', async () => {
    await using subject = await open()
    const { store, other, output } = subject
    let told = 0
    const ended = new AbortController()
    other.onDue(() => told++, ended.signal)
    await until('it listens', () => told > 0)
    const heard = async (what: string, change: () => Promise<unknown>): Promise<void> => {
      const before = told
      await change()
      await until(what, () => told > before)
    }
    await store.addDestination(destination('one'), 20)
    await heard('added', () => send(store, 'one', 'n1'))
    const [job] = await due(output)
    const dead = { verdict: 'dead', problem: 'no' } as const
    await output.settle({ delivery: job?.delivery ?? 0, at: noon, ms: 1, verdict: dead })
    await heard('replayed', () => store.replay(job?.delivery ?? 0, 'ada', noon))
    await heard('changed', () => store.changeDestination('one', { name: 'Other' }))
    ended.abort()
  })
})
