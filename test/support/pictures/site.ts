import assert from 'node:assert/strict'
import path from 'node:path'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser } from '../browser.ts'
import { startMailServer } from '../mail-server.ts'
import { addAdmin, run, startServer, temporaryFolder, until, type Server } from '../processes.ts'
import { fetchCues } from '../recording.ts'
import { addPictureChannels, feedPictureChannels } from './fixture.ts'

/** A server with all kinds of channels, a person who may everything, and a browser that looks at it. */

const admin = 'ada@example.org'

export interface PictureSite extends AsyncDisposable {
  readonly server: Server
  /** What went wrong in any page: exceptions, errors in the console, what the page's policy refused. */
  readonly problems: readonly string[]
  /** A page of a browser that is signed in, or that of a stranger; of one of their own where something is kept in it. */
  open(address: string, who?: 'admin', kept?: Readonly<Record<string, string>>): Promise<Page>
}

export async function startPictureSite(): Promise<PictureSite> {
  const folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const tokens = await addPictureChannels(data)
  await addAdmin(data, admin)
  const mail = await startMailServer()
  const server = await startServer(data, {
    env: { CCR_SMTP_URL: mail.url, CCR_MAIL_FROM: 'ccr <ccr@example.org>' },
  })
  const senders = await feedPictureChannels(server, tokens, folder.path)
  const browser = await launchBrowser()
  const problems: string[] = []
  const people = {
    stranger: await newPerson(browser, problems),
    admin: await newPerson(browser, problems),
  }
  await signIn(people.admin, data, server.url)
  await until(
    'captions of the senders',
    async () => {
      for (const id of ['harbour-news', 'river-sport'])
        if ((await fetchCues(server.url, id)).length < 8) return false
      return await isFound(server.url, 'harbour')
    },
    90_000,
  )
  return {
    ...{ server, problems },
    async open(address, who, kept) {
      const context =
        kept === undefined ? people[who ?? 'stranger'] : await newPerson(browser, problems)
      if (kept !== undefined)
        await context.addInitScript((values) => {
          // Empty pages, such as those that axe works in, have no storage.
          if (location.origin === 'null') return
          for (const [key, value] of Object.entries(values)) localStorage.setItem(key, value)
        }, kept)
      const page = await context.newPage()
      await page.goto(server.url + address)
      return page
    },
    async [Symbol.asyncDispose]() {
      await browser.close()
      for (const sender of senders) await sender[Symbol.asyncDispose]()
      await server[Symbol.asyncDispose]()
      await mail[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

async function newPerson(browser: Browser, problems: string[]): Promise<BrowserContext> {
  const context = await browser.newContext({ locale: 'en', viewport: { width: 1440, height: 900 } })
  await context.addInitScript(() =>
    document.addEventListener('securitypolicyviolation', (event) =>
      console.error(
        `${location.pathname}: refused by policy: ${event.violatedDirective} ${event.blockedURI}`,
      ),
    ),
  )
  context.on('weberror', (event) => problems.push(event.error().message))
  context.on('console', (message) => {
    // The browser itself reports an answer that refuses, and a server that is gone.
    if (message.type() === 'error' && !/status of 40[0134]|ERR_CONNECTION/.test(message.text()))
      problems.push(`${message.location().url} ${message.text()}`)
  })
  context.on('dialog', (dialog) => {
    problems.push(`a dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  return context
}

async function signIn(context: BrowserContext, data: string, url: string): Promise<void> {
  await using link = run(['user', 'link', admin, '--data', data, '--server', url])
  assert.equal(await link.ended, 0, link.stderr())
  const page = await context.newPage()
  await page.goto(link.stdout().trim())
  await page.getByRole('button', { name: 'Come in' }).click()
  await page.getByRole('link', { name: 'Account' }).waitFor()
  await page.close()
}

async function isFound(url: string, word: string): Promise<boolean> {
  const answer = await fetch(`${url}/api/v1/search?q=${word}`)
  return ((await answer.json()) as { items: readonly unknown[] }).items.length > 0
}
