import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { isDeepStrictEqual } from 'node:util'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import type { Policy, Problem, Programme } from '../../src/protocol/api.ts'
import { feedPast } from '../support/past.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'

const dayMs = 86_400_000
const hourMs = 3_600_000

describe('GET /programmes', () => {
  let folder: Folder
  let server: Server
  const now = Date.now()

  before(async () => {
    folder = await temporaryFolder()
    const tokens = new Map<string, string>()
    for (const id of ['news', 'sport', 'secret']) tokens.set(id, await addChannel(folder.path, id))
    await setPolicy('secret', { visibility: 'private' })
    server = await startServer(folder.path)
    const air = (channel: string, programme: string, agoMs: number): Promise<void> =>
      feedPast({ url: server.url, channel, token: tokens.get(channel) ?? '', programme }, [
        { at: now - agoMs, text: 'GOOD EVENING.' },
      ])
    for (const days of [40, 3, 2, 1]) await air('news', 'The Evening Edition', days * dayMs)
    await air('sport', 'Evening Regatta', 2 * hourMs)
    await air('secret', 'Evening of Secrets', hourMs)
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  async function setPolicy(id: string, policy: Partial<Policy>): Promise<void> {
    await using directory = openSqliteDirectory(folder.path)
    const known = directory.channel(id)
    assert.ok(known)
    await directory.replaceChannel({ ...known, policy: { ...known.policy, ...policy } })
  }

  async function find(query: string): Promise<{ told: string[]; total: number }> {
    const answer = await fetch(`${server.url}/api/v1/programmes?${query}`)
    const { items, total } = (await answer.json()) as { items: Programme[]; total: number }
    const told = items.map(
      ({ channel, title, count, airings }) =>
        `${channel}: ${title} ${count}, ${airings.length} told`,
    )
    return { told, total }
  }

  it('tells what was on in the last month, the latest first, of channels that are open', async () => {
    assert.deepEqual(await find('q=EVEN&airings=2'), {
      told: ['sport: Evening Regatta 1, 1 told', 'news: The Evening Edition 3, 2 told'],
      total: 2,
    })
    assert.deepEqual(await find('q=evening&limit=1'), {
      told: ['sport: Evening Regatta 1, 1 told'],
      total: 2,
    })
  })

  it('looks at the channels and the time that are asked for', async () => {
    const from = new Date(now - 50 * dayMs).toISOString()
    assert.deepEqual((await find(`q=edition+the&from=${from}`)).told, [
      'news: The Evening Edition 4, 3 told',
    ])
    assert.deepEqual(await find('q=evening&channel=secret,news&airings=1'), {
      told: ['news: The Evening Edition 3, 1 told'],
      total: 1,
    })
  })

  it('keeps a channel’s delay and retention', async () => {
    await setPolicy('sport', { delaySeconds: 6 * 3600 })
    await setPolicy('news', { retentionDays: 2 })
    // Each of the two acts by itself.
    const wanted = ['news: The Evening Edition 1, 1 told']
    await until('the new rules', async () =>
      isDeepStrictEqual((await find('q=evening')).told, wanted),
    )
  })

  it('says what is wrong with a question that has no word, or too many', async () => {
    for (const q of ['%3E%3E', 'a+b+c+d+e+f+g+h+i+j+k+l+m+n+o+p+q+r+s+t+u']) {
      const answer = await fetch(`${server.url}/api/v1/programmes?q=${q}`)
      const problem = (await answer.json()) as Problem
      assert.equal(answer.status, 400)
      assert.match(problem.detail ?? '', /^q: /)
    }
  })
})
