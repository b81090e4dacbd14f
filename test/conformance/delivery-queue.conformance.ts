import assert from 'node:assert/strict'
import { mention, notification } from '../support/notification.ts'
import {
  destination,
  due,
  dueKeys,
  noon,
  records,
  send,
  settle,
  type DeliverySubject,
} from './delivery-records.ts'
import { conformance, type Skips } from './support.ts'

export function deliveryQueueConformance(
  engine: string,
  open: () => Promise<DeliverySubject>,
  skip: Skips = {},
): void {
  /** With two destinations of ada's. */
  const opened = async (): Promise<DeliverySubject> => {
    const subject = await open()
    for (const id of ['one', 'two']) await subject.store.addDestination(destination(id), 20)
    return subject
  }

  conformance(`delivery queue conformance: ${engine}`, opened, skip, (rule) => {
    rule(
      'takes a notification once for each destination, and whatever was said',
      async ({ store, other, output }) => {
        const said = notification('n1', {
          mentions: [mention({ text: 'a\u0000b \ud800 \u{1f4a7}' })],
        })
        await Promise.all([
          send(store, 'one', said),
          send(other, 'one', said),
          send(store, 'two', said),
        ])
        await send(other, 'one', { ...said, more: 5 })
        assert.deepEqual(await dueKeys(output), ['n1 to one', 'n1 to two'])
        const [job] = await due(output)
        assert.deepEqual(job?.notification, said)
        assert.deepEqual([job.attempts, job.since], [0, noon])
        assert.deepEqual(job.destination, destination(job.destination.id))
        assert.equal((await records(store)).length, 2)
      },
    )

    rule(
      'takes nothing for destinations that are not the owner’s, or not there',
      async ({ store, output }) => {
        await send(store, 'one', notification('n1', { owner: 'bob' }))
        await send(store, 'none', 'n2')
        assert.deepEqual(await dueKeys(output), [])
        assert.deepEqual(await records(store), [])
      },
    )

    rule(
      'gives out the oldest of each destination, and the next when that is settled',
      async ({ store, output }) => {
        await send(store, 'one', 'n1', 'n2', 'n3')
        await send(store, 'two', 'n1')
        assert.deepEqual(await dueKeys(output), ['n1 to one', 'n1 to two'])
        assert.deepEqual(await dueKeys(output), ['n1 to one', 'n1 to two'], 'until it is settled')
        await settle(output, 'one', { verdict: 'sent' })
        assert.deepEqual(await dueKeys(output), ['n1 to two', 'n2 to one'])
        await settle(output, 'one', { verdict: 'dead', problem: 'it is too large' })
        await settle(output, 'two', { verdict: 'sent' })
        assert.deepEqual(await dueKeys(output), ['n3 to one'])
        const states = (await records(store)).map(
          ({ notification: { id }, destination, state }) => `${id} ${destination} ${state}`,
        )
        assert.deepEqual(states.sort(), [
          'n1 one sent',
          'n1 two sent',
          'n2 one dead',
          'n3 one waiting',
        ])
      },
    )

    rule(
      'leaves out who is busy and what is full, and says when the next is due',
      async ({ store, output }) => {
        const email = { settings: { kind: 'email', address: 'a@b.example' }, secrets: {} } as const
        await store.addDestination(destination('mail', email), 20)
        for (const id of ['one', 'two', 'mail']) await send(store, id, 'n1')
        const ask = { nowMs: noon, limit: 10, busy: ['one'], full: ['email'] }
        const asked = await output.due(ask)
        assert.deepEqual(
          asked.jobs.map((job) => job.destination.id),
          ['two'],
        )
        assert.equal(asked.nextMs, null)
        assert.equal((await output.due({ ...ask, limit: 1, busy: [], full: [] })).nextMs, noon)
        await settle(output, 'two', { verdict: 'retry', at: noon + 5000, problem: 'not now' })
        const later = await output.due({ ...ask, busy: [] })
        assert.deepEqual(
          [later.jobs.map((job) => job.destination.id), later.nextMs],
          [['one'], noon + 5000],
        )
      },
    )

    rule(
      'holds back all of a destination until it is tried again, and counts tries',
      async ({ store, output }) => {
        await send(store, 'one', 'n1')
        await settle(output, 'one', { verdict: 'retry', at: noon + 5000, problem: 'away' })
        await send(store, 'one', 'n2')
        assert.deepEqual(await dueKeys(output, noon + 4999), [])
        const [job] = await due(output, noon + 5000)
        assert.deepEqual([job?.notification.id, job?.attempts], ['n1', 1])
        await settle(
          output,
          'one',
          { verdict: 'wait', at: noon + 9000, problem: 'the relay is away' },
          noon + 5000,
        )
        const [again] = await due(output, noon + 9000)
        assert.equal(again?.attempts, 1, 'the destination was not tried')
        const first = (await records(store)).find((one) => one.notification.id === 'n1')
        assert.deepEqual(
          [first?.state, first?.problem, first?.nextAt],
          ['waiting', 'the relay is away', new Date(noon + 9000).toISOString()],
        )
        assert.deepEqual(first?.log, [{ at: new Date(noon).toISOString(), ms: 5, problem: 'away' }])
      },
    )

    rule(
      'gives up what waits for a destination that is disabled, and what comes after',
      async ({ store, output }) => {
        await send(store, 'one', 'n1', 'n2')
        await settle(output, 'one', { verdict: 'disable', problem: 'it is gone' })
        await send(store, 'one', 'n3')
        assert.deepEqual(await dueKeys(output), [])
        const all = await records(store)
        assert.deepEqual(
          all.map(({ state, problem }) => `${state}: ${problem}`),
          [...['dead: the destination is disabled', 'dead: it is gone', 'dead: it is gone']],
        )
        const known = await store.destination('one')
        assert.deepEqual([known?.state, known?.problem], ['disabled', 'it is gone'])
      },
    )

    rule(
      'sends again what its owner asks for, under the same key, when there is somebody to take it',
      async ({ store, other, output }) => {
        await send(store, 'one', 'n1')
        await settle(output, 'one', { verdict: 'dead', problem: 'no' })
        const [dead] = await records(store)
        assert.ok(dead !== undefined)
        assert.equal(await other.replay(dead.id, 'bob', noon), 'missing')
        assert.equal(await other.replay(dead.id + 1000, 'ada', noon), 'missing')
        assert.equal(await other.replay(dead.id, 'ada', noon + 7000), 'replayed')
        const [job] = await due(output, noon + 7000)
        assert.deepEqual([job?.notification.id, job?.attempts, job?.since], ['n1', 0, noon + 7000])
        await settle(output, 'one', { verdict: 'sent' }, noon + 7000)
        await store.changeDestination('one', { state: 'paused' as never })
        assert.equal(await other.replay(dead.id, 'ada', noon), 'disabled')
        assert.equal((await records(store))[0]?.log.length, 2)
      },
    )

    rule(
      'lists what became of deliveries, newest first, and the last tries of each',
      async ({ store, other, output }) => {
        await send(store, 'one', 'n1')
        for (let n = 0; n < 25; n++)
          await settle(output, 'one', { verdict: 'retry', at: noon, problem: `try ${n}` })
        await send(store, 'two', 'n2')
        await settle(output, 'two', { verdict: 'sent' })
        const ask = { owner: 'ada', state: null, before: null, limit: 1 }
        const [newest] = await other.deliveries(ask)
        assert.deepEqual(
          [newest?.notification.id, newest?.finishedAt],
          ['n2', new Date(noon).toISOString()],
        )
        const [older, ...others] = await other.deliveries({
          ...ask,
          before: newest?.id ?? 0,
          limit: 9,
        })
        assert.deepEqual([older?.attempts, older?.log.length, others], [25, 20, []])
        assert.deepEqual([older?.log[0]?.problem, older?.log.at(-1)?.problem], ['try 5', 'try 24'])
        const waiting = await other.deliveries({ ...ask, owner: null, state: 'waiting', limit: 9 })
        assert.deepEqual(
          waiting.map((one) => one.notification.id),
          ['n1'],
        )
        assert.deepEqual(await other.deliveries({ ...ask, owner: 'bob' }), [])
      },
    )

    rule('lets nobody’s queue grow without end', async ({ store, output }) => {
      const many = Array.from({ length: 1002 }, (_, n) => ({
        notification: notification(`n${n}`),
        destination: 'one',
      }))
      await store.add(many, noon)
      const dead = await store.deliveries({ owner: 'ada', state: 'dead', before: null, limit: 9 })
      assert.deepEqual(
        dead.map(({ problem, notification: { id } }) => `${id}: ${problem}`),
        [
          ...[
            'n1001: 1000 others wait for the destination',
            'n1000: 1000 others wait for the destination',
          ],
        ],
      )
      assert.deepEqual(await dueKeys(output), ['n0 to one'])
    })

    rule(
      'removes what was finished long ago, and lets it wait otherwise',
      async ({ store, output }) => {
        await send(store, 'one', 'n1', 'n2')
        await settle(output, 'one', { verdict: 'sent' })
        assert.equal(await output.sweep(noon), false)
        assert.equal((await records(store)).length, 2)
        assert.equal(await output.sweep(noon + 1), false)
        assert.deepEqual(
          (await records(store)).map((one) => one.notification.id),
          ['n2'],
        )
      },
    )

    rule(
      'loses no turn when something is added while the one before is settled',
      async ({ store, other, output }) => {
        for (let round = 0; round < 10; round++) {
          await send(store, 'one', `a${round}`)
          await Promise.all([
            settle(output, 'one', { verdict: 'sent' }),
            send(other, 'one', `b${round}`),
          ])
          assert.deepEqual(await dueKeys(output), [`b${round} to one`])
          await settle(output, 'one', { verdict: 'sent' })
        }
      },
    )
  })
}
