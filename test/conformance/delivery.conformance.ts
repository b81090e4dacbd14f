import assert from 'node:assert/strict'
import { letterSchema } from '../../src/server/ports/mail.ts'
import { notification } from '../support/notification.ts'
import { destination, due, noon, records, send, type DeliverySubject } from './delivery-records.ts'
import { conformance, type Skips } from './support.ts'

const dayMs = 24 * 3_600_000

export function deliveryConformance(
  engine: string,
  open: () => Promise<DeliverySubject>,
  skip: Skips = {},
): void {
  conformance(`destinations conformance: ${engine}`, open, skip, (rule) => {
    rule('keeps destinations, the account’s first, and their secrets', async ({ store, other }) => {
      const one = destination('one', { createdAt: new Date(noon + 1).toISOString() })
      const two = destination('two', {
        settings: { kind: 'push', endpoint: 'https://push.example/' },
        secrets: { keys: { p256dh: 'p', auth: 'a' } },
      })
      const account = destination('account', {
        settings: { kind: 'email', address: 'ada@reader.example' },
        ...{ isAccount: true, secrets: {}, createdAt: new Date(noon + 2).toISOString() },
      })
      for (const each of [one, two, account])
        assert.equal(await store.addDestination(each, 20), 'added')
      assert.deepEqual(await other.destinations('ada'), [account, two, one])
      assert.deepEqual(await other.destination('two'), two)
      assert.equal(await store.destination('none'), undefined)
      assert.deepEqual(await store.destinations('bob'), [])
    })

    rule(
      'has no more of an owner’s than it may, the account’s not counted, whoever adds them at once',
      async ({ store, other }) => {
        const account = destination('account', { isAccount: true })
        assert.equal(await store.addDestination(account, 2), 'added')
        assert.equal(await other.addDestination(account, 2), 'conflict')
        const added = await Promise.all(
          ['a', 'b', 'c', 'd'].map((id, n) =>
            (n % 2 === 0 ? store : other).addDestination(destination(id), 2),
          ),
        )
        assert.deepEqual(added.sort(), ['added', 'added', 'full', 'full'])
        const others = destination('a2', { owner: 'bob' })
        assert.equal(await store.addDestination(others, 2), 'added')
      },
    )

    rule('changes what is given of a destination, and nothing else', async ({ store, other }) => {
      const one = destination('one')
      await store.addDestination(one, 20)
      await other.changeDestination('one', {
        name: 'Other',
        state: 'disabled',
        problem: 'it is gone',
      })
      await other.changeDestination('one', { secrets: { signing: ['b', 'a'], secondUntil: noon } })
      await store.changeDestination('none', { name: 'Other' })
      assert.deepEqual(await store.destination('one'), {
        ...{ ...one, name: 'Other', state: 'disabled', problem: 'it is gone' },
        secrets: { signing: ['b', 'a'], secondUntil: noon },
      })
    })

    rule(
      'removes with a destination, and with its owner, what waits and what became of it',
      async (subject) => {
        const { store, other, output } = subject
        for (const id of ['one', 'two']) await store.addDestination(destination(id), 20)
        await store.addDestination(destination('bob', { owner: 'bob' }), 20)
        for (const id of ['one', 'two']) await send(store, id, 'n1')
        await send(store, 'bob', notification('n1', { owner: 'bob' }))
        await store.stop({ destination: 'two', alert: 'other', until: null })
        const job = (await due(output)).find((one) => one.destination.id === 'one')
        assert.ok(job !== undefined)
        await other.removeDestination('one')
        const settled = {
          delivery: job.delivery,
          at: noon,
          ms: 1,
          verdict: { verdict: 'sent' },
        } as const
        await output.settle(settled)
        assert.equal((await records(store, 'ada')).length, 1)
        await other.removeOwner('ada')
        assert.deepEqual(await store.destinations('ada'), [])
        assert.deepEqual(await store.stops('ada', noon), [])
        assert.deepEqual(
          (await records(store)).map(({ owner }) => owner),
          ['bob'],
        )
      },
    )

    rule(
      'knows whose alerts are stopped where, and until when',
      async ({ store, other, output }) => {
        for (const id of ['one', 'two']) await store.addDestination(destination(id), 20)
        await send(
          store,
          'one',
          'n1',
          notification('n2', { alert: { ...notification('').alert, id: 'hail' } }),
        )
        await send(store, 'two', 'n1')
        await other.stop({ destination: 'one', alert: 'storm', until: noon + 5000 })
        assert.deepEqual(await store.stops('ada', noon), [
          {
            destination: 'one',
            alert: 'storm',
            alertName: 'Storm watch',
            until: new Date(noon + 5000).toISOString(),
          },
        ])
        assert.deepEqual(await store.stops('ada', noon + 5000), [])
        // What waited of it is given up; of others, and elsewhere, it is not.
        assert.deepEqual(
          (await due(output))
            .map(({ notification, destination }) => `${notification.id} ${destination.id}`)
            .sort(),
          ['n1 two', 'n2 one'],
        )
        await send(store, 'one', 'n3')
        assert.equal((await records(store)).length, 2)
        await other.resume('one', 'storm')
        await store.stop({ destination: 'two', alert: 'storm', until: null })
        assert.deepEqual(
          (await store.stops('ada', noon)).map(({ until }) => until),
          [null],
        )
        await send(store, 'one', 'n4')
        assert.equal((await records(store)).length, 2)
      },
    )

    rule(
      'one that nothing waits for any more takes the place of no other',
      async ({ store, output }) => {
        for (const id of ['one', 'two']) await store.addDestination(destination(id), 20)
        await send(store, 'one', 'n1')
        await send(
          store,
          'two',
          notification('n2', { alert: { ...notification('').alert, id: 'hail' } }),
        )
        await store.stop({ destination: 'one', alert: 'storm', until: null })
        const { jobs } = await output.due({ nowMs: noon, limit: 1, busy: [], full: [] })
        assert.deepEqual(
          jobs.map((job) => job.destination.id),
          ['two'],
        )
      },
    )

    rule(
      'counts what is taken in a day, and no more than there may be',
      async ({ store, other }) => {
        const take = (nowMs: number, what = 'letters:ada'): Promise<boolean> =>
          store.take(what, 3, nowMs)
        const taken = await Promise.all([
          take(noon),
          other.take('letters:ada', 3, noon),
          take(noon),
          take(noon),
        ])
        assert.equal(taken.filter(Boolean).length, 3)
        assert.equal(await take(noon, 'letters:bob'), true)
        assert.equal(await take(noon + dayMs), true, 'of the next day')
      },
    )

    rule(
      'keeps one secret of a name, whoever asks first, and who wants no letters',
      async ({ store, other }) => {
        let made = 0
        const make = (): string => `secret ${++made}`
        const secrets = await Promise.all([store.secret('a', make), other.secret('a', make)])
        assert.equal(secrets[0], secrets[1])
        assert.equal(await other.secret('a', () => 'another'), secrets[0])
        assert.notEqual(await store.secret('b', make), secrets[0])
        assert.equal(await store.isBlocked('hash'), false)
        await other.block('hash', noon)
        await store.block('hash', noon)
        assert.equal(await store.isBlocked('hash'), true)
      },
    )

    rule('keeps letters that no mail server takes, whole, for a while', async (subject) => {
      const { outbox } = subject
      const letter = letterSchema.parse({
        to: 'reader@example.org',
        subject: 'Überschrift',
        text: 'a\u0000 \u{1f4a7}',
        html: '<p>',
      })
      for (const n of [1, 2, 3]) await outbox.add({ ...letter, subject: `Letter ${n}` })
      const [newest, second] = await outbox.list(null, 2)
      assert.ok(newest !== undefined && second !== undefined)
      assert.deepEqual(
        [newest.subject, newest.to, newest.at],
        ['Letter 3', letter.to, new Date(subject.nowMs).toISOString()],
      )
      assert.deepEqual(
        (await outbox.list(second.id, 10)).map(({ subject }) => subject),
        ['Letter 1'],
      )
      assert.deepEqual(await outbox.read(newest.id), { ...newest, text: letter.text, html: '<p>' })
      subject.nowMs += 31 * dayMs
      await outbox.add({ ...letter, html: null })
      assert.equal((await outbox.list(null, 10)).length, 1)
      await outbox.clear()
      assert.deepEqual(await outbox.list(null, 10), [])
      assert.equal(await outbox.read(newest.id), undefined)
    })
  })
}
