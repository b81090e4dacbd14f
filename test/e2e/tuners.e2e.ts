import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { runEvent } from '../conformance/events.ts'
import { launchBrowser, noBrowser } from '../support/browser.ts'
import { Feed } from '../support/feed.ts'
import {
  addAdmin,
  addChannel,
  run,
  startServer,
  temporaryFolder,
  type Folder,
  type Server,
} from '../support/processes.ts'
import { assertAccessible, assertFits } from '../support/site-checks.ts'

const admin = 'ada@example.org'
const quiet = {
  ...{ type: 'status', client: 'ccr 0.1.0', source: 'hdhomerun://192.168.1.20/5.1', trouble: null },
  extractor: { name: 'builtin', why: 'the stream carries CEA-608 captions' },
  ...{ cuesPerMinute: 14, unacked: 1, lagMs: 80, faults: {}, tuner: null },
  clock: { offsetMs: 0, driftMs: 0, stepMs: 0, steps: 0 },
}
const told: Readonly<Record<string, object>> = {
  'harbour-news': quiet,
  'late-film': {
    ...quiet,
    ...{ trouble: 'no signal: the tuner could not tune in; trying again in 8 s', cuesPerMinute: 0 },
    ...{ unacked: 412, lagMs: 95_000, faults: { 'ts-lost-packets': 12, 'ts-no-captions': 1 } },
    clock: { offsetMs: 61_000, driftMs: 1800, stepMs: 0, steps: 0 },
    tuner: { name: 'attic', until: '2026-11-28T23:00:00.000Z' },
  },
  'old-town': { ...quiet, trouble: 'the disk of the spool /var/lib/ccr is full' },
}

describe('tuners at a browser', { skip: noBrowser }, () => {
  let folder: Folder
  let server: Server
  let browser: Browser
  let data: string
  const feeds: Feed[] = []
  let alive: NodeJS.Timeout

  before(async () => {
    folder = await temporaryFolder()
    data = path.join(folder.path, 'data')
    await addAdmin(data, admin)
    const tokens = new Map<string, string>()
    for (const channel of [...Object.keys(told), 'weather'])
      tokens.set(channel, await addChannel(data, channel))
    server = await startServer(data)
    for (const [channel, status] of Object.entries(told)) {
      const feed = new Feed(server, channel, {
        authorization: `Bearer ${tokens.get(channel) ?? ''}`,
        'ccr-producer': randomUUID(),
      })
      await feed.wait((line) => line.type === 'welcome')
      feed.send(runEvent(1), status)
      await feed.ack(1)
      if (channel === 'old-town') await feed.end()
      else feeds.push(feed)
    }
    alive = setInterval(() => feeds.forEach((feed) => feed.send({ type: 'ping' })), 5000)
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    clearInterval(alive)
    for (const feed of feeds) await feed.end()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  async function signedIn(locale = 'en', button = 'Come in'): Promise<Page> {
    await using link = run(['user', 'link', admin, '--data', data, '--server', server.url])
    assert.equal(await link.ended, 0, link.stderr())
    const page = await (await browser.newContext({ locale })).newPage()
    await page.goto(link.stdout().trim())
    await page.getByRole('button', { name: button }).click()
    await page.waitForURL((url) => !url.pathname.includes('sign-in'))
    return page
  }
  const rows = (page: Page): Promise<string[]> => page.locator('.entries strong a').allInnerTexts()

  it('are found by what is wrong with them, in the operator’s words, and each tells all that is known', async () => {
    const page = await signedIn()
    await page.goto(`${server.url}/admin`)
    await page.getByText('The server is well; a tuner is in trouble.').waitFor()
    await page.getByRole('link', { name: 'In trouble (1)' }).click()
    await page.getByText('no signal: the tuner could not tune in').waitFor()
    assert.deepEqual(await rows(page), ['late-film'])
    assert.match(page.url(), /\/admin\/tuners\?show=trouble$/)
    await page.getByRole('button', { name: 'Details of late-film' }).click()
    const facts = await page.locator('.row-more').innerText()
    for (const said of [
      ...[/builtin: the stream carries CEA-608/, /61 sec behind the server’s/, /attic, until/],
      ...[/412 events wait, for 95 sec/, /ts-lost-packets 12/, /ccr 0\.1\.0/],
    ])
      assert.match(facts, said)

    await page.getByLabel('Show').selectOption('all')
    assert.deepEqual(await rows(page), ['harbour-news', 'late-film', 'old-town', 'weather'])
    await page.getByText('It said last: the disk of the spool').waitFor()
    await page.getByText('not seen since the server’s start').waitFor()
    await page.getByLabel('Find').fill('192.168.1.20 attic')
    await page.getByText('1 channel', { exact: true }).waitFor()
    assert.deepEqual(await rows(page), ['late-film'])
    await page.reload()
    await page.getByText('1 channel', { exact: true }).waitFor()
    await page.getByLabel('Find').fill('nothing of the kind')
    await page.getByText('There is none such.').waitFor()
    await page.context().close()
  })

  it('fit any width and theme, in both languages, clean to axe', async () => {
    for (const [locale, button, more, ...looks] of [
      ['en', 'Come in', 'Details of late-film', [360, 'light'], [1440, 'dark']],
      ['es', 'Adelante', 'Detalles de late-film', [360, 'dark'], [1440, 'light']],
    ] as const) {
      const page = await signedIn(locale, button)
      for (const [width, colorScheme] of looks) {
        await page.setViewportSize({ width, height: 900 })
        await page.emulateMedia({ colorScheme })
        await page.goto(`${server.url}/admin/tuners`)
        await page.getByRole('button', { name: more }).click()
        const what = `tuners-${locale}-${width}-${colorScheme}`
        await page.screenshot({ path: `artifacts/${what}.png`, fullPage: true })
        await assertFits(page, what)
        await assertAccessible(page, what)
      }
      await page.goto(`${server.url}/admin`)
      await page.locator('.tuner-counts').waitFor()
      await page.screenshot({ path: `artifacts/tuners-${locale}-overview.png`, fullPage: true })
      await assertFits(page, locale)
      await assertAccessible(page, locale)
      await page.context().close()
    }
  })
})
