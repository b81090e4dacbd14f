import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { parseConfig, settingNames } from '../../src/server/config.ts'
import { interpolated, problemOfCompose, sourceOf } from '../support/deploy/compose.ts'

/** compose.cluster.yaml, held as compose.yaml is. */

const serviceSchema = z.strictObject({
  image: z.string().regex(/^[a-z/]+(?::[\w.-]+)?$/),
  build: z.literal('.').optional(),
  restart: z.enum(['unless-stopped', 'on-failure']),
  user: z.literal('999:999').optional(),
  read_only: z.literal(true),
  tmpfs: z.unknown().optional(),
  cap_drop: z.tuple([z.literal('ALL')]),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.tuple([z.literal('no-new-privileges:true')]),
  ports: z.array(z.string()).default([]),
  expose: z.array(z.string()).default([]),
  networks: z.object({ default: z.object({ aliases: z.array(z.string()) }) }).optional(),
  volumes: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  healthcheck: z.looseObject({ test: z.array(z.string()) }).optional(),
  stop_grace_period: z.templateLiteral([z.number(), 's']).optional(),
  stop_signal: z.literal('SIGQUIT').optional(),
  shm_size: z.string().optional(),
  ulimits: z.object({ nofile: z.number().min(65_536) }).optional(),
  mem_limit: z.string(),
  logging: z.object({
    driver: z.string(),
    options: z.object({ 'max-size': z.string(), 'max-file': z.string() }),
  }),
})

const text = readFileSync('compose.cluster.yaml', 'utf8')
const said: unknown = parse(text)
const { services, volumes } = z
  .object({
    services: z.record(z.string(), serviceSchema),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(said)
const must = {
  ...{ CAPTIONS_HOST: 'captions.example.org', REDIS_PASSWORD: 'redis-secret' },
  ...{ POSTGRES_PASSWORD: 'postgres-secret', S3_SECRET_KEY: 's3-secret' },
}
const nodes = ['ccr-1', 'ccr-2'].map((name) => serviceOf(name))

describe('compose.cluster.yaml', () => {
  it('is what the Compose Specification takes', () => {
    assert.equal(problemOfCompose(said), null)
  })

  it('has two nodes that are alike, under the name that nginx asks for', () => {
    assert.deepEqual(nodes[0], nodes[1])
    const nginx = readFileSync('deploy/nginx/nginx.conf', 'utf8')
    const [, name, port] = /set \$ccr (\w+):(\d+);/.exec(nginx) ?? []
    for (const node of nodes) {
      assert.deepEqual(node.networks?.default.aliases, [name])
      assert.deepEqual(node.expose, [port])
      assert.deepEqual(node.volumes, [])
    }
  })

  it('shows the network nginx alone', () => {
    for (const [name, { ports, cap_add: more }] of Object.entries(services)) {
      assert.deepEqual(ports, name === 'nginx' ? ['80:80', '443:443'] : [], name)
      if (name !== 'nginx') assert.deepEqual(more, [], name)
    }
  })

  it('mounts what is there, waits for what there is, and keeps data in named volumes', () => {
    for (const service of Object.values(services)) {
      for (const volume of service.volumes) {
        const source = sourceOf(volume)
        if ('volume' in source) assert.ok(source.volume in volumes, volume)
        else assert.ok(source.path === '/' || existsSync(source.path), volume)
      }
      for (const [name, { condition }] of Object.entries(service.depends_on)) {
        const other = serviceOf(name)
        if (condition === 'service_completed_successfully')
          assert.equal(other.restart, 'on-failure')
        // That of our own image is in the Dockerfile.
        else assert.ok(other.healthcheck !== undefined || other.build !== undefined, name)
      }
    }
    assert.deepEqual(Object.keys(volumes).sort(), ['objects', 'postgres'])
  })

  it('sets all that nodes know, to what they take, and stops them later than they drain', () => {
    for (const node of nodes) {
      const environment = Object.fromEntries(
        Object.entries(node.environment).map(([name, value]) => [name, interpolated(value, must)]),
      )
      // Where it listens is the image's, TLS nginx's; a node of two has every role, and keeps nothing of its own.
      const elsewhere = /^CCR_(?:DATA|PORT|HOST|TLS_CERT|TLS_KEY|ROLES)$/
      assert.deepEqual(
        Object.keys(environment).sort(),
        settingNames.filter((name) => !elsewhere.test(name)).sort(),
      )
      const parsed = parseConfig(environment)
      assert.ok(parsed.ok)
      assert.equal(parsed.config.scaleOut?.redisUrl, 'redis://:redis-secret@redis:6379')
      assert.equal(parsed.config.scaleOut.s3?.secretKey, 's3-secret')
      const graceMs = 1000 * parseInt(node.stop_grace_period ?? '0')
      assert.ok(graceMs > 2 * parsed.config.drainMs + 10_000)
    }
  })

  it('gives nodes the names, passwords and bucket that their engines are set up with', () => {
    const of = (name: string): Readonly<Record<string, string>> =>
      Object.fromEntries(
        Object.entries(serviceOf(name).environment).map(([key, value]) => [
          key,
          interpolated(value, must),
        ]),
      )
    const node = of('ccr-1')
    const database = new URL(node['CCR_DATABASE_URL'] ?? '')
    const { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: name } = of('postgres')
    assert.deepEqual(
      [database.hostname, database.username, database.password, database.pathname],
      ['postgres', user, password, `/${name}`],
    )
    const redis = new URL(node['CCR_REDIS_URL'] ?? '')
    assert.deepEqual([redis.hostname, redis.password], ['redis', of('redis')['REDIS_PASSWORD']])
    const store = serviceOf('s3')
    assert.equal(of('s3')['S3_SECRET_KEY'], node['CCR_S3_SECRET_KEY'])
    assert.ok(store.command?.[0]?.includes(`"accessKey": "${node['CCR_S3_ACCESS_KEY']}"`))
    const made = interpolated(serviceOf('bucket').command?.[0] ?? '', must)
    assert.ok(made.includes(`PUT ${node['CCR_S3_URL']}/${node['CCR_S3_BUCKET']})`), made)
    assert.ok(made.includes(`aws:amz:${node['CCR_S3_REGION']}:s3`))
    assert.ok(made.includes(`"${node['CCR_S3_ACCESS_KEY']}:%s`))
  })

  it('has no password in it', () => {
    for (const [, name = ''] of text.matchAll(/(\w*(?:PASSWORD|SECRET)\w*): (?!\$\{)/g))
      assert.fail(name)
  })
})

function serviceOf(name: string): z.infer<typeof serviceSchema> {
  const service = services[name]
  if (service === undefined) throw new Error(`there is no service ${name}`)
  return service
}
