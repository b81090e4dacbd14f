import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Notification } from '../../src/protocol/alerts.ts'
import type { Cue } from '../../src/protocol/api.ts'
import type { Position } from '../../src/protocol/position.ts'
import { startCluster, withoutCluster, type Cluster } from '../support/nodes/cluster.ts'
import { Feed } from '../support/feed.ts'
import { Tuner, Viewer } from '../support/live.ts'
import { run, until, type Server } from '../support/processes.ts'
import { startReceiver } from '../support/receiver.ts'

interface List {
  readonly items: readonly Cue[]
}

async function get<T>(node: Server, path: string): Promise<T> {
  const answer = await fetch(`${node.url}${path}`)
  assert.equal(answer.status, 200, path)
  return (await answer.json()) as T
}

describe('several nodes', { skip: withoutCluster }, () => {
  let cluster: Cluster
  let one: Server
  let two: Server
  before(async () => {
    cluster = await startCluster({ nodes: [{}, {}] })
    ;[one, two] = cluster.nodes as [Server, Server]
  })
  after(() => cluster[Symbol.asyncDispose]())

  it('show on one what is fed to another, live and in lists', async () => {
    const tuner = new Tuner(one, 'shared', await cluster.addChannel('shared'))
    using viewer = new Viewer(() => two.url)
    await tuner.open()
    viewer.follow('shared')
    await viewer.hasOpened()
    tuner.draft('HELLO FR')
    await until('the draft is seen', () =>
      viewer.events.some((event) => event.type === 'draft' && event.text === 'HELLO FR'),
    )
    await tuner.cue('HELLO FROM ONE')
    await viewer.sees('HELLO FROM ONE')
    // `cue` resolves when it is stored: it is in every list from then on.
    const { items } = await get<List>(two, '/api/v1/channels/shared/cues')
    assert.deepEqual(
      items.map(({ text }) => text),
      ['HELLO FROM ONE'],
    )
    const { state } = await get<{ state: string }>(two, '/api/v1/channels/shared')
    assert.equal(state, 'live')
    await tuner.close()
  })

  it('lets a producer and a viewer move between them without a loss', async () => {
    const tuner = new Tuner(one, 'moving', await cluster.addChannel('moving'))
    let at = one
    using viewer = new Viewer(() => at.url)
    await tuner.open()
    viewer.follow('moving')
    await viewer.hasOpened()
    await tuner.cue('LINE 1')
    await viewer.sees('LINE 1')
    tuner.moveTo(two)
    await tuner.open()
    await tuner.cue('LINE 2')
    await viewer.sees('LINE 2')
    at = two
    viewer.cut()
    await tuner.cue('LINE 3')
    await viewer.sees('LINE 3')
    tuner.moveTo(one)
    await tuner.open()
    await tuner.cue('LINE 4')
    await viewer.sees('LINE 4')
    assert.deepEqual(viewer.cuesOf('moving'), ['LINE 1', 'LINE 2', 'LINE 3', 'LINE 4'])
    const seqs = viewer.seqs
    assert.deepEqual(
      seqs,
      seqs.map((_, n) => (seqs[0] ?? 0) + n),
      'positions are contiguous',
    )
    await tuner.close()
  })

  it('keep a channel one producer’s, whichever node it feeds', async () => {
    const token = await cluster.addChannel('held')
    const tuner = new Tuner(one, 'held', token)
    await tuner.open()
    const other = new Feed(two, 'held', {
      authorization: `Bearer ${token}`,
      'ccr-producer': '7b0f4d7e-0000-4000-8000-000000000001',
    })
    assert.equal(await other.status, 409)
    await tuner.close()
  })

  it('hear of channels, tokens and people that commands make in the database', async () => {
    const env = { CCR_DATABASE_URL: cluster.databaseUrl }
    const done = async (...args: string[]): Promise<string> => {
      await using command = run(args, env)
      assert.equal(await command.ended, 0, command.stderr())
      return command.stdout()
    }
    assert.equal(await done('migrate'), 'the database is up to date\n')
    await done('channel', 'add', 'told', '--name', 'Told')
    assert.match(await done('user', 'add', 'ada@example.org', '--role', 'admin'), /added ada@/)
    const listed = async (node: Server): Promise<boolean> =>
      (await fetch(`${node.url}/api/v1/channels/told`)).status === 200
    await until('both nodes know it', async () => (await listed(one)) && (await listed(two)))
    await using refused = run(['verify'], env)
    assert.equal(await refused.ended, 2)
    assert.match(refused.stderr(), /works on a data folder/)
  })

  it('does what its roles are, and says so of the rest', async () => {
    const live = await cluster.addNode({ CCR_ROLES: 'live' })
    const ask = async (path: string, method = 'GET'): Promise<string> => {
      const answer = await fetch(`${live.url}${path}`, { method })
      return `${answer.status} ${((await answer.json()) as { code?: string }).code ?? ''}`
    }
    assert.equal(await ask('/api/v1/channels'), '503 other-node')
    assert.equal(await ask('/api/v1/channels/shared/feed', 'POST'), '503 other-node')
    assert.equal(await ask('/readyz'), '200 ')
    const tuner = new Tuner(one, 'roles', await cluster.addChannel('roles'))
    await tuner.open()
    await tuner.cue('BEFORE ANOTHER NODE STARTS')
    await cluster.addNode({ CCR_ROLES: 'ingest,api' })
    const { items } = await get<{ items: unknown[] }>(one, '/api/v1/channels/roles/gaps')
    assert.deepEqual(items, [], 'a node that starts knows who is fed on others')
    using viewer = new Viewer(() => live.url)
    viewer.follow('roles')
    await viewer.hasOpened()
    await tuner.cue('FOR THE LIVE TIER')
    await viewer.sees('FOR THE LIVE TIER')
    await tuner.close()
  })

  it('tell an alert of what was said while nobody led, though Redis has lost it', async () => {
    const without = { CCR_ROLES: 'live,ingest,api,archive', CCR_WEBHOOK_ALLOW_PRIVATE: 'yes' }
    await using own = await startCluster({ nodes: [without], env: { CCR_ARCHIVE_INTERVAL: '1' } })
    await using receiver = await startReceiver()
    const [node] = own.nodes as [Server]
    const lead = (): Promise<Server> =>
      own.addNode({ CCR_ROLES: 'alerts', CCR_WEBHOOK_ALLOW_PRIVATE: 'yes' })
    const first = await lead()
    const headers = {
      authorization: `Bearer ${await own.addAdmin('ada@example.org')}`,
      'content-type': 'application/json',
    }
    const post = async (path: string, body: object): Promise<Response> =>
      fetch(`${node.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    let made: Response | undefined
    await until('the node knows her', async () => {
      made = await post('/me/destinations', { kind: 'webhook', name: 'Hook', url: receiver.url })
      return made.status === 201
    })
    const { destination } = (await made?.json()) as { destination: { id: string } }
    const wish = { query: 'otters', destinations: [destination.id], foldRepeats: false }
    assert.equal((await post('/alerts', wish)).status, 201)
    const tuner = new Tuner(node, 'river', await own.addChannel('river'))
    await tuner.open()
    const told = (): string[] =>
      receiver.requests.flatMap(({ body }) =>
        (JSON.parse(body) as { data: Notification }).data.mentions.map(({ text }) => text),
      )
    let said = 0
    await until('somebody hears', async () => {
      await tuner.cue(`OTTERS ${++said}`)
      return told().length > 0
    })
    await until('all is told', () => told().at(-1) === `OTTERS ${said}`)
    first.child.kill('SIGKILL')
    await first.ended
    await tuner.cue('OTTERS WHILE NOBODY LEADS')
    own.redis.cli('flushall')
    await until('the feed is taken again', () =>
      tuner.open().then(
        () => true,
        () => false,
      ),
    )
    await tuner.cue('OTTERS IN ANOTHER EPOCH')
    await lead()
    await until('both are told', () => told().includes('OTTERS IN ANOTHER EPOCH'))
    const texts = told()
    assert.ok(texts.includes('OTTERS WHILE NOBODY LEADS'), texts.join(', '))
    assert.equal(new Set(texts).size, texts.length, 'each once')
    await tuner.close()
  })

  it('begins another epoch when Redis has lost everything, and loses nothing', async () => {
    const token = await cluster.addChannel('flushed')
    const tuner = new Tuner(one, 'flushed', token)
    await tuner.open()
    using viewer = new Viewer(() => two.url)
    viewer.follow('flushed')
    await viewer.hasOpened()
    await tuner.cue('BEFORE')
    await viewer.sees('BEFORE')
    const position = async (): Promise<Position | undefined> =>
      (await get<List>(one, '/api/v1/channels/flushed/cues')).items.at(-1)?.position
    const old = await position()
    cluster.redis.cli('flushall')
    await until('the feed is taken again', async () => {
      try {
        await tuner.open()
        return true
      } catch {
        return false
      }
    })
    await tuner.cue('AFTER')
    await viewer.sees('AFTER')
    const { items } = await get<List>(two, '/api/v1/channels/flushed/cues?order=oldest')
    assert.deepEqual(
      items.map(({ text }) => text),
      ['BEFORE', 'AFTER'],
    )
    assert.notEqual((await position())?.epoch, old?.epoch)
    await tuner.close()
  })
})
