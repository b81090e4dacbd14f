import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import type { ChannelQuality, Policy, Problem, Quality } from '../../src/protocol/api.ts'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { binEvent, cueEvent, gapEvent, runEvent } from '../conformance/events.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  type Folder,
  type Server,
} from '../support/processes.ts'

const base = Date.UTC(2026, 2, 1, 10)
const time = (minutes: number): string => new Date(base + minutes * 60_000).toISOString()

describe('GET /channels/{id}/quality', () => {
  let folder: Folder
  let server: Server

  before(async () => {
    folder = await temporaryFolder()
    const token = await addChannel(folder.path, 'news')
    server = await startServer(folder.path)
    const body = [
      runEvent(1, { live: false, startedAt: time(30) }),
      { ...cueEvent(2, 1, 0), start: time(31), end: time(32), text: 'ONE TWO THREE' },
      { ...cueEvent(3, 2, 0), start: time(59), end: time(61), text: 'FOUR' },
      { ...gapEvent(4, 'a', 0, 0), from: time(40), to: time(50) },
      { ...gapEvent(5, 'b', 0, 0), from: time(45), to: time(65), reason: 'no-captions' },
      { ...gapEvent(6, 'c', 0, 0), from: time(48), to: time(52) },
      { ...binEvent(7, 0), at: time(90) },
    ]
    await feed('news', token, body)
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  async function feed(channel: string, token: string, events: readonly object[]): Promise<void> {
    const answer = await fetch(`${server.url}/api/v1/channels/${channel}/feed`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'ccr-producer': randomUUID() },
      body: events.map((event) => JSON.stringify(event)).join('\n'),
    })
    assert.match(await answer.text(), new RegExp(`"stored":${events.length}`))
  }

  async function setPolicy(id: string, policy: Partial<Policy>): Promise<void> {
    await using directory = openSqliteDirectory(folder.path)
    const known = directory.channel(id)
    assert.ok(known)
    await directory.replaceChannel({ ...known, policy: { ...known.policy, ...policy } })
  }

  async function ask(query: string): Promise<Response> {
    return fetch(`${server.url}/api/v1/channels/news/quality?${query}`)
  }

  it('counts per hour what was monitored, missed and said', async () => {
    const answer = await ask(`from=${time(0)}&to=${time(120)}`)
    const { items } = (await answer.json()) as { items: Quality[] }
    assert.deepEqual(items, [
      {
        ...{ from: time(0), to: time(60), monitoredMinutes: 10, uptime: 0.167 },
        gapSeconds: { 'source-lost': 720, 'no-captions': 900 },
        ...{ cues: 2, words: 4, wordsPerMinute: 0.4 },
      },
      {
        ...{ from: time(60), to: time(120), monitoredMinutes: 25, uptime: 0.417 },
        gapSeconds: { 'no-captions': 300 },
        ...{ cues: 0, words: 0, wordsPerMinute: 0 },
      },
    ])
  })

  it('counts per day, of a track, and nothing of a time without a run', async () => {
    const answer = await ask(`from=${time(0)}&to=${time(1440)}&interval=day&track=CC3`)
    const { items } = (await answer.json()) as { items: Quality[] }
    assert.deepEqual(
      items.map(({ from, monitoredMinutes, cues }) => [from, monitoredMinutes, cues]),
      [
        [time(0), 35, 0],
        [time(840), 0, 0],
      ],
    )
    assert.equal(items[1]?.wordsPerMinute, null)
  })

  it('tells the last day unless asked, and at most 31 days', async () => {
    const { items } = (await (await ask('')).json()) as { items: Quality[] }
    assert.ok(items.length >= 24 && items.length <= 25, String(items.length))
    const refused = await ask(`from=${time(-46_000)}&to=${time(0)}`)
    assert.equal(refused.status, 400)
    assert.match(((await refused.json()) as Problem).detail ?? '', /at most 31 days/)
  })

  it('tells the same of all channels that a reader may see, page by page', async () => {
    for (const id of ['sport', 'zebra', 'closed']) await addChannel(folder.path, id)
    await setPolicy('closed', { visibility: 'private' })
    await setPolicy('zebra', { retentionDays: 1 })
    // A running server acts on it within a second.
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const range = `from=${time(0)}&to=${time(120)}`
    const alone = (await (await ask(range)).json()) as { items: Quality[] }
    const found: ChannelQuality[] = []
    const pages: number[] = []
    let next: string | null = `/api/v1/quality?${range}&limit=2`
    while (next !== null) {
      const answer: { items: ChannelQuality[]; next: string | null } = (await (
        await fetch(server.url + next)
      ).json()) as never
      found.push(...answer.items)
      pages.push(answer.items.length)
      next = answer.next
    }
    assert.deepEqual(pages, [2, 1])
    assert.deepEqual(
      found.map(({ channel }) => channel),
      ['news', 'sport', 'zebra'],
    )
    assert.deepEqual(found[0]?.items, alone.items)
    assert.equal(found[1]?.items[0]?.uptime, 0)
    assert.deepEqual(found[2]?.items, [], 'past its retention')
  })

  it('counts again what has come since, of an hour that is not over, at once', async () => {
    const hour = Math.floor(Date.now() / 3_600_000) * 3_600_000
    const range = `from=${new Date(hour).toISOString()}`
    const words = async (): Promise<number | undefined> =>
      (
        (await (await fetch(`${server.url}/api/v1/quality?${range}`)).json()) as {
          items: ChannelQuality[]
        }
      ).items.find(({ channel }) => channel === 'river')?.items[0]?.words
    assert.equal(await words(), undefined)
    const at = (ms: number): string => new Date(Math.max(hour, Date.now() - ms)).toISOString()
    await feed('river', await addChannel(folder.path, 'river'), [
      { ...runEvent(1, { run: 'now', live: false, startedAt: at(3000) }) },
      { ...cueEvent(2, 1, 0), run: 'now', start: at(2000), end: at(1000), text: 'TWO WORDS' },
    ])
    assert.equal(await words(), 2)
  })

  it('refuses a range of more than 31 days', async () => {
    const answer = await fetch(`${server.url}/api/v1/quality?from=2026-01-01T00:00:00Z`)
    assert.equal(answer.status, 400)
    assert.match(((await answer.json()) as Problem).detail ?? '', /31 days/)
  })
})
