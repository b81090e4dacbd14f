import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { isPublic, GuardedPoster } from '../../src/server/engines/delivery/guarded-poster.ts'
import { mostWaitMs } from '../../src/server/core/delivery/retry.ts'
import { ada, startDelivery, type DeliveryWorld } from '../support/delivery.ts'
import { mention, notification } from '../support/notification.ts'
import { startReceiver, type ReceivedRequest } from '../support/receiver.ts'

const minute = 60_000

async function addWebhook(
  { delivery }: DeliveryWorld,
  url: string,
): Promise<{ readonly id: string; readonly secret: string }> {
  const made = await delivery.destinations.create(ada, { kind: 'webhook', name: 'Hook', url })
  assert.ok(made.secret)
  return { id: made.destination.id, secret: made.secret }
}

function verify(secret: string, { body, headers }: ReceivedRequest): unknown {
  return new Webhook(secret).verify(body, headers as Record<string, string>)
}

describe('a webhook', () => {
  it('gets what others verify, with the same id at every try, until it takes it', async () => {
    await using world = await startDelivery()
    await using receiver = await startReceiver()
    receiver.answer = (n) => (n < 3 ? 500 : 204)
    const { id, secret } = await addWebhook(world, receiver.url)
    const { queue } = world.delivery
    await queue.enqueue([notification('n1', { destinations: [id] })])
    await world.settled('n1', ({ attempts }) => attempts === 1)
    // What was handed over before, after a crash of whoever does, is passed over.
    await queue.enqueue([notification('n1', { destinations: [id] })])
    world.pass(6000)
    await world.settled('n1', ({ attempts }) => attempts === 2)
    world.pass(6 * minute)
    const sent = await world.settled('n1', ({ state }) => state === 'sent')
    assert.equal(receiver.requests.length, 3)
    const [first, , last] = receiver.requests
    assert.ok(first && last)
    assert.equal(first.headers['webhook-id'], 'n1')
    assert.equal(last.headers['webhook-id'], 'n1')
    assert.equal(first.body, last.body)
    const payload = verify(secret, first) as { type: string; data: { mentions: unknown[] } }
    assert.equal(payload.type, 'alert.mentions')
    assert.deepEqual(payload.data.mentions, [
      {
        ...mention(),
        before: 'GOOD EVENING. <script>alert(1)</script>',
        permalink: `https://captions.example${mention().permalink}`,
      },
    ])
    assert.throws(() => verify(secret, { ...first, body: first.body.replace('STORM', 'CALM') }))
    assert.deepEqual(
      sent.log.map(({ problem }) => problem),
      ['it answers 500', 'it answers 500', null],
    )
  })

  it('is under 20 kB, however much was found, and says how much it leaves out', async () => {
    await using world = await startDelivery()
    await using receiver = await startReceiver()
    const { id, secret } = await addWebhook(world, receiver.url)
    const mentions = Array.from({ length: 200 }, (_, n) =>
      mention({ id: `m${n}`, before: 'é'.repeat(5000) }),
    )
    await world.delivery.queue.enqueue([
      notification('big', { destinations: [id], mentions, more: 5 }),
    ])
    const request = await receiver.request(1)
    assert.ok(request.bytes.length < 20_000)
    const { data } = verify(secret, request) as { data: { mentions: unknown[]; more: number } }
    assert.ok(data.mentions.length > 3)
    assert.equal(data.mentions.length + data.more, 205)
  })

  it('gets notifications in order, one at a time, and keeps nobody else waiting', async () => {
    await using world = await startDelivery()
    await using slow = await startReceiver()
    await using quick = await startReceiver()
    slow.answer = (n) => (n === 1 ? 503 : 204)
    const a = await addWebhook(world, slow.url)
    const b = await addWebhook(world, quick.url)
    const { queue } = world.delivery
    await queue.enqueue([notification('s1', { destinations: [a.id] })])
    await world.settled('s1', ({ attempts }) => attempts === 1)
    for (const n of [2, 3])
      await queue.enqueue([notification(`s${n}`, { destinations: [a.id, b.id] })])
    await quick.request(2)
    assert.equal(slow.requests.length, 1, 'what comes later waits behind what came first')
    world.pass(6000)
    await slow.request(4)
    const ids = slow.requests.map(({ headers }) => headers['webhook-id'])
    assert.deepEqual(ids, ['s1', 's1', 's2', 's3'])
  })

  it('that hangs, however many of them, leaves room for other kinds, and is not looked for until one ends', async () => {
    await using world = await startDelivery()
    await using slow = await startReceiver()
    await using chat = await startReceiver()
    slow.answer = () => 'hang'
    const { delivery } = world
    const first = await addWebhook(world, slow.url)
    const { destination } = await delivery.destinations.create(ada, {
      ...({ kind: 'chat', name: 'Room', format: 'slack', template: null } as const),
      url: chat.url,
    })
    const hook = await delivery.store.destination(first.id)
    assert.ok(hook)
    const ids = Array.from({ length: 40 }, (_, n) => `hook-${n}`)
    for (const id of ids) await delivery.store.addDestination({ ...hook, id }, 100)
    let looks = 0
    const output = delivery.store.output(1)
    const due = output.due.bind(output)
    output.due = (...ask) => {
      looks++
      return due(...ask)
    }
    await delivery.queue.enqueue([notification('n1', { destinations: ids })])
    await slow.request(16)
    await delivery.queue.enqueue([notification('n2', { destinations: [destination.id] })])
    await chat.request(1)
    await world.settled('n2', ({ state }) => state === 'sent')
    const before = looks
    await new Promise((resolve) => setTimeout(resolve, 100))
    assert.ok(looks - before <= 1, `${looks - before} looks while nothing has room`)
    assert.equal(slow.requests.length, 16)
  })

  it('that says 410 is disabled; what waited is a dead letter that can be sent again', async () => {
    await using world = await startDelivery()
    await using receiver = await startReceiver()
    receiver.answer = (n) => (n === 1 ? 410 : 204)
    const { id } = await addWebhook(world, receiver.url)
    const { queue, destinations, store } = world.delivery
    await queue.enqueue(['g1', 'g2'].map((key) => notification(key, { destinations: [id] })))
    const dead = await world.settled('g2', ({ state }) => state === 'dead')
    assert.equal((await world.settled('g1', () => true)).state, 'dead')
    assert.equal(dead.attempts, 0)
    const [, shown] = await destinations.list(ada.id)
    assert.equal(shown?.state, 'disabled')
    assert.match(shown.problem ?? '', /410/)
    await queue.enqueue([notification('g3', { destinations: [id] })])
    assert.equal((await world.settled('g3', () => true)).problem, 'the destination is disabled')
    assert.equal(await store.replay(dead.id, ada.id, Date.now()), 'disabled')
    await destinations.change(ada.id, id, { state: 'active' })
    assert.equal(await store.replay(dead.id, 'somebody else', Date.now()), 'missing')
    assert.equal(await store.replay(dead.id, ada.id, Date.now()), 'replayed')
    queue.poke()
    assert.equal((await receiver.request(2)).headers['webhook-id'], 'g2')
  })

  it('that fails for three days is disabled, and what it refuses alone is a dead letter', async () => {
    await using world = await startDelivery()
    await using receiver = await startReceiver()
    const { id } = await addWebhook(world, receiver.url)
    const { queue } = world.delivery
    receiver.answer = (_n, { headers }) => (headers['webhook-id'] === 'bad' ? 422 : 503)
    await queue.enqueue(['bad', 'good'].map((key) => notification(key, { destinations: [id] })))
    for (let tries = 1; tries <= 4; tries++) {
      await world.settled('bad', ({ attempts }) => attempts === tries)
      world.pass(3 * 60 * minute)
    }
    assert.equal((await world.settled('bad', ({ state }) => state === 'dead')).attempts, 4)
    await world.settled('good', ({ attempts }) => attempts >= 1)
    world.pass(mostWaitMs)
    const good = await world.settled('good', ({ state }) => state === 'dead')
    assert.match(good.problem ?? '', /503.*three days/)
    assert.equal((await world.delivery.destinations.list(ada.id))[1]?.state, 'disabled')
  })

  it('follows no redirect', async () => {
    await using world = await startDelivery()
    await using other = await startReceiver()
    await using receiver = await startReceiver()
    receiver.answer = () => ({ status: 302, headers: { location: other.url } })
    const { id } = await addWebhook(world, receiver.url)
    await world.delivery.queue.enqueue([notification('r1', { destinations: [id] })])
    const tried = await world.settled('r1', ({ attempts }) => attempts === 1)
    assert.match(tried.problem ?? '', /302.*redirects/)
    assert.equal(other.requests.length, 0)
  })

  it('has another secret for the asking; for a day both sign', async () => {
    await using world = await startDelivery()
    await using receiver = await startReceiver()
    const { id, secret } = await addWebhook(world, receiver.url)
    const { destinations, queue } = world.delivery
    const { secret: next } = await destinations.rotate(ada.id, id)
    await queue.enqueue([notification('k1', { destinations: [id] })])
    const both = await receiver.request(1)
    verify(secret, both)
    verify(next, both)
    world.pass(25 * 60 * minute)
    await queue.enqueue([notification('k2', { destinations: [id] })])
    const { headers } = await receiver.request(2)
    assert.equal(String(headers['webhook-signature']).split(' ').length, 1)
    assert.ok(!JSON.stringify(await destinations.list(ada.id)).includes('whsec_'))
  })
})

