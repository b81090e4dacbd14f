import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Policy } from '../../src/protocol/api.ts'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { Tuner } from '../support/live.ts'
import { feedPast } from '../support/past.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  type Folder,
  type Server,
} from '../support/processes.ts'

/** What the HTML of a page says to link previews and to readers without scripts. */
describe('pages without scripts', { timeout: 60_000 }, () => {
  let folder: Folder
  let server: Server
  const at = Date.parse('2026-03-04T10:00:00.500Z')
  const time = new Date(at).toISOString()

  before(async () => {
    folder = await temporaryFolder()
    const token = await addChannel(folder.path, 'news')
    server = await startServer(folder.path)
    await feedPast({ url: server.url, channel: 'news', token, programme: 'Morning & <Noon>' }, [
      { at: at - 10_000, text: 'BEFORE THAT.' },
      { at, text: '>> THE "OLD" LIGHTHOUSE\n</noscript><script>alert(1)</script>' },
      { at: at + 3000, text: "IT COST $& AND $1, DIDN'T IT?" },
      { at: at + 300_000, text: 'MUCH LATER.' },
    ])
  })

  after(async () => {
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  /** A second channel, fed now. */
  async function addAndSay(text: string): Promise<void> {
    const token = await addChannel(folder.path, 'live')
    const tuner = new Tuner(server, 'live', token)
    await tuner.open()
    await tuner.cue(text)
    await tuner.close()
  }

  async function set(policy: Partial<Policy>, id = 'news'): Promise<void> {
    await using directory = openSqliteDirectory(folder.path)
    const known = directory.channel(id)
    assert.ok(known)
    const open = { visibility: 'public' as const, delaySeconds: 0, snippetWords: null }
    await directory.replaceChannel({
      ...known,
      policy: { ...known.policy, ...open, robots: false, ...policy },
    })
    // A running server acts on it within a second.
    await new Promise((resolve) => setTimeout(resolve, 1100))
  }

  async function page(path: string): Promise<{ html: string; headers: Headers; status: number }> {
    const answer = await fetch(server.url + path)
    return { html: await answer.text(), headers: answer.headers, status: answer.status }
  }

  it('tells the text around the second of a permalink, as data', async () => {
    const { html, headers, status } = await page(`/c/news/${time}?track=CC1`)
    assert.equal(status, 200)
    assert.match(
      html,
      /<title>news, Morning &amp; &lt;Noon&gt;, 4 March 2026 at 10:00:00 UTC · ccr</,
    )
    assert.match(html, /property="og:description" content="&gt;&gt; THE &quot;OLD&quot; LIGHTHOUSE/)
    assert.match(html, /property="og:type" content="article"/)
    const noscript = /<noscript>([\s\S]*?)<\/noscript>/.exec(html)?.[1] ?? ''
    assert.match(noscript, /BEFORE THAT\./)
    assert.match(noscript, /<strong>&gt;&gt; THE &quot;OLD&quot; LIGHTHOUSE &lt;\/noscript&gt;/)
    assert.match(noscript, /IT COST \$&amp; AND \$1, DIDN&#39;T IT\?/)
    assert.doesNotMatch(html, /MUCH LATER/)
    assert.doesNotMatch(html, /<script>alert/)
    assert.equal(html.match(/<title>/g)?.length, 1)
    assert.equal(html.match(/name="description"/g)?.length, 1)
    assert.equal(headers.get('x-robots-tag'), 'noindex')
    assert.match(headers.get('content-security-policy') ?? '', /script-src 'self'/)
  })

  it('shows the last lines of what is open before any script, and of nothing else', async () => {
    await addAndSay('<b>SAID</b> & DONE.')
    const first = (html: string): string => /<ul id="first"[^]*?<\/ul>/.exec(html)?.[0] ?? ''
    const onAir = first((await page('/')).html)
    assert.match(
      onAir,
      /<b dir="auto">live<\/b><p dir="auto" lang="en">&lt;b&gt;SAID&lt;\/b&gt; &amp; DONE\.</,
    )
    assert.doesNotMatch(onAir, /LIGHTHOUSE/, 'what was said in the spring is not said now')
    assert.match(first((await page('/c/live')).html), /<li><p dir="auto" lang="en">&lt;b&gt;SAID/)
    assert.match(first((await page('/c/live?track=*')).html), /SAID/)
    for (const path of [
      '/?q=live',
      '/c/live?track=CC3',
      `/c/live/${time}`,
      '/c/news',
      '/search?q=said',
      '/wall?c=live',
    ])
      assert.equal(first((await page(path)).html), '', path)
    for (const closed of [
      { visibility: 'private' as const },
      { delaySeconds: 60 },
      { snippetWords: 5 },
    ]) {
      await set(closed, 'live')
      assert.equal(first((await page('/')).html), '', JSON.stringify(closed))
      assert.equal(first((await page('/c/live')).html), '', JSON.stringify(closed))
    }
  })

  it('serves the page for a moment of which nothing is known, and for any path below a channel', async () => {
    for (const path of ['/c/news/2020-01-01T00:00:00.000Z', '/c/news/nonsense.txt', '/c/news'])
      assert.match((await page(path)).html, /<title>news · ccr</, path)
    assert.match((await page('/c/nobody/x.y')).html, /<title>ccr</)
    assert.equal((await page('/nonsense.txt')).status, 404)
  })

  it('tells what a search finds, and that it is not to be indexed', async () => {
    const { html } = await page('/search?q=lighthouse%20OR%20%22%3Cb%3E%20tag%22')
    assert.match(html, /<title>lighthouse OR &quot;&lt;b&gt; tag&quot; · Search · ccr</)
    assert.match(html, /content="Said on television: “lighthouse” or “b tag”\./)
    assert.match(html, /name="robots" content="noindex"/)
    assert.match((await page('/search?q=%28')).html, /<title>\( · Search/)
  })

  it('tells of itself on the pages of all channels, with a picture', async () => {
    const wall = await page('/wall?c=news,nobody,news~CC3')
    assert.match(wall.html, /<title>Wall: news · ccr</)
    assert.match(wall.html, /name="robots" content="noindex"/)
    for (const [path, title] of [
      ['/', 'On Air'],
      ['/wall', 'Wall'],
      ['/quality', 'Quality'],
    ] as const) {
      const { html, headers } = await page(path)
      assert.match(html, new RegExp(`property="og:title" content="${title}"`), path)
      assert.equal(headers.get('x-robots-tag'), null, path)
    }
    const picture = /property="og:image" content="([^"]+)"/.exec(wall.html)?.[1] ?? ''
    assert.equal(picture, `${server.url}/preview.png`)
    assert.equal((await fetch(picture)).headers.get('content-type'), 'image/png')
    const found = await page('/search?q=lighthouse')
    const feed = /rel="alternate" type="application\/atom\+xml"[^>]* href="([^"]+)"/.exec(
      found.html,
    )
    assert.equal((await fetch(server.url + (feed?.[1] ?? ''))).status, 200)
  })

  it('says nothing of a channel that is not open, as of one that is not there', async () => {
    const path = `/c/news/${time}?track=CC1`
    for (const visibility of ['private', 'signed-in'] as const) {
      await set({ visibility })
      const closed = await page(path)
      const absent = await page(path.replace('news', 'none'))
      assert.equal(closed.html, absent.html)
      assert.match((await page('/wall?c=news')).html, /<title>Wall · ccr</)
      assert.equal(closed.headers.get('x-robots-tag'), absent.headers.get('x-robots-tag'))
    }
  })

  it('keeps to a snippet length, to retention, and to what robots may do', async () => {
    const path = `/c/news/${time}?track=CC1`
    await set({ snippetWords: 3, robots: true })
    const short = await page(path)
    assert.match(short.html, /content="&gt;&gt; THE &quot;OLD&quot;"/)
    assert.doesNotMatch(short.html, /LIGHTHOUSE|BEFORE|COST/)
    assert.equal(short.headers.get('x-robots-tag'), null)
    assert.doesNotMatch(short.html, /noindex/)
    await set({ retentionDays: 1 })
    assert.doesNotMatch((await page(path)).html, /LIGHTHOUSE/)
  })

  it('serves scripts and styles as they were compressed at build, for as long as anybody likes', async () => {
    const { html } = await page('/')
    const file = /src="(\/assets\/[^"]+\.js)"/.exec(html)?.[1] ?? ''
    const sizes = new Map<string, number>()
    for (const coding of ['br', 'gzip', 'identity']) {
      const answer = await fetch(server.url + file, { headers: { 'accept-encoding': coding } })
      assert.equal(answer.headers.get('content-encoding'), coding === 'identity' ? null : coding)
      assert.match(answer.headers.get('cache-control') ?? '', /max-age=31536000, immutable/)
      assert.match(answer.headers.get('vary') ?? '', /accept-encoding/i)
      assert.match(answer.headers.get('content-type') ?? '', /javascript/)
      sizes.set(coding, Number(answer.headers.get('content-length')))
    }
    const [br = 0, gzip = 0, identity = 0] = sizes.values()
    assert.ok(br > 0 && br < gzip && gzip < identity / 2, `${br}, ${gzip}, ${identity}`)
  })

  it('may be shown in frames of others below /embed/ alone', async () => {
    const embeds = ['search?q=lighthouse', 'c/news', 'overlay/news?theme=dark', 'reader/a.b']
    for (const embed of embeds) {
      const { headers, status } = await page(`/embed/${embed}`)
      assert.equal(status, 200, embed)
      assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors \*/, embed)
      assert.match(headers.get('content-security-policy') ?? '', /default-src 'none'/, embed)
      assert.equal(headers.get('x-frame-options'), null, embed)
      assert.equal(headers.get('x-robots-tag'), 'noindex', embed)
    }
    for (const path of ['/search?q=lighthouse', '/', '/c/news', '/c/news/embed', '/embedded']) {
      const { headers } = await page(path)
      assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'self'/, path)
      assert.equal(headers.get('x-frame-options'), 'SAMEORIGIN', path)
    }
  })
})
