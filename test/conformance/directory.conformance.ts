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
    rule('creates, replaces and removes channels, listed by id', (directory) => {
      const zebra = channelRecord('zebra')
      const news = channelRecord('news')
      assert.equal(directory.createChannel(zebra), 'created')
      assert.equal(directory.createChannel(news), 'created')
      assert.equal(directory.createChannel(news), 'conflict')
      assert.deepEqual(directory.channels(), [news, zebra])
      const renamed = { ...news, name: 'New name', country: null }
      assert.equal(directory.replaceChannel(renamed), 'replaced')
      assert.deepEqual(directory.channel('news'), renamed)
      assert.equal(directory.removeChannel('zebra'), 'removed')
      assert.equal(directory.removeChannel('zebra'), 'missing')
      assert.equal(directory.replaceChannel(zebra), 'missing')
      assert.equal(directory.channel('zebra'), undefined)
      assert.deepEqual(directory.channels(), [renamed])
    })

    rule('checks a token against its scope and nothing else', (directory) => {
      for (const scope of [{ feed: 'news' }, 'read', 'admin'] as const) {
        const { id, token } = directory.createToken(scope, 'a note', null)
        assert.match(token, /^ccr_[A-Za-z0-9_-]{43}$/)
        assert.deepEqual(directory.check(token), { id, scope, owner: null })
        assert.equal(directory.check(`${token}x`), undefined)
      }
      assert.equal(directory.check(''), undefined)
    })

    rule('lists tokens without their text', (directory) => {
      const { id, token } = directory.createToken({ feed: 'news' }, 'roof', null)
      const createdAt = new Date(nowMs).toISOString()
      const expected = { id, scope: { feed: 'news' }, owner: null, note: 'roof', createdAt }
      const unused = { ...expected, expiresAt: null, lastUsedAt: null, revokedAt: null }
      assert.deepEqual(directory.tokens(), [unused])
      assert.ok(!JSON.stringify(directory.tokens()).includes(token.slice(4, 20)))
    })

    rule('remembers that a token was used', (directory) => {
      const { token } = directory.createToken('read', '', null)
      directory.check(token)
      const [record] = directory.tokens()
      assert.equal(record?.lastUsedAt, new Date(nowMs).toISOString())
    })

    rule('refuses a token from its expiry on', (directory) => {
      const { token } = directory.createToken('read', '', new Date(nowMs + 1000).toISOString())
      nowMs += 999
      assert.ok(directory.check(token))
      nowMs += 1
      assert.equal(directory.check(token), undefined)
    })

    rule('refuses a revoked token, and keeps it on the list', (directory) => {
      const { id, token } = directory.createToken('admin', '', null)
      assert.equal(directory.revokeToken(id), 'revoked')
      assert.equal(directory.check(token), undefined)
      assert.equal(directory.revokeToken(id), 'missing')
      assert.equal(directory.revokeToken('no-such-id'), 'missing')
      assert.equal(directory.tokens()[0]?.revokedAt, new Date(nowMs).toISOString())
    })

    rule('revokes the feed tokens of a removed channel', (directory) => {
      directory.createChannel(channelRecord('news'))
      const feed = directory.createToken({ feed: 'news' }, '', null)
      const read = directory.createToken('read', '', null)
      directory.removeChannel('news')
      directory.createChannel(channelRecord('news'))
      assert.equal(directory.check(feed.token), undefined)
      assert.ok(directory.check(read.token))
    })

    rule('tells listeners of every change until they leave', (directory) => {
      const stop = new AbortController()
      let changes = 0
      directory.onChange(() => changes++, stop.signal)
      directory.createChannel(channelRecord('news'))
      assert.equal(changes, 1)
      const { id } = directory.createToken('read', '', null)
      assert.equal(changes, 2)
      directory.revokeToken(id)
      assert.equal(changes, 3)
      stop.abort()
      directory.removeChannel('news')
      assert.equal(changes, 3)
    })
  })
}
