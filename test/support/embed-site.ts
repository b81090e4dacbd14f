import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import type { Policy } from '../../src/protocol/api.ts'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { launchBrowser } from './browser.ts'
import { Tuner } from './live.ts'
import { addChannel, run, startServer, temporaryFolder, type Server } from './processes.ts'

/** A server with two channels, and a browser: `harbour` is sent by a real sender, on `talk` the test says what it wants. */
export interface EmbedSite {
  readonly server: Server
  readonly browser: Browser
  readonly tuner: Tuner
  /** A page in a context of its own; a path of this site, or a whole address. */
  open(address: string, options?: BrowserContextOptions): Promise<Page>
  set(channel: string, policy: Partial<Policy>): Promise<void>
  /** After the server was killed. */
  restart(port: number): Promise<void>
  close(): Promise<void>
}

export async function openEmbedSite(): Promise<EmbedSite> {
  mkdirSync('artifacts', { recursive: true })
  const folder = await temporaryFolder()
  const harbour = await addChannel(folder.path, 'harbour')
  const talk = await addChannel(folder.path, 'talk')
  let server = await startServer(folder.path)
  const sender = run(
    [
      ...['send', '--server', server.url, '--channel', 'harbour', '--loop'],
      ...['--input', path.resolve('samples', 'harbour-news.ts')],
      ...['--spool', path.join(folder.path, 'spool')],
    ],
    { CCR_TOKEN: harbour },
  )
  const tuner = new Tuner(server, 'talk', talk)
  await tuner.open()
  for (const n of [1, 2, 3, 4, 5]) await tuner.cue(`LINE ${n}.`)
  const browser = await launchBrowser()
  return {
    get server() {
      return server
    },
    browser,
    tuner,
    async open(address, options = {}) {
      const context = await browser.newContext({
        ...{ locale: 'en', viewport: { width: 1280, height: 720 }, colorScheme: 'light' },
        ...options,
      })
      const page = await context.newPage()
      await page.goto(address.startsWith('http') ? address : server.url + address)
      return page
    },
    async set(channel, policy) {
      await using directory = openSqliteDirectory(folder.path)
      const known = directory.channel(channel)
      assert.ok(known)
      await directory.replaceChannel({ ...known, policy: { ...known.policy, ...policy } })
    },
    async restart(port) {
      server = await startServer(folder.path, { port })
      tuner.moveTo(server)
      await tuner.open()
    },
    async close() {
      await browser.close()
      await tuner.close()
      await sender[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
