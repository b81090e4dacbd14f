import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { isStorageDown } from '../../../src/protocol/codes.ts'
import { RedisConnection } from '../../../src/server/engines/redis/connection.ts'
import { Script } from '../../../src/server/engines/redis/script.ts'
import type { Logger } from '../../../src/server/ports/telemetry.ts'
import { freePort } from '../../support/free-port.ts'
import { until } from '../../support/processes.ts'
import { startRedis, withoutRedis, type TestRedis } from '../../support/redis.ts'

describe('the connection to Redis', { skip: withoutRedis }, () => {
  let server: TestRedis
  before(async () => void (server = await startRedis({ tls: true })))
  after(() => server[Symbol.asyncDispose]())
  const withCertificate = (): string => `${server.url}?sslrootcert=${server.certificate ?? ''}`

  it('checks the server’s certificate', async () => {
    await using known = new RedisConnection({ url: withCertificate() })
    assert.equal(await known.call('k', ['SET', 'k', 'v']), 'OK')
    assert.deepEqual(known.health(), { ok: true, problems: [] })
    await using stranger = new RedisConnection({ url: server.url })
    await assert.rejects(stranger.call('k', ['GET', 'k']), isStorageDown)
    assert.equal(stranger.health().ok, false)
    assert.match(stranger.health().problems.join(), /^Redis localhost:\d+: .*certificate/)
  })

  it('says that Redis is away, fails at once, and goes on when it is back', async () => {
    await using redis = new RedisConnection({ url: withCertificate() })
    const heard: string[] = []
    redis.subscribe('t', (text) => heard.push(text))
    await redis.call('k', ['PING'])
    await server.signal('SIGKILL')
    await assert.rejects(redis.call('k', ['PING']), isStorageDown)
    assert.equal(redis.health().ok, false)
    const script = new Script("return redis.call('INCR', KEYS[1])")
    await server.restart()
    await until('it answers again', () =>
      script.run(redis, ['k']).then(
        () => true,
        () => false,
      ),
    )
    await until('health', () => redis.health().ok)
    await until('it hears again', () => {
      redis.publish('t', 'news')
      return heard.includes('news')
    })
  })

  it('waits no longer than it was told for a server that hangs', async () => {
    await using redis = new RedisConnection({ url: withCertificate(), commandMs: 300 })
    assert.equal(await redis.call('k', ['SET', 'k', '1']), 'OK')
    await server.signal('SIGSTOP')
    await assert.rejects(redis.call('k', ['INCR', 'k']), isStorageDown)
    await until('health', () => !redis.health().ok)
    await server.signal('SIGCONT')
    await until('it answers again', () =>
      redis.call('k', ['PING']).then(
        () => true,
        () => false,
      ),
    )
    await until('health', () => redis.health().ok)
  })

  it('may be made before there is a server, with a password and a database', async () => {
    const port = await freePort()
    const url = `redis://:p%40ss@127.0.0.1:${port}/3`
    const warnings: object[] = []
    const silent = (): void => undefined
    const warn = (fields: object): void => void warnings.push(fields)
    const logger: Logger = { debug: silent, info: silent, warn, error: silent }
    await using redis = new RedisConnection({ url, logger })
    await assert.rejects(redis.call('k', ['PING']), isStorageDown)
    const settings = ['--requirepass', 'p@ss', '--maxmemory-policy', 'allkeys-lru']
    await using late = await startRedis({ port, settings })
    await until('it is connected', () => redis.health().ok)
    await redis.call('k', ['SET', 'k', 'v'])
    assert.equal(late.cli('-n', '3', 'GET', 'k'), 'v')
    assert.deepEqual(warnings, [{ address: `127.0.0.1:${port}`, policy: 'allkeys-lru' }])
    assert.equal(redis.kind, 'server')
    await assert.rejects(redis.call('k', ['LPUSH', 'k', 'v']), /^Error: WRONGTYPE|WRONGTYPE/)
  })
})
