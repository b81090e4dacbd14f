import assert from 'node:assert/strict'
import type { Shown } from '../../src/server/ports/alerts.ts'
import {
  dayMs,
  found,
  ids,
  iso,
  list,
  make,
  noon,
  record,
  speech,
  telling,
  whole,
  type AlertSubject,
} from './alert-records.ts'
import { conformance, type Skips } from './support.ts'

export function alertsTellingConformance(
  engine: string,
  open: () => Promise<AlertSubject>,
  skip: Skips = {},
): void {
  conformance(`what alerts tell: ${engine}`, open, skip, (rule) => {
    rule(
      'tells what waits once, and hands it over under one id until it is known to be',
      async ({ store, ledger }) => {
        const alert = await make(store)
        await record(
          ledger,
          ...[1, 2, 3].map((n) => found(alert.id, n)),
          found(alert.id, 4, { isTold: false }),
        )
        await ledger.tell([telling(alert, { most: 2, nowMs: noon + 9000 })])
        assert.deepEqual(await ledger.waiting(), [])
        await ledger.tell([telling(alert)])
        const { due, nextMs } = await ledger.unhanded(noon + 9000)
        assert.equal(nextMs, null)
        const [told, ...others] = due
        assert.ok(told !== undefined && others.length === 0, 'nothing is told twice')
        assert.match(told.id, /^[0-9a-f]{24}$/)
        assert.deepEqual(
          told.mentions.map(({ text }) => text),
          ['number 1', 'number 2'],
        )
        assert.deepEqual(
          [told.more, told.kind, told.because, told.period, told.volume],
          [1, 'mentions', 'rate', null, null],
        )
        assert.deepEqual(told.alert, {
          id: alert.id,
          name: 'storm',
          query: 'storm',
          restated: 'in words',
        })
        assert.deepEqual(
          [told.owner, told.destinations, told.createdAt],
          ['ann', [], iso(noon + 9000)],
        )
        assert.deepEqual((await ledger.unhanded(noon + 9000)).due, due, 'until it is known')
        await ledger.handed([told.id, 'none'])
        assert.deepEqual(await ledger.unhanded(noon + 9000), { due: [], nextMs: null })
        assert.deepEqual(await ledger.toldSince(noon + 9000), [['ann', noon + 9000]])
        assert.deepEqual(await ledger.toldSince(noon + 9001), [])
      },
    )

    rule(
      'tells nothing before it may be, and never what may not be shown',
      async ({ store, ledger }) => {
        const alert = await make(store)
        await record(
          ledger,
          ...[found(alert.id, 1, { releaseMs: noon + 5000 }), found(alert.id, 2)],
          found(alert.id, 3, {}, { channel: 'shut' }),
          found(alert.id, 4, {}, { channel: 'kabc' }),
        )
        const shown = [whole[0] ?? assert.fail(), { channel: 'kabc', sinceMs: 0, untilMs: noon }]
        await ledger.tell([telling(alert, { shown, kind: 'digest', nowMs: noon + 4000 })])
        const [told] = (await ledger.unhanded(noon + 4000)).due
        assert.deepEqual(
          told?.mentions.map(({ text }) => text),
          ['number 2'],
        )
        assert.deepEqual(told.period, { from: iso(noon + 2600), to: iso(noon + 4000) })
        const [waits] = await ledger.waiting()
        assert.equal(waits?.count, 2, 'what is closed is history; what is delayed, or late, waits')
        assert.equal(
          (await ids(store, alert.id, [{ ...shown[0], channel: 'shut' } as Shown])).length,
          1,
        )
      },
    )

    rule(
      'tells of a rise once it is calm again, and holds it back as long as asked',
      async ({ store, ledger }) => {
        const alert = await make(store)
        await record(ledger, ...[1, 2, 3].map((n) => found(alert.id, n)))
        const news = { mentions: 9, usual: 2, sigma: 4, link: '/search?q=storm' } as never
        const rise = {
          alert,
          restated: 'in words',
          shown: whole,
          news,
          most: 2,
          fromMs: noon + 2000,
        }
        await ledger.tellVolume({ ...rise, nowMs: noon + 9000, dueMs: noon + 20_000 })
        assert.deepEqual(await ledger.risen(), [alert.id])
        assert.deepEqual(await ledger.unhanded(noon + 9000), { due: [], nextMs: noon + 20_000 })
        const [told] = (await ledger.unhanded(noon + 20_000)).due
        assert.deepEqual([told?.kind, told?.because, told?.volume], ['volume', 'quiet-hours', news])
        assert.deepEqual(
          told?.mentions.map(({ text }) => text),
          ['number 2', 'number 3'],
        )
        await ledger.calm(alert.id)
        assert.deepEqual(await ledger.risen(), [])
        await store.remove(alert.id)
        await ledger.tellVolume({ ...rise, nowMs: noon + 9000, dueMs: noon + 9000 })
        assert.deepEqual(await ledger.unhanded(noon + dayMs), { due: [], nextMs: null })
      },
    )

    rule(
      'forgets what is past and what is taken down; what repeated it takes its place',
      async ({ store, ledger }) => {
        const alert = await make(store)
        const folded = { foldSinceMs: 0 }
        await record(
          ledger,
          found(alert.id, 1, folded, { text: speech }),
          found(alert.id, 2, folded, { text: speech }),
          found(alert.id, 3, folded, { text: speech }),
          found(alert.id, 4),
        )
        await ledger.forget('kabc', { before: iso(noon + dayMs) })
        await ledger.forget('wxyz', { run: 'r1', track: 'CC2', cue: 4 })
        assert.deepEqual(
          await ids(store, alert.id),
          [4, 1].map((n) => `${alert.id}-${n}`),
        )
        await ledger.forget('wxyz', { run: 'r1', track: 'CC1', cue: 4 })
        await ledger.forget('wxyz', { before: iso(noon + 1500) })
        const [heir, ...others] = await list(store, alert.id)
        assert.deepEqual([heir?.id, heir?.repeats, others.length], [`${alert.id}-2`, 1, 0])
        assert.equal((await ledger.waiting())[0]?.count, 1, 'told, since what it repeated was not')
        await ledger.forget('wxyz', { before: iso(noon + dayMs) })
        assert.deepEqual(await list(store, alert.id), [])
      },
    )

    rule(
      'removes with an alert what it found, and what was not handed over',
      async ({ store, other, ledger }) => {
        const [one, two] = [await make(store), await make(store, 'hail')]
        const third = await make(store, 'fog', 'bob')
        for (const alert of [one, two, third]) {
          await record(ledger, found(alert.id, 1))
          await ledger.tell([telling(alert)])
        }
        assert.equal(await other.remove(one.id), true)
        assert.deepEqual(await list(store, one.id), [])
        const unhanded = async (): Promise<string[]> =>
          (await ledger.unhanded(noon + dayMs)).due.map((one) => one.alert.name).sort()
        assert.deepEqual(await unhanded(), ['fog', 'hail'])
        await other.removeOwner('ann')
        assert.deepEqual(await unhanded(), ['fog'])
        assert.deepEqual(await store.alerts(null), [third])
        assert.deepEqual(await list(store, two.id), [])
        assert.equal((await list(store, third.id)).length, 1)
      },
    )
  })
}
