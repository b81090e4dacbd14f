import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { it } from 'node:test'
import { PlanFile } from '../support/crash/plan.ts'
import { crashEnvironment } from '../support/crash/points.ts'
import { Feed } from '../support/feed.ts'
import { Viewer } from '../support/live.ts'
import { addChannel, startServer, temporaryFolder, until } from '../support/processes.ts'

/** Storage stands still for so long. */
const stillMs = 10_000

it('letters go on, and requests are answered, while storage stands still', async () => {
  await using folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const token = await addChannel(data, 'news')
  const plan = new PlanFile(path.join(folder.path, 'plan'))
  await using server = await startServer(data, { env: crashEnvironment(plan.file) })
  const feed = new Feed(server, 'news', {
    ...{ authorization: `Bearer ${token}`, 'ccr-producer': randomUUID() },
  })
  await feed.wait(({ type }) => type === 'welcome')
  const at = new Date().toISOString()
  feed.send({
    ...{ seq: 1, type: 'run', run: 'r', startedAt: at, live: true, source: 'test' },
    ...{ extractor: 'test', decoder: 'test', tracks: [{ track: 'CC1', language: 'en' }] },
  })
  await feed.ack(1)
  using viewer = new Viewer(() => server.url).follow('news')
  await viewer.hasOpened()
  plan.arm('ccr:log.written', 1, stillMs)
  const data64 = Buffer.from('line').toString('base64')
  feed.send({ seq: 2, type: 'bin', run: 'r', format: 'ttxt', fts: 0, at, data: data64 })
  await until('storage stands still', () => plan.hasFired)
  const draft = { type: 'draft', run: 'r', track: 'CC1', id: 1, start: at, mode: 'roll-up' }
  feed.send({ ...draft, text: 'STILL TALKING' })
  const hasSeen = (): boolean =>
    viewer.events.some((event) => event.type === 'draft' && event.text === 'STILL TALKING')
  await until('the letters', hasSeen, stillMs / 2)
  const health = await fetch(`${server.url}/healthz`, {
    signal: AbortSignal.timeout(stillMs / 4),
  })
  assert.equal(health.status, 200)
  assert.ok(!feed.lines.some((line) => line.type === 'ack' && line.stored >= 2), 'not stored yet')
})
