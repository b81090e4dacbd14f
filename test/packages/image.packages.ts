import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'
import { z } from 'zod'
import { freePort } from '../support/free-port.ts'
import { CarriedOut } from '../support/deploy/carried-out.ts'
import { readStages } from '../support/deploy/dockerfile.ts'
import { readManifests } from '../support/deploy/manifests.ts'
import { noPackaging } from '../support/packages/debian-root.ts'
import { listening, run, temporaryFolder, until } from '../support/processes.ts'

/** What makes an image larger than this was forgotten in it. */
const mostBytes = 200e6
const drainSeconds = 2

it(
  'the image: runs unprivileged on a read-only tree, stores a feed, tells its health, drains on SIGTERM',
  { skip: noPackaging(), timeout: 600_000 },
  async (t) => {
    await using image = await CarriedOut.build(readStages(readFileSync('Dockerfile', 'utf8')), '.')
    t.diagnostic(`the second stage adds ${(image.addedBytes / 1e6).toFixed(1)} MB to its base`)
    assert.ok(image.addedBytes < mostBytes, String(image.addedBytes))
    await using folder = await temporaryFolder()
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const volume = path.join(folder.path, 'volume')
    const settings = {
      ...{ CCR_PORT: String(port), CCR_DRAIN_SECONDS: String(drainSeconds) },
      CCR_LOG_LEVEL: 'warn',
    }
    await using contained = image.start(volume, settings)
    await listening(contained.running)

    const ready = await fetch(`${url}/readyz`)
    assert.equal(ready.status, 200)
    const health = await contained.exec('node', '/app/deploy/container/health.ts')
    assert.deepEqual(health, { code: 0, stdout: `${await ready.text()}\n`, stderr: '' })
    const refused = await contained.exec(
      'sh',
      '-c',
      'touch /app/x /usr/x; id -u; cat /proc/1/status',
    )
    assert.equal(refused.stderr.match(/Read-only file system/g)?.length, 2, refused.stderr)
    assert.match(refused.stdout, /^10001$/m)
    for (const line of [/^Name:\s+node|^Name:\s+MainThread/m, /^CapBnd:\s+0+$/m, /^CapEff:\s+0+$/m])
      assert.match(refused.stdout, line)
    assert.match(await (await fetch(url)).text(), /<title>/)

    const added = await contained.exec('ccr', 'channel', 'add', 'news', '--name', 'News')
    assert.equal(added.code, 0, added.stderr)
    const token = await contained.exec('ccr', 'token', 'create', '--channel', 'news')
    assert.equal(token.code, 0, token.stderr)
    assert.equal(token.stderr, '')
    const input = ['--input', 'samples/the-cartographer.bin', '--pace', 'fast']
    const spool = ['--spool', path.join(folder.path, 'spool')]
    await using sender = run(['send', '--server', url, '--channel', 'news', ...input, ...spool], {
      CCR_TOKEN: token.stdout.trim(),
    })
    assert.equal(await sender.ended, 0, sender.stderr())
    const page = await fetch(`${url}/api/v1/channels/news/cues?limit=5`)
    assert.equal(((await page.json()) as { items: unknown[] }).items.length, 5)

    // The nightly job's own words, which keep one copy here, in a place that can be written to; and what holds a stop back.
    const words = nightly().replaceAll('/backups', '/tmp/backups').replace('-n -14', '-n -1')
    for (let night = 0; night < 3; night++) {
      const copied = await contained.exec('sh', '-euc', words)
      assert.equal(copied.code, 0, copied.stderr)
    }
    const kept = await contained.exec('ls', '/tmp/backups')
    assert.match(kept.stdout, /^\S+Z\n$/)
    const restored = await contained.exec(
      'ccr',
      'restore',
      '/tmp/backups',
      '--data',
      '/data/restored',
    )
    assert.equal(restored.code, 0, restored.stderr)
    assert.deepEqual(await contained.exec('sleep', '0'), { code: 0, stdout: '', stderr: '' })

    const live = await fetch(`${url}/api/v1/channels/news/live`)
    const left = live.text()
    contained.stop()
    await until('the probe says no', async () => {
      const answer = await fetch(`${url}/readyz`).catch(() => undefined)
      return answer === undefined || answer.status === 503
    })
    assert.match((await left).slice(-100), /event: bye/)
    assert.equal(await contained.running.ended, 0, contained.running.stderr())
    assert.equal(contained.running.stderr(), '')
  },
)

/** What the CronJob of deploy/kubernetes runs in this image. */
function nightly(): string {
  const [job] = readManifests(readFileSync('deploy/kubernetes/base/backup.yaml', 'utf8'))
  return z
    .object({
      spec: z.object({
        jobTemplate: z.object({
          spec: z.object({
            template: z.object({
              spec: z.object({
                containers: z.tuple([
                  z.looseObject({
                    command: z.tuple([z.literal('sh'), z.literal('-euc')]),
                    args: z.tuple([z.string()]),
                  }),
                ]),
              }),
            }),
          }),
        }),
      }),
    })
    .parse(job).spec.jobTemplate.spec.template.spec.containers[0].args[0]
}
