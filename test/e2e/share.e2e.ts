import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../support/browser.ts'
import { feedPast } from '../support/past.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'

/** Handing an address on, in the three ways that browsers leave open. */
describe('a share button', { skip: noBrowser, timeout: 60_000 }, () => {
  let folder: Folder
  let server: Server
  let browser: Browser
  const address = '/search?q=lighthouse'

  before(async () => {
    folder = await temporaryFolder()
    const token = await addChannel(folder.path, 'news')
    server = await startServer(folder.path)
    await feedPast({ url: server.url, channel: 'news', token }, [
      { at: Date.now() - 60_000, text: 'THE OLD LIGHTHOUSE IS SHINING AGAIN.' },
    ])
    const found = `${server.url}/api/v1/search?q=lighthouse`
    await until('the index', async () => {
      const answer = (await (await fetch(found)).json()) as { items: readonly unknown[] }
      return answer.items.length > 0
    })
    browser = await launchBrowser()
  })

  after(async () => {
    await browser.close()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  async function open(script: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({ locale: 'en', ...options })
    const page = await context.newPage()
    await page.addInitScript(script)
    await page.goto(server.url + address)
    return page
  }

  it('opens the system’s sheet where there is one, and says nothing of its own', async () => {
    const page = await open('navigator.share = async (what) => { window.sharedThing = what }')
    await page.getByRole('button', { name: 'Share', exact: true }).click()
    const told = await page.evaluate(
      () => (window as unknown as { sharedThing: object }).sharedThing,
    )
    assert.deepEqual(told, { url: server.url + address, title: 'lighthouse · Search' })
    assert.equal(await page.getByText('Link copied').count(), 0)
    await page.context().close()
  })

  it('copies elsewhere, and says so in words', async () => {
    const page = await open('delete Navigator.prototype.share', {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await page.getByRole('button', { name: 'Copy link', exact: true }).click()
    await page.getByRole('status').filter({ hasText: 'Link copied' }).waitFor({ state: 'attached' })
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), server.url + address)
    await page.getByRole('button', { name: 'Copy link', exact: true }).waitFor()
    await page.context().close()
  })

  it('shows the address, selected, where nothing may be copied', async () => {
    const page = await open(
      'delete Navigator.prototype.share; Object.defineProperty(navigator, "clipboard", { value: undefined })',
      { viewport: { width: 360, height: 740 } },
    )
    await page.getByRole('button', { name: 'Copy link', exact: true }).click()
    const field = page.getByLabel('Copy this address:')
    await field.waitFor()
    assert.equal(await page.evaluate(() => getSelection()?.toString()), server.url + address)
    const box = await field.boundingBox()
    assert.ok(box !== null && box.x >= 0 && box.x + box.width <= 360, JSON.stringify(box))
    await page.screenshot({ path: 'artifacts/share-by-hand.png' })
    await page.keyboard.press('Escape')
    await field.waitFor({ state: 'detached' })
    await page.context().close()
  })
})
