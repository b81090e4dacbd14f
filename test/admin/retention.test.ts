import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import path from 'node:path'
import { describe, it } from 'node:test'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { binEvent, cueEvent, Feeder, runEvent } from '../conformance/events.ts'
import {
  addChannel,
  run,
  startServer,
  temporaryFolder,
  until,
  type Server,
} from '../support/processes.ts'

const dayMs = 86_400_000
const ago = (ms: number): string => new Date(Date.now() - ms).toISOString()

describe("a channel's retention", () => {
  it('hides at once what is past it, removes it at the next pass, and tells readers', async () => {
    await using folder = await temporaryFolder()
    const data = path.join(folder.path, 'data')
    await addChannel(data, 'news')
    {
      await using storage = await openSqliteStorage({ dataDir: data, fileEveryMs: null })
      const feeder = await Feeder.connect(storage.log)
      const old = { start: ago(3 * dayMs), end: ago(3 * dayMs - 1000) }
      const fresh = { start: ago(60_000), end: ago(59_000) }
      await feeder.store(
        ...[runEvent(1), cueEvent(2, 1, 0, { ...old, text: 'LONG AGO' })],
        ...[cueEvent(3, 2, 0, { ...fresh, text: 'JUST NOW' })],
        ...[binEvent(4, 0, { at: ago(3 * dayMs) }), binEvent(5, 0, { at: ago(60_000) })],
      )
      await storage.settle()
    }
    const position = await (async () => {
      await using server = await startServer(data)
      assert.deepEqual(await texts(server, ''), ['JUST NOW', 'LONG AGO'])
      await edit(data, '1')
      await until('the list is cut', async () => (await texts(server, '')).length === 1)
      assert.deepEqual(await texts(server, ''), ['JUST NOW'])
      assert.deepEqual(await texts(server, `from=${ago(9 * dayMs)}`), ['JUST NOW'])
      const file = await fetch(`${server.url}/api/v1/channels/news/download?format=txt`)
      const text = await file.text()
      assert.ok(text.includes('JUST NOW') && !text.includes('LONG AGO'), text)
      const answer = await fetch(`${server.url}/api/v1/channels/news/cues`)
      const position = answer.headers.get('ccr-position') ?? ''
      const since = `since=${position.split('.')[0] ?? ''}.0`
      assert.deepEqual(await texts(server, since), ['JUST NOW'])
      // Only hidden so far.
      await edit(data, '')
      await until('it is shown again', async () => (await texts(server, '')).length === 2)
      await edit(data, '1')
      return position
    })()
    assert.equal(globSync('bin/news/*/*', { cwd: data }).length, 2)
    await using server = await startServer(data)
    const told = await firstEvent(server, `since=${position}`, 'removed')
    assert.equal(told['what'], 'past')
    assert.ok(Math.abs(Date.parse(String(told['before'])) - Date.now() + dayMs) < 60_000)
    await until('its file is gone', () => globSync('bin/news/*/*', { cwd: data }).length === 1)
    await edit(data, '')
    await until('the pass is over', async () => {
      const verified = run(['verify', '--data', data])
      return (await verified.ended) === 0
    })
    assert.deepEqual(await texts(server, ''), ['JUST NOW'], 'it is not hidden but gone')
    assert.deepEqual(await texts(server, `since=${position.split('.')[0] ?? ''}.0`), ['JUST NOW'])
  })
})

async function edit(data: string, days: string): Promise<void> {
  const edited = run(['channel', 'edit', 'news', '--retention', days, '--data', data])
  assert.equal(await edited.ended, 0, edited.stderr())
}

async function texts({ url }: Server, query: string): Promise<string[]> {
  const answer = await fetch(`${url}/api/v1/channels/news/cues?${query}`)
  assert.equal(answer.status, 200)
  return ((await answer.json()) as { items: { text: string }[] }).items.map(({ text }) => text)
}

/** The first event of a kind on the live stream. */
async function firstEvent(
  { url }: Server,
  query: string,
  type: string,
): Promise<Record<string, unknown>> {
  const answer = await fetch(`${url}/api/v1/channels/news/live?${query}`, {
    signal: AbortSignal.timeout(20_000),
  })
  let text = ''
  for await (const piece of answer.body ?? []) {
    text += Buffer.from(piece).toString()
    const [, found] = new RegExp(`event: ${type}\\n(?:.*\\n)*?data: (.*)\\n`).exec(text) ?? []
    if (found !== undefined) return JSON.parse(found) as Record<string, unknown>
  }
  throw new Error(`did not come: ${text}`)
}
