import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { Postgres } from '../../src/server/engines/postgres/database.ts'
import { migrate } from '../../src/server/engines/postgres/migrations.ts'
import { startPostgres, type TestPostgres } from '../support/database.ts'
import { freePort } from '../support/free-port.ts'
import { withoutCluster } from '../support/nodes/cluster.ts'
import { run, temporaryFolder, until, type Folder, type Running } from '../support/processes.ts'
import { startRedis, type TestRedis } from '../support/redis.ts'

interface Starting extends Running {
  readonly url: string
}

interface Said {
  readonly status: number
  readonly text: string
}

/** Silence is noticed after five seconds, and a node ends no later than it would have begun. */
const soonMs = 3000

describe('a node of several that starts', { skip: withoutCluster }, () => {
  let folder: Folder
  let postgres: TestPostgres
  let redis: TestRedis
  let url: string
  before(async () => {
    folder = await temporaryFolder()
    const rules = path.join(folder.path, 'pg_hba.conf')
    writeFileSync(rules, 'host all locked all scram-sha-256\nhost all all all trust\n')
    chmodSync(folder.path, 0o755)
    postgres = await startPostgres({ hba_file: rules })
    redis = await startRedis()
    url = (await postgres.newDatabase()).replace('ccr@', 'ccr:secret@')
  })
  after(async () => {
    await redis[Symbol.asyncDispose]()
    await postgres[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  async function start(
    databaseUrl: string = url,
    env: Readonly<Record<string, string>> = {},
  ): Promise<Starting> {
    const port = await freePort()
    const running = run(['serve', '--data', folder.path, '--port', String(port)], {
      ...{ CCR_DATABASE_URL: databaseUrl, CCR_REDIS_URL: redis.url, CCR_LOG_LEVEL: 'info' },
      ...env,
    })
    return { ...running, url: `http://127.0.0.1:${port}` }
  }

  async function ask(node: Starting, where: string, method = 'GET'): Promise<Said> {
    try {
      const answer = await fetch(`${node.url}${where}`, { method })
      return { status: answer.status, text: await answer.text() }
    } catch {
      // Nobody listens, or no longer.
      return { status: 0, text: '' }
    }
  }

  const lives = (node: Starting): Promise<void> =>
    until('it lives', async () => (await ask(node, '/healthz')).status === 200)
  const serves = (node: Starting): Promise<void> =>
    until('it serves', async () => (await ask(node, '/readyz')).status === 200)

  for (const [how, harm, mend, why] of [
    ['refuses', () => postgres.signal('SIGKILL'), () => postgres.restart(), /connect ECONNREFUSED/],
    [
      'is silent',
      () => postgres.signal('SIGSTOP'),
      () => postgres.signal('SIGCONT'),
      /no answer yet|timeout/,
    ],
  ] as const) {
    it(`waits for a PostgreSQL that ${how}, says so, and serves as soon as it answers`, async () => {
      await harm()
      await using node = await start()
      await lives(node)
      const waits = new RegExp(`starts when PostgreSQL at 127.0.0.1:${postgres.port} answers: `)
      await until('it says so', () => waits.test(node.stderr()))
      const ready = await ask(node, '/readyz')
      assert.equal(ready.status, 503)
      const { problems } = JSON.parse(ready.text) as { readonly problems: readonly string[] }
      assert.match(problems[0] ?? '', waits)
      assert.match(problems[0] ?? '', why)
      for (const [where, method] of [
        ['/api/v1/channels', 'GET'],
        ['/api/v1/channels/one/feed', 'POST'],
        ['/', 'GET'],
      ] as const) {
        const { status, text } = await ask(node, where, method)
        assert.equal(status, 503, where)
        assert.equal((JSON.parse(text) as { code: string }).code, 'storage-unavailable')
      }
      assert.equal(node.child.exitCode, null, 'it has not ended')
      assert.equal(node.stdout(), '', 'it has not begun')
      await mend()
      await serves(node)
      assert.equal((await ask(node, '/api/v1/channels')).status, 200)
      await until('it says where', () => node.stdout().startsWith(`listening on ${node.url}\n`))
      assert.match(node.stderr(), /PostgreSQL answers, and the node starts/)
      assert.doesNotMatch(node.stderr(), /secret/)
      node.child.kill('SIGTERM')
      assert.equal(await node.ended, 0)
    })

    it(`ends when it is asked to while PostgreSQL ${how}`, async () => {
      await harm()
      try {
        await using node = await start()
        await lives(node)
        const began = Date.now()
        node.child.kill('SIGTERM')
        assert.equal(await node.ended, 0)
        assert.ok(Date.now() - began < soonMs, `${Date.now() - began} ms`)
        assert.equal(node.stdout(), '')
      } finally {
        await mend()
      }
    })
  }

  it('tells every ten seconds or so what it waits for, and no more often', async () => {
    await using node = await start(`postgres://ccr:secret@127.0.0.1:${await freePort()}/away`)
    const lines = (): number => node.stderr().split('starts when PostgreSQL').length - 1
    await until('it says so', () => lines() > 0)
    const began = Date.now()
    await until('and again', () => lines() > 1)
    assert.ok(Date.now() - began > 9000, `after ${Date.now() - began} ms`)
    assert.doesNotMatch(node.stderr(), /secret/)
  })

  it('ends at once with what waiting does not mend', async () => {
    const newer = await postgres.newDatabase()
    {
      await using database = new Postgres({ url: newer })
      await migrate(database, [{ name: 'archive', steps: Array<string>(99).fill('SELECT 1') }])
      await database.query("CREATE USER locked PASSWORD 'right'")
    }
    const wrong: readonly (readonly [string, RegExp])[] = [
      [`${url}_not_there`, /database "test_1_not_there" does not exist/],
      [newer, /tables of a newer ccr/],
      [url.replace('ccr:secret', 'locked:wrong'), /password authentication failed/],
      [url.replace('ccr:secret', 'locked'), /password/],
      [`${url}?sslmode=verify-full`, /certificate/],
      [`${url}?sslmode=verify-full&sslrootcert=/not/there`, /ENOENT.*not\/there/],
    ]
    for (const [databaseUrl, says] of wrong) {
      await using node = await start(databaseUrl)
      await until('it ends', () => node.child.exitCode !== null)
      assert.equal(await node.ended, 1, node.stderr())
      assert.match(node.stderr(), /CCR_DATABASE_URL and CCR_REDIS_URL cannot be used: /)
      assert.match(node.stderr(), says)
      assert.doesNotMatch(node.stderr(), /secret|wrong/)
    }
    await using taken = await start(url, { CCR_LOG_LEVEL: 'silent' })
    await serves(taken)
    const { port } = new URL(taken.url)
    await using second = run(['serve', '--port', port], {
      ...{ CCR_DATABASE_URL: url, CCR_REDIS_URL: redis.url },
    })
    assert.equal(await second.ended, 1)
    assert.match(second.stderr(), /is in use by another program/)
  })

  it('does what it can without Redis, says so, and is ready when it comes', async () => {
    await redis.signal('SIGKILL')
    await using node = await start()
    await lives(node)
    await until('it begins', () => node.stdout().startsWith('listening'))
    const { status, text } = await ask(node, '/readyz')
    assert.equal(status, 503)
    assert.match(text, /Redis 127\.0\.0\.1:\d+: connect ECONNREFUSED/)
    assert.equal((await ask(node, '/api/v1/channels')).status, 200)
    await redis.restart()
    await serves(node)
  })
})
