import assert from 'node:assert/strict'
import { airingEvent, at, runEvent } from './events.ts'
import type { RuleEverywhere } from './storage.ts'

const always = { from: null, to: null }
const day = 86_400

/** What an archive finds by the titles of programmes. */
export function programmeRules(everywhere: RuleEverywhere): void {
  everywhere(
    'finds programmes by the beginnings of words, airings of one title together, the newest first',
    (feeder) =>
      feeder.store(
        runEvent(1),
        airingEvent(2, 'a', 0, 60, { title: 'Un été à Paris' }),
        airingEvent(3, 'b', 60, 120, { title: 'Evening News' }),
        airingEvent(4, 'c', day, day + 60, { title: 'Evening News' }),
        airingEvent(5, 'd', 40 * day, null, { title: 'Evening News' }),
        airingEvent(6, 'c', day, day + 90, { title: 'Evening News' }),
        airingEvent(7, 'e', 2 * day, 2 * day + 60, { title: 'News of the Evening' }),
      ),
    async (archive) => {
      const find = async (
        terms: string[],
        from: number,
        to: number,
        newest = 9,
      ): Promise<string[]> =>
        (await archive.programmes('news', { from: at(from), to: at(to) }, { terms, newest })).map(
          ({ title, count, airings }) => `${title} ${count}: ${airings.map(({ id }) => id).join()}`,
        )
      assert.deepEqual(await find(['ete', 'par'], 0, day), ['Un été à Paris 1: a'])
      assert.deepEqual(await find(['vening'], 0, 50 * day), [])
      assert.deepEqual(await find(['news', 'even'], 0, 50 * day, 2), [
        'Evening News 3: d,c',
        'News of the Evening 1: e',
      ])
      // By the start: what was on already, and what begins at the end, is not of the range.
      assert.deepEqual(await find(['evening'], 61, 2 * day), ['Evening News 1: c'])
      assert.deepEqual(await archive.programmes('sport', always, { terms: [], newest: 1 }), [])
    },
  )
}
