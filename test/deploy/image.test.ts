import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { parseConfig, settingNames } from '../../src/server/config.ts'
import { buildContext, readStages } from '../support/deploy/dockerfile.ts'

/** What the image promises; that it runs is shown by test/packages/image.packages.ts. */

const stages = readStages(readFileSync('Dockerfile', 'utf8'))
const context = buildContext('.')
const image = stages.at(-1)
assert.ok(image !== undefined)

describe('Dockerfile', () => {
  it('builds in one stage, and ships another on a named release', () => {
    assert.deepEqual(
      stages.map(({ name }) => name),
      ['build', null],
    )
    for (const { image: base } of stages) assert.match(base, /^[a-z]+:[a-z0-9.-]+$/)
    assert.match(image.image, /^debian:\w+-slim$/)
  })

  it('runs as nobody else’s user, writes to its volume only, and stops as the server expects', () => {
    assert.match(image.user ?? '', /^[1-9]\d{3,}:[1-9]\d{3,}$/)
    assert.deepEqual(image.volumes, [path.dirname(image.env['CCR_DATA'] ?? '')])
    assert.equal(image.stopSignal, 'SIGTERM')
    const owner = (image.user ?? '').split(':')
    const made = image.steps.flatMap((step) => (step.kind === 'run' ? [step.command] : []))
    assert.match(made[0] ?? '', new RegExp(`-o ${owner[0]} -g ${owner[1]} -m 0750 /data\\b`))
  })

  it('sets what the server knows, and tells its port and its health', () => {
    for (const name of Object.keys(image.env)) assert.ok(settingNames.includes(name), name)
    const parsed = parseConfig(image.env)
    assert.ok(parsed.ok)
    assert.equal(parsed.config.host, '0.0.0.0')
    assert.deepEqual(image.ports, [String(parsed.config.port)])
    assert.equal(image.health.command.length, 2)
    assert.ok(context.includes(image.health.command[1]?.replace('/app/', '') ?? ''))
    assert.deepEqual(Object.keys(image.health.flags).sort(), [
      ...['interval', 'retries', 'start-period', 'timeout'],
    ])
    assert.deepEqual([...image.entrypoint, ...image.command], ['ccr', 'serve'])
    const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, string>
    assert.equal(image.labels['org.opencontainers.image.licenses'], manifest['license'])
    assert.equal(image.labels['org.opencontainers.image.description'], manifest['description'])
  })

  it('copies what the builder sees, and every copied path is there', () => {
    for (const { steps } of stages)
      for (const step of steps)
        if (step.kind === 'copy' && step.from === null)
          for (const source of step.sources)
            assert.ok(
              context.some((file) => file === source || file.startsWith(`${source}/`)),
              source,
            )
  })
})

describe('.dockerignore', () => {
  it('shows a builder the sources, and neither data, secrets, history nor tests', () => {
    assert.ok(context.includes('src/server/app.ts'))
    for (const file of context)
      assert.match(
        file,
        /^(?:bin|deploy\/container|samples|src)\/|^scripts\/build-web\.ts$|^(?:package|package-lock|tsconfig|tsconfig\.base)\.json$|^\.npmrc$|^LICENSE$/,
      )
    assert.deepEqual(
      context.filter((file) => /\.test\.ts$|\.env|\.pem$|\.token$/.test(file)),
      [],
    )
  })
})
