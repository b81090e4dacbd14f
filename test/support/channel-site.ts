import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser } from './browser.ts'
import { Tuner } from './live.ts'
import { feedPast, type Saying } from './past.ts'
import { addChannel, run, startServer, temporaryFolder, type Server } from './processes.ts'

/** A channel with hours of the past and a live end, another that a real sender sends, and a browser that reads them. */

export const hourMs = 3_600_000
const programmes = [
  { hoursAgo: 3, title: 'The Morning Edition' },
  { hoursAgo: 2, title: 'Harbour Talk' },
  { hoursAgo: 1, title: 'The Evening Edition' },
]
const linesEach = 250

export interface ChannelSite extends AsyncDisposable {
  readonly server: Server
  readonly browser: Browser
  /** Of `harbour`; the other channel is `sport`. */
  readonly tuner: Tuner
  /** When the past was told: programmes began whole hours before. */
  readonly now: number
  /** A page whose first lines are there; `stored` is what this browser remembers. */
  readonly open: (
    address: string,
    options?: BrowserContextOptions,
    stored?: Readonly<Record<string, string>>,
  ) => Promise<Page>
}

export async function startChannelSite(): Promise<ChannelSite> {
  mkdirSync('artifacts', { recursive: true })
  const folder = await temporaryFolder()
  const token = await addChannel(folder.path, 'harbour')
  const sports = await addChannel(folder.path, 'sport')
  const server = await startServer(folder.path)
  const now = Date.now()
  for (const { hoursAgo, title } of programmes)
    await feedPast(
      { url: server.url, channel: 'harbour', token, programme: title },
      talk(now - hoursAgo * hourMs),
    )
  const tuner = new Tuner(server, 'harbour', token)
  await tuner.open()
  await tuner.cue('>> GOOD EVENING FROM THE HARBOUR.')
  const sender = run(
    [
      ...['send', '--server', server.url, '--channel', 'sport', '--loop'],
      ...['--input', path.resolve('samples/river-sport.bin')],
      ...['--spool', path.join(folder.path, 'spool')],
    ],
    { CCR_TOKEN: sports },
  )
  const browser = await launchBrowser()
  const problems: string[] = []
  return {
    ...{ server, browser, tuner, now },
    async open(address, options = {}, stored = {}) {
      const context = await browser.newContext({
        ...{ locale: 'en', viewport: { width: 1280, height: 800 } },
        ...options,
      })
      await context.addInitScript((values) => {
        for (const [key, value] of Object.entries(values))
          if (localStorage.getItem(key) === null) localStorage.setItem(key, value)
      }, stored)
      const page = await context.newPage()
      page.on('pageerror', (error) => problems.push(error.message))
      await page.goto(server.url + address)
      await page.locator('.rows .row:not(.draft)').first().waitFor()
      return page
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await tuner.close()
      await sender[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
      assert.deepEqual(problems, [])
    },
  }
}

/** Most of an hour of it: five lines in a row, every minute. */
function talk(from: number): Saying[] {
  return Array.from({ length: linesEach }, (_, n) => ({
    at: from + Math.floor(n / 5) * 60_000 + (n % 5) * 4000,
    text:
      n % 5 === 0
        ? `>> THIS IS LINE ${n} OF THE HOUR, AND`
        : n % 5 === 4
          ? 'IT ENDS HERE.'
          : 'THE FERRY WILL RUN ON SUNDAYS',
  }))
}
