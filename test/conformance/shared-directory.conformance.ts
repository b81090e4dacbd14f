import assert from 'node:assert/strict'
import type { Directory } from '../../src/server/ports/directory.ts'
import { until } from '../support/processes.ts'
import { channelRecord } from './directory.conformance.ts'
import { conformance, type Skips } from './support.ts'

/** Two of one kind that keep the same. */
export interface Pair<T> extends AsyncDisposable {
  readonly one: T
  readonly two: T
}

/** What two processes that share a directory may expect of each other. */
export function sharedDirectoryConformance(
  engine: string,
  open: () => Promise<Pair<Directory>>,
  skip: Skips = {},
): void {
  conformance(`shared directory conformance: ${engine}`, open, skip, (rule) => {
    rule('shows within a second what the other changes, and tells of it', async ({ one, two }) => {
      let told = 0
      two.onChange(() => told++, new AbortController().signal)
      await one.createChannel(channelRecord('news'))
      await until('the channel', () => two.channel('news') !== undefined, 1000)
      assert.ok(told > 0)
      await one.replaceChannel(channelRecord('news', { name: 'Other' }))
      await until('its name', () => two.channel('news')?.name === 'Other', 1000)
      const { token, id } = await one.createToken({ feed: 'news' }, '', null)
      await until('the token', () => two.check(token)?.id === id, 1000)
      await one.removeChannel('news')
      await until('no token', () => two.check(token) === undefined, 1000)
      assert.deepEqual(two.channels(), [])
    })

    rule('knows a token that the other has just made, once it has settled', async (pair) => {
      const { token, id } = await pair.one.createToken('read', '', null)
      await pair.two.settle()
      assert.equal(pair.two.check(token)?.id, id)
      assert.equal(await pair.two.revokeToken(id), 'revoked')
      await pair.one.settle()
      assert.equal(pair.one.check(token), undefined)
    })

    rule('makes a channel once, and shows it to whoever was too late', async ({ one, two }) => {
      for (const id of ['a', 'b', 'c']) {
        const made = await Promise.all([
          one.createChannel(channelRecord(id, { name: 'one' })),
          two.createChannel(channelRecord(id, { name: 'two' })),
        ])
        assert.deepEqual(made.toSorted(), ['conflict', 'created'])
        const name = made[0] === 'created' ? 'one' : 'two'
        assert.equal(one.channel(id)?.name, name)
        assert.equal(two.channel(id)?.name, name)
      }
    })
  })
}
