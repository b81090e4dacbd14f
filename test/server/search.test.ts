import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, describe, it } from 'node:test'
import { rehearsalSchema } from '../../src/protocol/rehearsal.ts'
import { searchPageSchema, timelineSchema } from '../../src/protocol/search.ts'
import { Tuner } from '../support/live.ts'
import {
  addChannel,
  run,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'

let folder: Folder
let server: Server

before(async () => {
  folder = await temporaryFolder()
  server = await startServer(folder.path)
  for (const id of ['one', 'two', 'hidden']) {
    const tuner = new Tuner(server, id, await addChannel(folder.path, id))
    await tuner.open()
    for (const text of ['GOOD EVENING FROM THE', 'HARBOUR BRIDGE.', '>> =1+1 <b>OTTERS</b> & MORE'])
      await tuner.cue(text)
    await tuner.close()
  }
  const edit = run(['channel', 'edit', 'hidden', '--data', folder.path, '--visibility', 'private'])
  assert.equal(await edit.ended, 0, edit.stderr())
  await until('the channel is hidden', async () => {
    const answer = await fetch(`${server.url}/api/v1/channels/hidden`)
    return answer.status === 404
  })
})

after(async () => {
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return await fetch(`${server.url}/api/v1/search${path}`, { headers })
}

async function search(q: string, more = ''): Promise<ReturnType<typeof searchPageSchema.parse>> {
  const answer = await get(`?q=${encodeURIComponent(q)}${more}`)
  assert.equal(answer.status, 200)
  return searchPageSchema.parse(await answer.json())
}

describe('GET /search', () => {
  it('finds a phrase over rows at once, marked in its text, on the channels one may see', async () => {
    const page = await search('"the harbour"')
    assert.deepEqual(page.items.map(({ channel }) => channel).sort(), ['one', 'two'])
    const [item] = page.items
    assert.ok(item !== undefined)
    assert.equal(item.text, 'GOOD EVENING FROM THE HARBOUR BRIDGE.')
    const marked = item.highlights.map(([from, to]) => item.text.slice(from, to))
    assert.deepEqual(marked, ['THE', 'HARBOUR'])
    assert.equal(item.after, '>> =1+1 <b>OTTERS</b> & MORE')
    assert.match(item.permalink, /^\/c\/(one|two)\/20.*Z\?track=CC1$/)
    assert.ok(page.complete && page.next === null && page.previous === null)
    assert.equal(page.canonical, '"the harbour"')
  })

  it('pages both ways, each item once', async () => {
    const first = await search('bridge', '&limit=1')
    const second = searchPageSchema.parse(
      await (await fetch(`${server.url}${first.next ?? ''}`)).json(),
    )
    assert.equal(second.items.length, 1)
    assert.notEqual(second.items[0]?.channel, first.items[0]?.channel)
    assert.equal(second.next, null)
    const back = searchPageSchema.parse(
      await (await fetch(`${server.url}${second.previous ?? ''}`)).json(),
    )
    assert.deepEqual(back.items, first.items)
    assert.equal(back.previous, null)
  })

  it('says what is wrong with a query, and at which character', async () => {
    const answer = await get(`?q=${encodeURIComponent('good "evening')}`)
    assert.equal(answer.status, 400)
    assert.equal(((await answer.json()) as { at: number }).at, 5)
    assert.equal((await get('?q=good&cursor=nonsense')).status, 400)
    assert.equal((await get('?q=good&channel=hidden')).status, 404)
    assert.equal((await get('?q=good&channel=nowhere')).status, 404)
  })

  it('answers hostile queries, refused or bounded, while live readers are served', async () => {
    const hostile = [
      '('.repeat(400),
      Array.from({ length: 58 }, (_, n) => `a${n}*`).join(' OR '),
      Array.from({ length: 20 }, () => 'the').join(' NEAR/59 '),
      '-the -good evening',
      '*',
      'aa*',
      'lang:en OR -lang:en',
    ]
    for (const q of hostile) {
      const began = performance.now()
      const answer = await get(`?q=${encodeURIComponent(q)}`)
      assert.ok([200, 400].includes(answer.status), q)
      assert.ok(performance.now() - began < 5000, q)
      await answer.arrayBuffer()
    }
  })

  it('lets one address have so many under way, and a token more', async () => {
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => get('?q=the OR good OR evening OR otters')),
    )
    const statuses = new Set(answers.map(({ status }) => status))
    assert.ok(statuses.has(200))
    for (const status of statuses) assert.ok([200, 429].includes(status), String(status))
    await Promise.all(answers.map((answer) => answer.arrayBuffer()))
  })
})

