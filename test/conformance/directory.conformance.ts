import assert from 'node:assert/strict'
import type { ChannelRecord, Directory } from '../../src/server/ports/directory.ts'
import { conformance, type Skips } from './support.ts'

export function channelRecord(id: string, fields: Partial<ChannelRecord> = {}): ChannelRecord {
  return {
    id,
    name: `Name of ${id}`,
    network: null,
    country: 'US',
    languages: ['en'],
    timeZone: 'America/New_York',
    description: null,
    tags: ['news'],
    website: 'https://example.org/',
    logo: null,
    externalIds: [{ scheme: 'callsign', value: 'WXYZ' }],
    policy: {
      visibility: 'public',
      delaySeconds: 0,
      snippetWords: null,
      retentionDays: null,
      export: true,
      robots: true,
    },
    ...fields,
  }
}

export function directoryConformance(
  engine: string,
  open: (now: () => number) => Promise<Directory>,
  skip: Skips = {},
): void {
  let nowMs = Date.UTC(2026, 10, 10)
  const openNow = (): Promise<Directory> => {
    nowMs = Date.UTC(2026, 10, 10)
    return open(() => nowMs)
  }
  conformance(`directory conformance: ${engine}`, openNow, skip, (rule) => {
    rule('creates, replaces and removes channels, listed by id', async (directory) => {
      const zebra = channelRecord('zebra')
      const news = channelRecord('news')
      assert.equal(await directory.createChannel(zebra), 'created')
      assert.equal(await directory.createChannel(news), 'created')
      assert.equal(await directory.createChannel(news), 'conflict')
      assert.deepEqual(directory.channels(), [news, zebra])
      const renamed = { ...news, name: 'New name', country: null }
      assert.equal(await directory.replaceChannel(renamed), 'replaced')
      assert.deepEqual(directory.channel('news'), renamed)
      assert.equal(await directory.removeChannel('zebra'), 'removed')
      assert.equal(await directory.removeChannel('zebra'), 'missing')
      assert.equal(await directory.replaceChannel(zebra), 'missing')
      assert.equal(directory.channel('zebra'), undefined)
      assert.deepEqual(directory.channels(), [renamed])
    })

    rule('checks a token against its scope and nothing else', async (directory) => {
      for (const scope of [{ feed: 'news' }, 'read', 'admin'] as const) {
        const { id, token } = await directory.createToken(scope, 'a note', null)
        assert.match(token, /^ccr_[A-Za-z0-9_-]{43}$/)
        assert.deepEqual(directory.check(token), { id, scope, owner: null })
        assert.equal(directory.check(`${token}x`), undefined)
      }
      assert.equal(directory.check(''), undefined)
    })

    rule('lists tokens without their text', async (directory) => {
      const { id, token } = await directory.createToken({ feed: 'news' }, 'roof', null)
      const createdAt = new Date(nowMs).toISOString()
      const expected = { id, scope: { feed: 'news' }, owner: null, note: 'roof', createdAt }
      const unused = { ...expected, expiresAt: null, lastUsedAt: null, revokedAt: null }
      assert.deepEqual(directory.tokens(), [unused])
      assert.ok(!JSON.stringify(directory.tokens()).includes(token.slice(4, 20)))
    })

    rule('remembers that a token was used', async (directory) => {
      const { token } = await directory.createToken('read', '', null)
      directory.check(token)
      const [record] = directory.tokens()
      assert.equal(record?.lastUsedAt, new Date(nowMs).toISOString())
    })

    rule('refuses a token from its expiry on', async (directory) => {
      const { token } = await directory.createToken(
        'read',
        '',
        new Date(nowMs + 1000).toISOString(),
      )
      nowMs += 999
      assert.ok(directory.check(token))
      nowMs += 1
      assert.equal(directory.check(token), undefined)
    })

    rule('refuses a revoked token, and keeps it on the list', async (directory) => {
      const { id, token } = await directory.createToken('admin', '', null)
      assert.equal(await directory.revokeToken(id), 'revoked')
      assert.equal(directory.check(token), undefined)
      assert.equal(await directory.revokeToken(id), 'missing')
      assert.equal(await directory.revokeToken('no-such-id'), 'missing')
      assert.equal(directory.tokens()[0]?.revokedAt, new Date(nowMs).toISOString())
    })

    rule('revokes the feed tokens of a removed channel', async (directory) => {
      await directory.createChannel(channelRecord('news'))
      const feed = await directory.createToken({ feed: 'news' }, '', null)
      const read = await directory.createToken('read', '', null)
      await directory.removeChannel('news')
      await directory.createChannel(channelRecord('news'))
      assert.equal(directory.check(feed.token), undefined)
      assert.ok(directory.check(read.token))
    })

    rule('tells listeners of every change until they leave', async (directory) => {
      const stop = new AbortController()
      let changes = 0
      directory.onChange(() => changes++, stop.signal)
      await directory.createChannel(channelRecord('news'))
      assert.equal(changes, 1)
      const { id } = await directory.createToken('read', '', null)
      assert.equal(changes, 2)
      await directory.revokeToken(id)
      assert.equal(changes, 3)
      stop.abort()
      await directory.removeChannel('news')
      assert.equal(changes, 3)
    })
  })
}
