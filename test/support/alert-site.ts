import { mkdirSync } from 'node:fs'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { launchBrowser } from './browser.ts'
import { Tuner } from './live.ts'
import { startMailServer, type MailServer } from './mail-server.ts'
import { feedPast, type Saying } from './past.ts'
import {
  addAdmin,
  addChannel,
  run,
  startServer,
  temporaryFolder,
  until,
  type Server,
} from './processes.ts'

/** A server that sends mail, with some days of two channels that are on air, and a browser that reads it. */

export const reader = 'ada@example.org'
export const pastDays = 5
const hourMs = 3_600_000
const channels = { news: 'Harbour News', sport: 'River Sport' }

export interface AlertSite extends AsyncDisposable {
  readonly server: Server
  readonly browser: Browser
  readonly mail: MailServer
  readonly tuners: Readonly<Record<keyof typeof channels, Tuner>>
  /** What went wrong in any page. */
  readonly problems: readonly string[]
  readonly open: (address: string, options?: BrowserContextOptions) => Promise<Page>
  /** As `reader`, by a link from the shell. */
  readonly signIn: (page: Page) => Promise<void>
}

export async function startAlertSite(): Promise<AlertSite> {
  mkdirSync('artifacts/alerts', { recursive: true })
  const folder = await temporaryFolder()
  const tokens = new Map<string, string>()
  for (const id of Object.keys(channels)) tokens.set(id, await addChannel(folder.path, id))
  {
    await using directory = openSqliteDirectory(folder.path)
    for (const [id, name] of Object.entries(channels)) {
      const known = directory.channel(id)
      if (known !== undefined) await directory.replaceChannel({ ...known, name })
    }
  }
  await addAdmin(folder.path, reader)
  const mail = await startMailServer()
  const server = await startServer(folder.path, {
    env: { CCR_SMTP_URL: mail.url, CCR_MAIL_FROM: 'ccr <ccr@example.org>' },
  })
  for (const [channel, token] of tokens)
    for (let day = pastDays; day > 0; day--) {
      const from = Date.now() - day * 24 * hourMs
      const said = channel === 'news' ? newsOf(from) : [{ at: from, text: 'THE ROWERS ARE OUT.' }]
      await feedPast({ url: server.url, channel, token, programme: 'The Morning Edition' }, said)
    }
  const tune = async (id: keyof typeof channels): Promise<Tuner> => {
    const tuner = new Tuner(server, id, tokens.get(id) ?? '')
    await tuner.open()
    await tuner.cue('GOOD EVENING.')
    return tuner
  }
  const tuners = { news: await tune('news'), sport: await tune('sport') }
  await until('the index', async () => (await count(server, 'otters')) === pastDays)
  const browser = await launchBrowser()
  const problems: string[] = []
  return {
    ...{ server, browser, mail, tuners, problems },
    async open(address, options = {}) {
      const context = await browser.newContext({ locale: 'en', timezoneId: 'UTC', ...options })
      const page = await context.newPage()
      page.on('pageerror', (error) => problems.push(error.message))
      page.on('console', (message) => {
        // The browser itself reports an answer that refuses a query.
        if (message.type() === 'error' && !/status of 40[01]/.test(message.text()))
          problems.push(message.text())
      })
      await page.goto(server.url + address)
      return page
    },
    async signIn(page) {
      const link = run(['user', 'link', reader, '--data', folder.path, '--server', server.url])
      if ((await link.ended) !== 0) throw new Error(link.stderr())
      await page.goto(link.stdout().trim())
      await page.getByRole('button', { name: 'Come in' }).click()
      await page.getByRole('link', { name: 'Account' }).waitFor()
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      for (const tuner of Object.values(tuners)) await tuner.close()
      await server[Symbol.asyncDispose]()
      await mail[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Otters once a day; rain and wind too often for anybody, next to each other three times. */
function newsOf(from: number): Saying[] {
  return [
    { at: from, text: '>> AND IN THE RIVER PARK' },
    { at: from + 2000, text: 'THE OTTERS ARE BACK,' },
    { at: from + 4000, text: 'TWO OF THEM.' },
    ...Array.from({ length: 16 }, (_, i) => ({
      at: from + (i + 1) * 120_000,
      text: i < 3 ? 'HEAVY RAIN TONIGHT.' : 'RAIN, AND A HEAVY WIND.',
    })),
  ]
}

async function count(server: Server, q: string): Promise<number> {
  const answer = await fetch(`${server.url}/api/v1/search/timeline?q=${q}`)
  return ((await answer.json()) as { mentions: number }).mentions
}
