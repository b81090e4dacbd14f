import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { launchBrowser } from './browser.ts'
import { Tuner } from './live.ts'
import { addChannel, startServer, temporaryFolder, type Server } from './processes.ts'

/** A server with four channels that are on air, the first in two languages, and a browser that reads them. */

export const wallChannels = ['ada', 'bea', 'cleo', 'dora'] as const

export interface WallSite extends AsyncDisposable {
  readonly server: Server
  readonly browser: Browser
  readonly folder: string
  readonly tuners: Readonly<Record<(typeof wallChannels)[number], Tuner>>
  /** What went wrong in any page. */
  readonly problems: readonly string[]
  readonly open: (address: string, options?: BrowserContextOptions) => Promise<Page>
  /** Takes a channel away while the server runs. */
  readonly removeChannel: (id: string) => Promise<void>
}

export async function startWallSite(): Promise<WallSite> {
  const folder = await temporaryFolder()
  const tokens = new Map<string, string>()
  for (const id of wallChannels) tokens.set(id, await addChannel(folder.path, id))
  const server = await startServer(folder.path)
  const tune = async (
    id: string,
    tracks?: ConstructorParameters<typeof Tuner>[3],
  ): Promise<Tuner> => {
    const tuner = new Tuner(server, id, tokens.get(id) ?? '', tracks)
    await tuner.open()
    await tuner.cue(`FIRST OF ${id}.`)
    return tuner
  }
  const tuners = {
    ada: await tune('ada', [
      { track: 'CC1', language: 'en' },
      { track: 'CC3', language: 'es' },
    ]),
    bea: await tune('bea'),
    cleo: await tune('cleo'),
    dora: await tune('dora'),
  }
  const browser = await launchBrowser()
  const problems: string[] = []
  return {
    ...{ server, browser, folder: folder.path, tuners, problems },
    async open(address, options = {}) {
      const context = await browser.newContext({
        ...{ locale: 'en', timezoneId: 'UTC', viewport: { width: 1280, height: 800 } },
        ...options,
      })
      const page = await context.newPage()
      page.on('pageerror', (error) => problems.push(error.message))
      page.on('console', (message) => {
        // The browser itself reports an answer that refuses a query, and a server that is away.
        const isAnswer = /status of 40[04]|ERR_CONNECTION|WebSocket connection/.test(message.text())
        if (message.type() === 'error' && !isAnswer) problems.push(message.text())
      })
      await page.goto(server.url + address)
      return page
    },
    async removeChannel(id) {
      await using directory = openSqliteDirectory(folder.path)
      await directory.removeChannel(id)
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      for (const tuner of Object.values(tuners)) await tuner.close()
      await server[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
