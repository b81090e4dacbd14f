import assert from 'node:assert/strict'
import { newAlertSchema, type Alert } from '../../src/protocol/alerts.ts'
import type { AlertStore } from '../../src/server/ports/alerts.ts'
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
  whole,
  type AlertSubject,
} from './alert-records.ts'
import { conformance, type Skips } from './support.ts'

export function alertsConformance(
  engine: string,
  open: () => Promise<AlertSubject>,
  skip: Skips = {},
): void {
  conformance(`alerts conformance: ${engine}`, open, skip, (rule) => {
    rule('keeps alerts in the order in which they were made, for every node', async (subject) => {
      const { store, other } = subject
      assert.deepEqual(await store.alerts(null), [])
      const one = await make(store, 'storm')
      const fields = { ...newAlertSchema.parse({ query: '"a b" OR \u{1f4a7}' }), name: 'é' }
      const two = await other.add('bob', fields, 1, noon + 5)
      assert.ok(two !== 'full')
      assert.deepEqual([two.createdAt, two.since], [iso(noon + 5), iso(noon + 5)])
      assert.deepEqual(await store.alerts(null), [one, two])
      assert.deepEqual(await other.alerts([two.id, 'none']), [two])
      assert.deepEqual(await store.alerts([]), [])
    })

    rule(
      'changes an alert, and since when it hears only where that is said',
      async ({ store, other }) => {
        const one = await make(store)
        const fields = { ...newAlertSchema.parse({ query: 'hail' }), name: 'Hail' }
        const changed = await other.change(one.id, fields, null)
        assert.deepEqual(changed, { ...one, ...fields })
        assert.deepEqual(await store.change(one.id, fields, noon + 9), {
          ...changed,
          since: iso(noon + 9),
        })
        assert.equal(await store.change('none', fields, null), undefined)
      },
    )

    rule(
      'has no more of an owner’s than it may, whoever adds them at once',
      async ({ store, other }) => {
        const fields = { ...newAlertSchema.parse({ query: 'a' }), name: 'a' }
        const add = (to: AlertStore, owner: string): Promise<Alert | 'full'> =>
          to.add(owner, fields, 2, noon)
        const all = await Promise.all([
          ...[add(store, 'ann'), add(other, 'ann'), add(store, 'ann'), add(other, 'ann')],
          add(store, 'bob'),
        ])
        assert.equal(all.filter((one) => one === 'full').length, 2)
        assert.equal((await store.alerts(null)).length, 3)
      },
    )

    rule(
      'knows an alert by the secret of its feed, and by the newest only',
      async ({ store, other }) => {
        const { id } = await make(store)
        const first = await store.createFeed(id)
        assert.equal(await other.alertOfFeed(first), id)
        const second = await other.createFeed(id)
        assert.notEqual(second, first)
        assert.deepEqual(
          [await store.alertOfFeed(first), await store.alertOfFeed(second)],
          [undefined, id],
        )
      },
    )

    rule('keeps places, and forgets them before the first alert', async ({ store, ledger }) => {
      const one = await make(store)
      assert.equal(await ledger.places(), null)
      await ledger.keep([])
      assert.deepEqual(await ledger.places(), [])
      const position = { epoch: 'e1', seq: 7 }
      await ledger.keep([
        ['wxyz', position],
        ['kabc', { epoch: 'e2', seq: 1 }],
      ])
      await ledger.keep([['wxyz', { epoch: 'e1', seq: 9 }]])
      const places = new Map(await ledger.places())
      assert.deepEqual(places.get('wxyz'), { epoch: 'e1', seq: 9 })
      assert.deepEqual(places.get('kabc'), { epoch: 'e2', seq: 1 })
      await make(store, 'hail')
      assert.equal((await ledger.places())?.length, 2, 'another alert changes nothing')
      for (const { id } of await store.alerts(null)) await store.remove(id)
      await make(store)
      assert.equal(await ledger.places(), null)
      assert.equal(await store.remove(one.id), false)
    })

    rule(
      'records a mention once, with the place it was heard at, and none of what is gone',
      async ({ store, other, ledger }) => {
        const { id } = await make(store)
        const position = { epoch: 'e1', seq: 3 }
        await ledger.keep([])
        await ledger.record([
          { channel: 'wxyz', position, mentions: [found(id, 1), found('gone', 1), found(id, 1)] },
        ])
        await record(ledger, found(id, 1, { isTold: false }, { text: 'another' }), found(id, 2))
        assert.deepEqual(
          (await list(other, id)).map(({ text }) => text),
          ['number 2', 'number 1'],
        )
        assert.deepEqual(await list(store, 'gone'), [])
        assert.deepEqual(await ledger.places(), [['wxyz', position]])
        assert.deepEqual(await ledger.waiting(), [
          { alert: id, count: 2, firstMs: noon + 1600, releaseMs: noon },
        ])
      },
    )

    rule('keeps whatever was said', async ({ store, ledger }) => {
      const { id } = await make(store)
      const text = 'a\u0000b \ud800 "\\" \u{1f4a7} ’ \r\n'
      const said = found(id, 1, {}, { text })
      await record(ledger, said)
      assert.deepEqual(await list(store, id), [{ ...said.mention, alsoOn: [], repeats: 0 }])
    })

    rule('folds what is said again into what was said first', async ({ store, ledger }) => {
      const { id } = await make(store)
      const folded = { foldSinceMs: noon - dayMs }
      await record(ledger, found(id, 1, folded, { text: speech }))
      await record(
        ledger,
        found(id, 2, folded, {
          text: `${speech.toLowerCase()}.`,
          channel: 'kabc',
          channelName: 'KABC',
        }),
        found(id, 3, folded, { text: 'SOMETHING ELSE THAT HAS SOME WORDS OF ITS OWN TO SAY' }),
        // Shown before the first of them may be: it would tell of it.
        found(id, 4, { ...folded, releaseMs: noon - 1 }, { text: speech }),
        found(id, 5, {}, { text: speech }),
      )
      assert.deepEqual(
        await ids(store, id),
        [5, 4, 3, 1].map((n) => `${id}-${n}`),
      )
      const first = (await list(store, id)).at(-1)
      assert.deepEqual(first?.alsoOn, [
        { channel: 'kabc', channelName: 'KABC', track: 'CC1', start: iso(noon + 2000) },
      ])
      assert.equal(first.repeats, 1)
      const part = whole.slice(0, 1)
      assert.equal((await list(store, id, part)).at(-1)?.repeats, 0, 'as far as it is shown')
      const [waits] = await ledger.waiting()
      assert.equal(waits?.count, 4)
    })

    rule('lists fifty repeats and counts them all', async ({ store, ledger }) => {
      const { id } = await make(store)
      const all = Array.from({ length: 55 }, (_, n) =>
        found(id, n, { foldSinceMs: 0 }, { text: speech }),
      )
      await record(ledger, ...all)
      const [one, ...others] = await list(store, id)
      assert.deepEqual(others, [])
      assert.deepEqual([one?.alsoOn.length, one?.repeats], [50, 54])
      assert.equal(one?.alsoOn[0]?.start, iso(noon + 1000))
    })

    rule(
      'pages through mentions, newest first, and shows what may be shown',
      async ({ store, ledger }) => {
        const { id } = await make(store)
        await record(ledger, ...[1, 2, 3, 4, 5].map((n) => found(id, n)))
        const seen: string[] = []
        let cursor: string | null = null
        do {
          const page = await store.mentions({ alert: id, shown: whole, cursor, limit: 2 })
          seen.push(...page.items.map(({ text }) => text))
          cursor = page.cursor
        } while (cursor !== null)
        assert.deepEqual(
          seen,
          [5, 4, 3, 2, 1].map((n) => `number ${n}`),
        )
        const some = [{ channel: 'wxyz', sinceMs: noon + 2000, untilMs: noon + 4600 }]
        assert.deepEqual(
          await ids(store, id, some),
          [4, 3, 2].map((n) => `${id}-${n}`),
        )
        assert.deepEqual(await ids(store, id, []), [])
        await assert.rejects(store.mentions({ alert: id, shown: whole, cursor: 'x', limit: 2 }), {
          code: 'bad-request',
        })
      },
    )

    rule('counts by days, repeats left out', async ({ store, ledger }) => {
      const [one, two] = [await make(store), await make(store, 'hail')]
      const next = { matched: iso(noon + dayMs), aired: iso(noon), received: iso(noon) }
      await record(
        ledger,
        ...[found(one.id, 1), found(one.id, 2), found(one.id, 3, {}, { trail: next })],
        found(two.id, 4, { foldSinceMs: 0 }, { text: speech }),
        found(two.id, 5, { foldSinceMs: 0 }, { text: speech }),
      )
      const counts = await store.counts([one.id, two.id, 'none'], whole, noon)
      assert.deepEqual(
        new Set(counts.map(({ alert, day, mentions }) => `${alert} ${day} ${mentions}`)),
        new Set([`${one.id} 2026-11-27 2`, `${one.id} 2026-11-28 1`, `${two.id} 2026-11-27 1`]),
      )
      assert.deepEqual(await store.counts([one.id], whole, noon + dayMs + 1), [])
      assert.deepEqual(await store.counts([one.id], [], 0), [])
    })
  })
}