describe('the poster', () => {
  const signal = new AbortController().signal
  const poster = (
    names: Readonly<Record<string, string[]>>,
    more: { readonly allowPrivate?: boolean; readonly timeoutMs?: number } = {},
  ): { readonly poster: GuardedPoster; readonly asked: string[] } => {
    const asked: string[] = []
    return {
      asked,
      poster: new GuardedPoster({
        ...{ allowPrivate: false, userAgent: 'test', ...more },
        resolve: (host, done) => {
          asked.push(host)
          const found = names[host] ?? []
          done(
            null,
            found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
          )
        },
      }),
    }
  }
  const post = { headers: {}, body: '{}' }

  it('connects to no private address, whatever is written or resolved', async () => {
    const { poster: guarded } = poster({
      'inside.example': ['10.0.0.8'],
      'half.example': ['93.184.215.14', '127.0.0.1'],
      'six.example': ['fd00::1'],
      'mapped.example': ['::ffff:192.168.0.1'],
    })
    for (const host of [
      ...['127.0.0.1', '[::1]', '2130706433', '0x7f.1', '10.1.2.3', '172.16.0.1', '192.168.1.1'],
      ...[
        '169.254.169.254',
        '100.64.0.1',
        '[fe80::1]',
        '[fd12::1]',
        '[::ffff:127.0.0.1]',
        '0.0.0.0',
      ],
      ...['[64:ff9b::7f00:1]', '[2002:7f00:1::]', '224.0.0.1', '255.255.255.255', '198.18.0.1'],
      ...['inside.example', 'half.example', 'six.example', 'mapped.example'],
    ]) {
      const answer = await guarded.post({ url: `http://${host}/`, ...post }, signal)
      assert.equal(answer.kind, 'forbidden', host)
    }
    assert.equal(isPublic('93.184.215.14'), true)
    assert.equal(isPublic('2606:4700::1111'), true)
  })

  it('posts to the web only, and to no mail server or database', async () => {
    const { poster: guarded, asked } = poster({})
    for (const url of [
      ...['ftp://a.example/', 'file:///etc/passwd', 'http://u:p@a.example/', 'nonsense'],
      ...['http://a.example:25/', 'http://a.example:5432/', 'https://a.example:22/'],
    ]) {
      assert.ok(guarded.refusal(url), url)
      assert.equal((await guarded.post({ url, ...post }, signal)).kind, 'forbidden', url)
    }
    assert.equal(guarded.refusal('https://a.example/hook'), null)
    assert.deepEqual(asked, [])
  })

  it('asks for a name once and connects to what it was told', async () => {
    await using receiver = await startReceiver()
    const { poster: open, asked } = poster(
      { 'hook.example': ['127.0.0.1'] },
      { allowPrivate: true },
    )
    const url = `http://hook.example:${receiver.port}/path`
    assert.deepEqual(await open.post({ url, ...post }, signal), {
      ...{ kind: 'answer', status: 204, retryAfterMs: null },
    })
    assert.deepEqual(asked, ['hook.example'])
    assert.equal((await receiver.request(1)).headers.host, `hook.example:${receiver.port}`)
  })

  it('waits for an answer so long and no longer, and hears what it is asked to wait', async () => {
    await using receiver = await startReceiver()
    const { poster: open } = poster({}, { allowPrivate: true, timeoutMs: 150 })
    receiver.answer = (n) => (n === 1 ? 'hang' : { status: 429, headers: { 'retry-after': '120' } })
    const hung = await open.post({ url: receiver.url, ...post }, signal)
    assert.deepEqual(hung, { kind: 'failure', reason: 'no answer within 0.15 s' })
    assert.deepEqual(await open.post({ url: receiver.url, ...post }, signal), {
      ...{ kind: 'answer', status: 429, retryAfterMs: 120_000 },
    })
  })
})
