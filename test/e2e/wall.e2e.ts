import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../support/browser.ts'
import { Tuner } from '../support/live.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'

const channels = ['ada', 'bea', 'cleo', 'dora']

describe('the wall', { skip: noBrowser, timeout: 120_000 }, () => {
  let folder: Folder
  let server: Server
  let browser: Browser
  let page: Page
  const tuners: Tuner[] = []

  before(async () => {
    folder = await temporaryFolder()
    const tokens = new Map<string, string>()
    for (const id of channels) tokens.set(id, await addChannel(folder.path, id))
    server = await startServer(folder.path)
    for (const id of channels) {
      const tuner = new Tuner(server, id, tokens.get(id) ?? '')
      await tuner.open()
      await tuner.cue(`FIRST OF ${id}.`)
      tuners.push(tuner)
    }
    browser = await launchBrowser()
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
    page = await context.newPage()
  })

  after(async () => {
    await browser.close()
    for (const tuner of tuners) await tuner.close()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  function order(): string | null {
    return new URL(page.url()).searchParams.get('c')
  }

  async function headings(): Promise<string> {
    return (await page.getByRole('heading', { level: 2 }).allInnerTexts()).join()
  }

  it('fills itself with what is on air, and its address is the layout', async () => {
    await page.goto(`${server.url}/wall`)
    await page.getByRole('button', { name: 'Show the 4 on air' }).click()
    await page.getByText('FIRST OF dora.').waitFor()
    assert.equal(order(), 'ada,bea,cleo,dora')
    assert.equal(await page.getByText('Not connected').count(), 0)
    await page.getByLabel('Add a channel').selectOption('ada')
    assert.equal(order(), 'ada,bea,cleo,dora,ada')
    await page.reload()
    await page.getByText('FIRST OF dora.').waitFor()
    assert.equal(await headings(), 'ada,bea,cleo,dora,ada')
  })

  it('is arranged with the keyboard: the focus stays, the tile keeps what was done to it', async () => {
    await page.goto(`${server.url}/wall?c=ada,bea,cleo`)
    await page.getByRole('button', { name: 'Pause bea' }).click()
    await page.getByRole('button', { name: 'Arrange bea' }).press('Enter')
    const later = page.getByRole('button', { name: 'Move bea later' })
    await later.press('Enter')
    assert.equal(order(), 'ada,cleo,bea')
    assert.equal(await headings(), 'ada,cleo,bea')
    await page.getByText('bea is now 3 of 3.').waitFor({ state: 'attached' })
    await until('the focus', () => later.evaluate((button) => button === document.activeElement))
    await later.press('Enter')
    assert.equal(order(), 'ada,cleo,bea', 'at the end nothing happens')
    await page.getByRole('button', { name: 'Resume bea' }).waitFor()
    await page.getByRole('button', { name: 'Remove bea' }).press('Enter')
    assert.equal(order(), 'ada,cleo')
    assert.notEqual(await page.evaluate(() => document.activeElement?.tagName), 'BODY')
  })

  it('is arranged by dragging a tile’s head onto another', async () => {
    await page.goto(`${server.url}/wall?c=ada,bea,cleo,dora`)
    await page.getByText('FIRST OF dora.').waitFor()
    const tiles = page.locator('.tile')
    await page.locator('.tile-head').first().dragTo(tiles.nth(2))
    await until('the new order', () => order() === 'bea,cleo,ada,dora')
    assert.equal(await headings(), 'bea,cleo,ada,dora')
  })

  it('pauses one, or all, and counts what is said meanwhile', async () => {
    await page.goto(`${server.url}/wall?c=ada,bea`)
    await page.getByText('FIRST OF bea.').waitFor()
    await page.getByRole('button', { name: 'Pause all' }).click()
    await tuners[0]?.cue('SECOND OF ada.')
    await page.getByText('1 line since').waitFor()
    assert.equal(await page.getByText('SECOND OF ada.').count(), 0)
    await page.getByRole('button', { name: 'Resume all' }).click()
    await page.getByText('SECOND OF ada.').waitFor()
  })

  it('announces nothing by itself, and one tile at a time when asked', async () => {
    await page.goto(`${server.url}/wall?c=ada,bea`)
    await page.getByText('FIRST OF bea.').waitFor()
    assert.equal(await page.getByRole('log').count(), 0)
    for (const name of ['ada', 'bea']) {
      await page.getByRole('button', { name: `Arrange ${name}` }).click()
      await page.getByRole('button', { name: `Announce ${name}` }).click()
    }
    assert.equal(await page.getByRole('log').count(), 1)
    await tuners[1]?.cue('THIRD OF bea.')
    await until('it', async () => (await page.getByRole('log').innerText()) === 'THIRD OF bea.')
  })

  it('says so when a tile’s channel does not exist', async () => {
    await page.goto(`${server.url}/wall?c=ada,nobody`)
    await page.getByText('There is no such channel, or it is not open to you.').waitFor()
  })

  it('is dark by default, and as the reader chose otherwise', async () => {
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    const dark = await ground()
    await page.getByRole('link', { name: 'On Air' }).click()
    await page.getByRole('heading', { level: 1, name: /on air/ }).waitFor()
    const light = await ground()
    assert.notEqual(light, dark)
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByLabel('Appearance').selectOption('light')
    await page.goto(`${server.url}/wall?c=ada`)
    await page.getByText('FIRST OF ada.').waitFor()
    assert.equal(await ground(), light)
  })
})