describe('GET /search/timeline', () => {
  it('counts mentions beside the time that was monitored', async () => {
    const answer = await get('/timeline?q=bridge&interval=hour&by=channel&timeZone=Asia/Kolkata')
    const timeline = timelineSchema.parse(await answer.json())
    assert.equal(timeline.mentions, 2)
    assert.equal(timeline.minutes, 2)
    assert.deepEqual(timeline.series.map(({ value }) => value).sort(), ['one', 'two'])
    assert.deepEqual(timeline.facets.track, [
      { value: 'CC1', label: 'CC1', mentions: 2, minutes: 2 },
    ])
    // Hours of India begin at half past those of UTC.
    assert.match(timeline.items[0]?.start ?? '', /:30:00\.000Z$/)
    assert.equal(timeline.from, timeline.items[0]?.start, 'without a beginning its steps are whole')
    const items = timeline.items.reduce((sum, { mentions }) => sum + mentions, 0)
    assert.equal(items, 2)
  })

  it('tells how long was listened to, gaps left out', async () => {
    const token = await addChannel(folder.path, 'heard')
    const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString()
    const run = { run: 'r1', track: 'CC1', mode: 'roll-up', text: 'HERONS' }
    const events = [
      { seq: 1, type: 'run', run: 'r1', startedAt: ago(30), live: true, source: 's' },
      { seq: 2, type: 'cue', ...run, id: 1, start: ago(29), end: ago(29) },
      {
        seq: 3,
        type: 'gap',
        run: 'r1',
        id: 'g1',
        from: ago(20),
        to: ago(15),
        reason: 'source-lost',
      },
      { seq: 4, type: 'cue', ...run, id: 2, start: ago(10), end: ago(10) },
      { seq: 5, type: 'end', run: 'r1', at: ago(10) },
    ]
    const fed = await fetch(`${server.url}/api/v1/channels/heard/feed`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'ccr-producer': randomUUID() },
      body: events
        .map((event) =>
          JSON.stringify(
            event.type === 'run' ? { ...event, extractor: 'x', decoder: 'd', tracks: [] } : event,
          ),
        )
        .join('\n'),
    })
    assert.match(await fed.text(), /"stored":5/)
    await until('it is found', async () => (await search('herons')).items.length === 2)
    const answer = await get(`/timeline?q=herons&channel=heard&from=${ago(60)}&interval=hour`)
    const timeline = timelineSchema.parse(await answer.json())
    assert.equal(timeline.mentions, 2)
    assert.ok(Math.abs(timeline.monitored - 15) < 0.5, String(timeline.monitored))
  })

  it('refuses a zone that is none, and more steps than a chart has', async () => {
    assert.equal((await get('/timeline?q=a&timeZone=Mars/Base')).status, 400)
    assert.equal((await get('/timeline?q=a&interval=hour&from=1990-01-01T00:00:00Z')).status, 400)
  })
})

describe('what is found, elsewhere', () => {
  it('is an Atom feed and a JSON Feed, with what was said escaped', async () => {
    const atom = await get('/feed.atom?q=otters')
    assert.match(atom.headers.get('content-type') ?? '', /^application\/atom\+xml/)
    const text = await atom.text()
    assert.match(text, /&lt;mark&gt;OTTERS&lt;\/mark&gt;/)
    assert.ok(text.includes('&amp;lt;b&amp;gt;') && !text.includes('<b>'), text)
    const feed = (await (await get('/feed.json?q=otters')).json()) as { items: object[] }
    assert.equal(feed.items.length, 2)
  })

  it('is a table that no spreadsheet runs', async () => {
    const answer = await get('/export?q=otters&format=csv')
    const [head, ...rows] = (await answer.text()).trim().split('\r\n')
    assert.match(head ?? '', /^channel,track,/)
    assert.equal(rows.length, 2)
    const lines = (await (await get('/export?q=otters&format=jsonl')).text()).trim().split('\n')
    assert.equal(lines.length, 2)
  })

  it('is printed by ccr search, which ends with 1 when it is nothing', async () => {
    const found = run(['search', '"harbour bridge"', '--server', server.url, '--json'])
    assert.equal(await found.ended, 0, found.stderr())
    assert.equal(found.stdout().trim().split('\n').length, 2)
    const none = run(['search', 'zebra', '--server', server.url])
    assert.equal(await none.ended, 1)
    const wrong = run(['search', '"zebra', '--server', server.url])
    assert.equal(await wrong.ended, 3)
    assert.match(wrong.stderr(), /at character 1/)
  })
})

