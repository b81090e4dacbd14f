import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'
import { parse } from 'yaml'
import { z } from 'zod'
import { parseConfig, settingNames } from '../../src/server/config.ts'
import { interpolated, problemOfCompose, sourceOf } from '../support/deploy/compose.ts'

/** compose.yaml against the Compose Specification's schema, and against what we ask of it. */

/** Every key that a service of ours has, and no other, such as `privileged`. */
const serviceSchema = z.strictObject({
  image: z.string(),
  build: z.string().optional(),
  restart: z.literal('unless-stopped'),
  read_only: z.literal(true),
  cap_drop: z.tuple([z.literal('ALL')]),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()),
  ports: z.array(z.string()).default([]),
  volumes: z.array(z.string()),
  environment: z.record(z.string(), z.string()).default({}),
  stop_grace_period: z.templateLiteral([z.number(), 's']),
  mem_limit: z.string(),
  logging: z.object({ driver: z.string(), options: z.record(z.string(), z.string()) }),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  tmpfs: z.unknown(),
  expose: z.array(z.string()).default([]),
  ulimits: z.object({ nofile: z.number().min(65_536) }),
  stop_signal: z.literal('SIGQUIT').optional(),
})

const said: unknown = parse(readFileSync('compose.yaml', 'utf8'))
const { services, volumes } = z
  .object({
    services: z.strictObject({ ccr: serviceSchema, nginx: serviceSchema }),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(said)

describe('compose.yaml', () => {
  it('is what the Compose Specification takes', () => {
    assert.equal(problemOfCompose(said), null)
    assert.match(problemOfCompose({ services: { ccr: { read_onyl: true } } }) ?? '', /read_onyl/)
  })

  it('shows the network nginx alone, and gives nobody more rights than they need', () => {
    assert.deepEqual(services.ccr.ports, [])
    assert.deepEqual(services.nginx.ports, ['80:80', '443:443'])
    assert.deepEqual(services.ccr.cap_add, [])
    for (const service of Object.values(services)) {
      assert.deepEqual(service.security_opt, ['no-new-privileges:true'])
      assert.ok(service.logging.options['max-size'] !== undefined)
    }
  })

  it('keeps data in a named volume, and mounts what is there', () => {
    assert.deepEqual(services.ccr.volumes, ['data:/data'])
    for (const volume of Object.values(services).flatMap((service) => service.volumes)) {
      const source = sourceOf(volume)
      if ('volume' in source) assert.ok(source.volume in volumes, volume)
      else assert.ok(existsSync(source.path), volume)
    }
  })

  it('sets what the server knows, to what it takes, and stops it later than it drains', () => {
    const environment = Object.fromEntries(
      Object.entries(services.ccr.environment).map(([name, value]) => [
        name,
        interpolated(value, { CAPTIONS_HOST: 'captions.example.org' }),
      ]),
    )
    // All that there is, but for where it listens, which is the image's, TLS, which is nginx's, and what several nodes share.
    const elsewhere =
      /^CCR_(?:PORT|HOST|TLS_CERT|TLS_KEY|REDIS_URL|DATABASE_URL|S3_.*|ARCHIVE_INTERVAL|ROLES)$/
    assert.deepEqual(
      Object.keys(environment).sort(),
      settingNames.filter((name) => !elsewhere.test(name)).sort(),
    )
    const parsed = parseConfig(environment)
    assert.ok(parsed.ok)
    assert.equal(parsed.config.publicUrl, 'https://captions.example.org')
    assert.equal(parsed.config.trustProxy, 1)
    const graceMs = 1000 * parseInt(services.ccr.stop_grace_period)
    assert.ok(graceMs > 2 * parsed.config.drainMs + 10_000)
    assert.deepEqual(services.nginx.depends_on, { ccr: { condition: 'service_healthy' } })
  })
})
