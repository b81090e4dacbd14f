import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { newAlertSchema, type Alert } from '../../src/protocol/alerts.ts'
import { MemoryLog } from '../../src/server/engines/memory/memory-log.ts'
import { Postgres } from '../../src/server/engines/postgres/database.ts'
import { migrate } from '../../src/server/engines/postgres/migrations.ts'
import { cueEvent, Feeder, runEvent } from '../conformance/events.ts'
import { silent } from '../support/alert-rig.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../support/database.ts'
import { openNode, sharedTables, type AlertNode } from '../support/leaders/open-node.ts'
import { until } from '../support/processes.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'

const ann = { id: 'ann', email: 'ann@reader.example' }

describe('alerts of several nodes', { skip: withoutPostgres }, () => {
  let server: TestPostgres
  let url: string
  let log: MemoryLog
  let feeder: Feeder
  let cues: number
  before(async () => {
    server = await startPostgres()
  })
  after(() => server[Symbol.asyncDispose]())
  beforeEach(async () => {
    url = await server.newDatabase()
    await using database = new Postgres({ url })
    await migrate(database, sharedTables)
    log = new MemoryLog()
    feeder = await Feeder.connect(log, 'news')
    await feeder.store(runEvent(1, { startedAt: new Date().toISOString() }))
    cues = 0
  })

  const open = (leaseMs: number | null, newsAfter?: Promise<unknown>): Promise<AlertNode> =>
    openNode({ url, log, channels: ['news'], logger: silent, leaseMs, newsAfter })

  /** `hears`: those to whom it is announced. */
  async function say(text: string, ...hears: readonly AlertNode[]): Promise<void> {
    const at = new Date().toISOString()
    const entries = await feeder.store(cueEvent(++cues + 1, cues, 0, { start: at, end: at, text }))
    for (const { alerts } of hears)
      alerts.service.take({ type: 'entries', channel: 'news', entries })
  }

  async function make(node: AlertNode, query: string, hook: Receiver): Promise<Alert> {
    const wish = { kind: 'webhook', name: 'Hook', url: hook.url } as const
    const { destination } = await node.delivery.destinations.create(ann, wish)
    const fields = { query, destinations: [destination.id], foldRepeats: false }
    return await node.alerts.service.create('ann', newAlertSchema.parse(fields))
  }

  /** For alerts, on the channel that there is. */
  async function somebodyHears(): Promise<void> {
    await using database = new Postgres({ url })
    await until('somebody hears', async () => {
      return (await database.query('SELECT FROM alert_place')).rowCount === 2
    })
  }

  const told = ({ requests }: Receiver): string[] =>
    requests.flatMap(({ body }) => {
      const { data } = JSON.parse(body) as { data: { mentions: readonly { text: string }[] } }
      return data.mentions.map(({ text }) => text)
    })

  it('what is asked for on one is heard and told by the one that leads, once, and changed on any', async () => {
    await using hook = await startReceiver()
    await using leader = await open(5000)
    await using other = await open(null)
    const nodes = [leader, other]
    const knows = (node: AlertNode, isSo: (alert: Alert) => boolean): Promise<void> =>
      until('the other knows', () =>
        node.alerts.service.exportOf('ann').some((alert) => isSo(alert)),
      )
    const alert = await make(other, 'otter', hook)
    await somebodyHears()
    await say('AN OTTER SWIMS', ...nodes)
    await hook.request(1)
    await other.alerts.service.change(alert, { query: 'badger' })
    await knows(leader, ({ query }) => query === 'badger')
    await say('AN OTTER EATS', ...nodes)
    await say('A BADGER DIGS', ...nodes)
    await hook.request(2)
    assert.deepEqual(told(hook), ['AN OTTER SWIMS', 'A BADGER DIGS'])
    const { items } = await leader.alerts.service.mentions(alert, null, 10)
    assert.equal(items.length, 2)
    await leader.alerts.service.remove(alert)
    await until('it is gone', () => other.alerts.service.exportOf('ann').length === 0)
    assert.throws(() => other.alerts.service.get(alert.id, 'ann'), { code: 'not-found' })
  })

  it('hears for an alert that was made, or changed, on another before it was told of it', async () => {
    await using hook = await startReceiver()
    const news = Promise.withResolvers<undefined>()
    await using leader = await open(5000, news.promise)
    await using other = await open(null)
    const known = await make(leader, 'badger', hook)
    const changed = await make(leader, 'weasel', hook)
    await until('the other knows', () => other.alerts.service.exportOf('ann').length === 2)
    await somebodyHears()
    await say('AN OTTER, A STOAT AND A BADGER BEFORE', leader)
    await until('it is told', () => told(hook).includes('AN OTTER, A STOAT AND A BADGER BEFORE'))
    const before = told(hook).length
    // Of the second, another alert waits for the same.
    const late = [await make(other, 'otter', hook), await make(other, 'badger', hook)]
    await other.alerts.service.change(changed, { query: 'stoat' })
    const said = 'AN OTTER MEETS A BADGER AND A STOAT'
    await say(said, leader)
    await until('it was heard', () => told(hook).length === before + 1)
    news.resolve(undefined)
    await until('all are told', () => told(hook).length >= before + 4)
    await say('THE STOAT, THE BADGER, THE OTTER', leader)
    await until('all are told again', () => told(hook).length >= before + 8)
    assert.deepEqual(told(hook).slice(before), [
      ...Array<string>(4).fill(said),
      ...Array<string>(4).fill('THE STOAT, THE BADGER, THE OTTER'),
    ])
    for (const alert of [...late, changed]) {
      const { items } = await leader.alerts.service.mentions(alert, null, 10)
      assert.deepEqual(
        items.map(({ text }) => text),
        ['THE STOAT, THE BADGER, THE OTTER', said],
      )
    }
    const { items } = await leader.alerts.service.mentions(known, null, 100)
    assert.equal(items.filter(({ text }) => text === said).length, 1)
  })

  it('hears for the first alert of all from when it was made on another', async () => {
    await using hook = await startReceiver()
    const news = Promise.withResolvers<undefined>()
    await using leader = await open(5000, news.promise)
    await using other = await open(null)
    await say('AN OTTER BEFORE', leader)
    await make(other, 'otter', hook)
    await say('THE FIRST OTTER', leader)
    news.resolve(undefined)
    await until('it is told', () => told(hook).length > 0)
    await say('THE SECOND OTTER', leader)
    await until('the second is told', () => told(hook).includes('THE SECOND OTTER'))
    assert.deepEqual(told(hook), ['THE FIRST OTTER', 'THE SECOND OTTER'])
  })

  it('who takes over goes on where the other was, misses nothing and tells nothing twice', async () => {
    await using hook = await startReceiver()
    const one = await open(5000)
    await using two = await open(5000)
    await make(one, 'otter', hook)
    await say('OTTER ONE', one, two)
    await hook.request(1)
    await one[Symbol.asyncDispose]()
    // Nobody is told of it.
    await say('OTTER TWO')
    await until('the second is told', () => told(hook).includes('OTTER TWO'))
    await say('OTTER THREE', two)
    await until('the third is told', () => told(hook).includes('OTTER THREE'))
    assert.deepEqual(told(hook), ['OTTER ONE', 'OTTER TWO', 'OTTER THREE'])
  })

  it('what is sent to try a destination goes out, whichever node is asked', async () => {
    await using hook = await startReceiver()
    await using leader = await open(5000)
    await using other = await open(null)
    const wish = { kind: 'webhook', name: 'Hook', url: hook.url } as const
    const { destination } = await other.delivery.destinations.create(ann, wish)
    const { key } = await other.delivery.destinations.test('ann', destination.id)
    const { headers } = await hook.request(1)
    assert.equal(headers['webhook-id'], key)
    const ask = { owner: 'ann', state: null, before: null, limit: 9 }
    await until(
      'it is known on both',
      async () => (await leader.delivery.store.deliveries(ask))[0]?.state === 'sent',
    )
  })
})
