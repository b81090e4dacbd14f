import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { get } from 'node:https'
import path from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { createClient } from '@redis/client'
import { parse } from 'yaml'
import { z } from 'zod'
import { postgresPrograms, startPostgres, withoutPostgres } from '../support/database.ts'
import { readManifests } from '../support/deploy/manifests.ts'
import { startNameServer } from '../support/deploy/name-server.ts'
import { freePort } from '../support/free-port.ts'
import { hasNginx, hasOpenssl, startShippedNginx } from '../support/nginx.ts'
import { start, temporaryFolder, until } from '../support/processes.ts'
import { withoutRedis } from '../support/redis.ts'
import { startS3 } from '../support/s3.ts'

/** What is set up around several nodes, carried out: commands of compose.cluster.yaml and of deploy/kubernetes as they stand there. */

const execute = promisify(execFile)
const hasCurl = spawnSync('curl', ['--version']).error === undefined
const compose = z
  .object({
    services: z.record(
      z.string(),
      z.looseObject({
        entrypoint: z.array(z.string()).optional(),
        command: z.array(z.string()).optional(),
      }),
    ),
  })
  .parse(parse(readFileSync('compose.cluster.yaml', 'utf8'))).services

describe('around several nodes', () => {
  const withoutNginx = hasNginx && hasOpenssl ? false : 'nginx or openssl is not installed'
  it(
    'nginx finds both nodes by their one name, and goes on with the one that is left',
    { skip: withoutNginx },
    async () => {
      const port = await freePort()
      await using nodes = new AsyncDisposableStack()
      const [first] = await Promise.all(
        ['127.0.0.1', '127.0.0.2'].map(async (address) => {
          const node = createServer((_request, response) => response.end(address))
          node.listen(port, address)
          await once(node, 'listening')
          nodes.defer(() => ended(node))
          return node
        }),
      )
      await using names = await startNameServer(['127.0.0.1', '127.0.0.2'])
      await using nginx = await startShippedNginx(`ccr.test:${port}`, names.address)
      const ca = readFileSync(nginx.certificate, 'utf8')
      const ask = async (): Promise<string> =>
        await new Promise((resolve, reject) => {
          get(nginx.url, { ca, agent: false }, (response) => {
            let said = `${response.statusCode} `
            response.setEncoding('utf8').on('data', (part: string) => (said += part))
            response.on('end', () => resolve(said))
          }).on('error', reject)
        })
      // One after the other: those that wait for the same answer of the name server get the same node.
      const asked = async (): Promise<string[]> => {
        const said = new Set<string>()
        for (let count = 0; count < 30; count++) said.add(await ask())
        return [...said].sort()
      }
      assert.deepEqual(await asked(), ['200 127.0.0.1', '200 127.0.0.2'])
      assert.ok(first !== undefined)
      await ended(first)
      assert.deepEqual(await asked(), ['200 127.0.0.2'])
    },
  )

  it(
    'Redis wants its password, keeps nothing on disk, and throws nothing away',
    { skip: withoutRedis },
    async () => {
      await using folder = await temporaryFolder()
      const port = await freePort()
      const conf = path.join(folder.path, 'redis.conf')
      const shipped = readFileSync('deploy/kubernetes/overlays/small-cluster/redis.conf', 'utf8')
      assert.ok(shipped.includes('\ndir /tmp\n'))
      writeFileSync(conf, `${shipped.replace('dir /tmp', `dir ${folder.path}`)}port ${port}\n`)
      const [command = ''] = compose['redis']?.command ?? []
      const said = command.replaceAll('$$', '$').replace('/etc/redis/redis.conf', conf)
      assert.ok(said.includes(conf))
      await using redis = start('sh', ['-euc', said], { REDIS_PASSWORD: 'a-password' })
      const connect = async (password: string) => {
        const client = createClient({
          ...{ url: `redis://:${password}@127.0.0.1:${port}` },
          socket: { reconnectStrategy: false },
        })
        client.on('error', () => undefined)
        await client.connect()
        return client
      }
      await until('Redis answers', async () => {
        const client = await connect('a-password').catch(() => undefined)
        client?.destroy()
        return client !== undefined
      })
      await assert.rejects(connect('another'), /WRONGPASS/)
      const client = await connect('a-password')
      for (const [name, value] of [
        ['maxmemory-policy', 'noeviction'],
        ['maxmemory', String(768 * 2 ** 20)],
        ['save', ''],
        ['appendonly', 'no'],
      ] as const)
        assert.deepEqual({ ...(await client.configGet(name)) }, { [name]: value })
      client.destroy()
      // It is the process that is told to stop, and its arguments say no secret.
      const process = readFileSync(`/proc/${redis.child.pid}/cmdline`, 'utf8')
      assert.match(process, /^redis-server/)
      assert.doesNotMatch(process, /a-password/)
    },
  )

  it(
    'the bucket is made once, and is well when it is there',
    { skip: hasCurl ? false : 'curl is not installed' },
    async () => {
      await using s3 = await startS3()
      const [command = ''] = compose['bucket']?.command ?? []
      for (const bucket of ['made-by-it', 'made-by-it']) {
        const said = command
          .replaceAll('$$', '$')
          .replace('http://s3:8333/captions', `${s3.url}/${bucket}`)
          .replace('"ccr:%s', `"${s3.accessKey}:%s`)
        assert.ok(said.includes(bucket))
        await execute('sh', ['-euc', said], {
          env: { ...process.env, S3_SECRET_KEY: s3.secretKey },
        })
      }
      const nowhere = command.replaceAll('$$', '$').replace('http://s3:8333', 'http://127.0.0.1:9')
      await assert.rejects(
        execute('sh', ['-euc', nowhere], { env: { ...process.env, S3_SECRET_KEY: 'x' } }),
      )
    },
  )

  it(
    'the nightly copy of the database is whole, is restored, and the oldest go',
    { skip: withoutPostgres },
    async () => {
      await using postgres = await startPostgres()
      await using folder = await temporaryFolder()
      const backups = path.join(folder.path, 'backups')
      mkdirSync(backups)
      writeFileSync(path.join(folder.path, 'database-password'), 'none is asked for')
      for (let day = 10; day < 30; day++)
        writeFileSync(path.join(backups, `2026-10-${day}T031700Z.dump`), 'older')
      writeFileSync(path.join(backups, '2026-10-30T031700Z.dump.part'), 'not finished')
      const tools = { PATH: `${postgresPrograms ?? ''}:${process.env['PATH'] ?? ''}` }
      const database = await postgres.newDatabase()
      const psql = async (url: string, query: string): Promise<string> =>
        (
          await execute('psql', ['--tuples-only', '--no-align', '--command', query, url], {
            env: tools,
          })
        ).stdout.trim()
      await psql(database, "CREATE TABLE cue (text text); INSERT INTO cue VALUES ('HELLO.')")

      const name = new URL(database).pathname.slice(1)
      const here = { ...tools, PGPORT: String(postgres.port) }
      const carryOut = async (
        file: string,
        ...more: (readonly [string, string])[]
      ): Promise<void> => {
        const words = [
          ['/run/ccr/engines', folder.path] as const,
          ['/backups', backups] as const,
          ['ccr-postgres', '127.0.0.1'] as const,
          ...more,
        ].reduce((text, [shipped, put]) => {
          assert.ok(text.includes(shipped), shipped)
          return text.replaceAll(shipped, put)
        }, wordsOf(file))
        await execute('bash', ['-euo', 'pipefail', '-c', words], { env: here })
      }
      await carryOut('backup.yaml', ['.part" ccr\n', `.part" ${name}\n`])

      const kept = readdirSync(backups).sort()
      assert.equal(kept.length, 14)
      assert.ok(!kept.some((file) => file.endsWith('.part')))
      await carryOut('restore.yaml')
      const restored = database.replace(name, 'restored')
      assert.equal(await psql(restored, 'SELECT text FROM cue'), 'HELLO.')
    },
  )
})

/** What a job of the small cluster runs. */
function wordsOf(file: string): string {
  const [job] = readManifests(
    readFileSync(`deploy/kubernetes/overlays/small-cluster/${file}`, 'utf8'),
  )
  const [, args] = /"args":\["((?:[^"\\]|\\.)*)"\]/.exec(JSON.stringify(job)) ?? []
  return z.string().parse(JSON.parse(`"${args ?? ''}"`))
}

async function ended(server: Server): Promise<void> {
  if (!server.listening) return
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}
