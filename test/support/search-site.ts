import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer } from 'node:http'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { launchBrowser } from './browser.ts'
import { feedPast, type Saying } from './past.ts'
import { addChannel, startServer, temporaryFolder, until, type Server } from './processes.ts'

/** A server with ten days of two channels, and a browser that reads it. */

const hourMs = 3_600_000
export const dayMs = 24 * hourMs
export const days = 10
/** Nobody listened on this day, counted back from today. */
const silentDay = 4
const channels = {
  news: { name: 'Harbour News', network: 'Harbour One', timeZone: 'America/New_York' },
  sport: { name: 'River Sport', network: null, timeZone: 'Europe/London' },
}

export interface SearchSite extends AsyncDisposable {
  readonly server: Server
  readonly browser: Browser
  /** When the last of it was told. */
  readonly now: number
  /** What went wrong in any page. */
  readonly problems: readonly string[]
  readonly open: (address: string, options?: BrowserContextOptions) => Promise<Page>
}

export async function startSearchSite(): Promise<SearchSite> {
  mkdirSync('artifacts', { recursive: true })
  const now = Date.now()
  const folder = await temporaryFolder()
  const tokens = new Map<string, string>()
  for (const id of Object.keys(channels)) tokens.set(id, await addChannel(folder.path, id))
  {
    await using directory = openSqliteDirectory(folder.path)
    for (const [id, fields] of Object.entries(channels)) {
      const known = directory.channel(id)
      assert.ok(known)
      await directory.replaceChannel({ ...known, ...fields })
    }
  }
  const server = await startServer(folder.path)
  for (const [channel, token] of tokens)
    for (let day = days - 1; day >= 0; day--) {
      if (day === silentDay) continue
      const programme = channel === 'news' ? 'The Morning Edition' : 'Rowing Today'
      const said = talk(now - day * dayMs - 4 * hourMs, channel === 'news' ? 3 : 1)
      await feedPast({ url: server.url, channel, token, programme }, said)
    }
  await until('the index', async () => (await count(server, 'lighthouse')) === 4 * (days - 1))
  const browser = await launchBrowser()
  const problems: string[] = []
  return {
    ...{ server, browser, now, problems },
    async open(address, options = {}) {
      const context = await browser.newContext({ locale: 'en', timezoneId: 'UTC', ...options })
      const page = await context.newPage()
      page.on('pageerror', (error) => problems.push(error.message))
      page.on('console', (message) => {
        // The browser itself reports an answer that refuses a query.
        if (message.type() === 'error' && !/status of 400/.test(message.text()))
          problems.push(message.text())
      })
      await page.goto(server.url + address)
      return page
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      await server[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** An hour in which the lighthouse is spoken of so many times, a quarter of an hour apart. */
function talk(from: number, times: number): Saying[] {
  return Array.from({ length: 4 }, (_, quarter) => {
    const at = from + (quarter * hourMs) / 4
    return [
      { at, text: '>> IN OTHER NEWS, THE FERRY' },
      { at: at + 2000, text: 'WILL RUN ON SUNDAYS AGAIN.' },
      { at: at + 4000, text: quarter < times ? 'THE OLD LIGHTHOUSE' : 'THE NEW HARBOUR' },
      { at: at + 6000, text: 'IS SHINING AGAIN.' },
    ]
  }).flat()
}

async function count(server: Server, q: string): Promise<number> {
  const answer = await fetch(`${server.url}/api/v1/search/timeline?q=${q}`)
  return ((await answer.json()) as { mentions: number }).mentions
}

/** A page of another host. */
export async function serveElsewhere(
  html: string,
): Promise<AsyncDisposable & { readonly url: string }> {
  const host = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end(html)
  }).listen(0, '127.0.0.1')
  await once(host, 'listening')
  const address = host.address()
  assert.ok(typeof address === 'object' && address !== null)
  return {
    url: `http://localhost:${address.port}/`,
    async [Symbol.asyncDispose]() {
      host.closeAllConnections()
      host.close()
      await once(host, 'close')
    },
  }
}