describe('POST /alerts/rehearse', () => {
  before(async () => {
    const tuner = new Tuner(server, 'loud', await addChannel(folder.path, 'loud'))
    await tuner.open()
    for (let n = 0; n < 14; n++)
      await tuner.cue(n % 7 === 0 ? 'STORM WARNING' : 'WARNING OF A GREAT STORM')
    await tuner.close()
  })

  async function rehearse(wish: object): Promise<ReturnType<typeof rehearsalSchema.parse>> {
    const answer = await post(wish)
    assert.equal(answer.status, 200)
    return rehearsalSchema.parse(await answer.json())
  }

  async function post(wish: object): Promise<Response> {
    return await fetch(`${server.url}/api/v1/alerts/rehearse`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(wish),
    })
  }

  it('counts what an alert would have told, by day and channel, with samples', async () => {
    const told = await rehearse({ query: 'OTTERS' })
    assert.deepEqual(
      { mentions: told.mentions, verdict: told.verdict, days: told.days, of: told.suggestion },
      { mentions: 2, verdict: 'fine', days: 30, of: null },
    )
    assert.deepEqual(told.byChannel.map(({ channel }) => channel).sort(), ['one', 'two'])
    assert.ok(told.byDay.length >= 30)
    assert.equal(
      told.byDay.reduce((sum, { mentions }) => sum + mentions, 0),
      2,
    )
    assert.equal(told.samples.length, 2)
    assert.equal((await rehearse({ query: 'otters', channels: ['two'] })).mentions, 1)
  })

  it('suggests a broader query when there is nothing', async () => {
    const told = await rehearse({ query: '"bridge harbour"' })
    assert.equal(told.verdict, 'none')
    assert.deepEqual(told.suggestion, { why: 'words-apart', query: 'bridge harbour', mentions: 2 })
    assert.equal((await rehearse({ query: 'zebra' })).suggestion, null)
  })

  it('suggests a narrower one when there is too much, which it has counted', async () => {
    const told = await rehearse({ query: 'storm warning' })
    assert.equal(told.verdict, 'many')
    assert.ok(told.mentions > 10)
    assert.equal(told.suggestion?.query, '"storm warning"')
    const { mentions } = await rehearse({ query: told.suggestion.query })
    assert.equal(told.suggestion.mentions, mentions)
    assert.ok(mentions > 0 && mentions < told.mentions)
  })

  it('refuses what no alert can wait for, and tells of no channel that is hidden', async () => {
    const problem = async (wish: object): Promise<[number, string, unknown]> => {
      const answer = await post(wish)
      const { code, at } = (await answer.json()) as { code: string; at?: number }
      return [answer.status, code, at]
    }
    assert.deepEqual(await problem({ query: 'lang:en' }), [400, 'bad-request', undefined])
    assert.deepEqual(await problem({ query: 'a (b' }), [400, 'bad-request', 2])
    assert.deepEqual(await problem({ query: 'a', days: 0 }), [400, 'bad-request', undefined])
    const hidden = { query: 'otters', channels: ['hidden'] }
    assert.deepEqual(await problem(hidden), [404, 'unknown-channel', undefined])
    assert.equal((await rehearse({ query: 'otters' })).mentions, 2)
  })

  it('is printed by ccr alert rehearse', async () => {
    const shown = run(['alert', 'rehearse', '"bridge harbour"', '--server', server.url])
    assert.equal(await shown.ended, 0, shown.stderr())
    assert.match(shown.stdout(), /0 times in the last 30 days/)
    assert.match(shown.stdout(), /anywhere near each other: 2 times\n {2}bridge harbour/)
    const refused = run(['alert', 'rehearse', 'channel:one', '--server', server.url])
    assert.equal(await refused.ended, 3)
  })
})
