import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import type { Objects } from '../../src/server/ports/objects.ts'
import { conformance, type Skips } from './support.ts'

/** Two nodes on one store that is empty. */
export interface TwoNodes extends AsyncDisposable {
  readonly one: Objects
  readonly two: Objects
}

export function objectsConformance(
  engine: string,
  open: () => Promise<TwoNodes>,
  skip: Skips = {},
): void {
  conformance(`objects conformance: ${engine}`, open, skip, (rule) => {
    rule('gives another node every byte, of none and of many', async ({ one, two }) => {
      for (const size of [0, 1, 256, 3_000_000]) {
        const bytes = randomBytes(size)
        await one.put(`bin/news/${size}.zst`, bytes)
        const found = await two.get(`bin/news/${size}.zst`)
        assert.ok(found !== undefined && bytes.equals(found), `${size} bytes`)
      }
    })

    rule('puts the view of a buffer that it was given, and no more', async ({ one, two }) => {
      const bytes = Buffer.from('0123456789')
      await one.put('view', bytes.subarray(2, 5))
      assert.equal(Buffer.from((await two.get('view')) ?? []).toString(), '234')
    })

    rule('replaces what has the name, and knows nothing of others', async ({ one, two }) => {
      await one.put('a/b', Buffer.from('first'))
      await two.put('a/b', Buffer.from('2nd'))
      assert.equal(Buffer.from((await one.get('a/b')) ?? []).toString(), '2nd')
      assert.equal(await one.get('a'), undefined)
      assert.equal(await one.get('a/b2'), undefined)
    })

    rule('removes, whether or not there is one', async ({ one, two }) => {
      await one.put('gone', Buffer.from('x'))
      await two.remove('gone')
      assert.equal(await one.get('gone'), undefined)
      await two.remove('gone')
      await one.put('gone', Buffer.from('back'))
      assert.equal(Buffer.from((await two.get('gone')) ?? []).toString(), 'back')
    })

    rule('lists names by their beginning, page after page', async ({ one, two }) => {
      const names = ['bin/a/1', 'bin/a/2.zst', 'bin/a-b/1', 'bin/B', 'bin2', 'other/a']
      for (const name of names) await one.put(name, Buffer.from(name))
      assert.deepEqual(await namesOf(two, 'bin/'), ['bin/B', 'bin/a-b/1', 'bin/a/1', 'bin/a/2.zst'])
      assert.deepEqual(await namesOf(two, 'bin/a/'), ['bin/a/1', 'bin/a/2.zst'])
      assert.deepEqual(await namesOf(two, 'bin/a'), ['bin/a-b/1', 'bin/a/1', 'bin/a/2.zst'])
      assert.deepEqual(await namesOf(two, 'none'), [])
      assert.equal((await namesOf(two, '')).length, names.length)
      const many = Array.from({ length: 11 }, (_, n) => `many/${10 + n}`)
      for (const name of many) await one.put(name, Buffer.from(name))
      assert.deepEqual(await namesOf(two, 'many/'), many)
    })

    rule('refuses what is no name of an object', async ({ one }) => {
      for (const name of ['', '/a', 'a/', 'a//b', '../a', 'a/../b', 'a b', 'é', 'a?b', '.a'])
        await assert.rejects(one.put(name, Buffer.from('x')), TypeError, name)
    })
  })
}

async function namesOf(objects: Objects, prefix: string): Promise<string[]> {
  const names: string[] = []
  for await (const name of objects.list(prefix)) names.push(name)
  return names.sort()
}
