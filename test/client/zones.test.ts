import assert from 'node:assert/strict'
import path from 'node:path'
import { it } from 'node:test'
import { addChannel, run, startServer, temporaryFolder } from '../support/processes.ts'
import { fetchCues } from '../support/recording.ts'

const sample = 'samples/the-cartographer.bin'
/** Two minutes before New York's clocks went back, and two before they went forward. */
const starts = ['2026-11-01T05:58:00Z', '2026-03-08T06:58:00Z']

/** Everything a sender and a server say of a recording, both in a zone. */
async function record(zone: string, startAt: string): Promise<unknown> {
  await using folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const token = await addChannel(data, 'news')
  await using server = await startServer(data, { env: { TZ: zone } })
  await using sender = run(
    [
      ...['send', '--server', server.url, '--channel', 'news', '--input', sample],
      ...['--pace', 'fast', '--start-at', startAt, '--spool', path.join(folder.path, 'spool')],
    ],
    { CCR_TOKEN: token, TZ: zone },
  )
  assert.equal(await sender.ended, 0, sender.stderr())
  const cues = (await fetchCues(server.url, 'news')).map(({ track, id, start, end, text }) => ({
    ...{ track, id, start, end, text },
  }))
  const to = new Date(Date.parse(startAt) + 240_000).toISOString()
  const range = `from=${startAt.replace('Z', '.000Z')}&to=${to}`
  const listed: unknown = await (
    await fetch(`${server.url}/api/v1/channels/news/cues?${range}&limit=1000`)
  ).json()
  const file = await fetch(`${server.url}/api/v1/channels/news/download?${range}&format=srt`)
  return { cues, listed: (listed as { items: unknown[] }).items.length, file: await file.text() }
}

it('a change of summer time in the tuner’s and the server’s zone moves nothing', async () => {
  for (const startAt of starts) {
    const [utc, newYork] = [await record('UTC', startAt), await record('America/New_York', startAt)]
    assert.deepEqual(newYork, utc)
    const { cues, listed } = utc as { cues: { start: string }[]; listed: number }
    assert.ok(listed > 10)
    const times = cues.map(({ start }) => Date.parse(start))
    assert.ok(Math.min(...times) >= Date.parse(startAt))
    assert.ok(Math.max(...times) < Date.parse(startAt) + 3_600_000)
  }
})
