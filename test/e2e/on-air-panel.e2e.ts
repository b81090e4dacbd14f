import AxeBuilder from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import { launchBrowser, noBrowser } from '../support/browser.ts'
import { Tuner } from '../support/live.ts'
import { feedPast } from '../support/past.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'

/** Channels opened in place on On Air, and programmes found by name. */

const count = 20

describe('a channel opened on On Air', { skip: noBrowser, timeout: 240_000 }, () => {
  let folder: Folder
  let server: Server
  let browser: Browser
  let page: Page
  let tuner: Tuner
  const tokens = new Map<string, string>()
  const problems: string[] = []

  before(async () => {
    mkdirSync('artifacts', { recursive: true })
    folder = await temporaryFolder()
    for (const id of ['news', 'past']) tokens.set(id, await addChannel(folder.path, id))
    for (let n = 0; n < count; n++) {
      await addChannel(folder.path, `channel-${n}`)
      await using directory = openSqliteDirectory(folder.path)
      const known = directory.channel(`channel-${n}`)
      assert.ok(known)
      await directory.replaceChannel({ ...known, name: `Channel ${n}` })
    }
    server = await startServer(folder.path)
    browser = await launchBrowser()
    page = await browser.newPage({ viewport: { width: 1280, height: 800 }, locale: 'en' })
    watch(page)
    tuner = new Tuner(server, 'news', tokens.get('news') ?? '')
    await tuner.open()
    for (let n = 0; n < 8; n++) await tuner.cue(`>> LINE ${n} OF WHAT IS SAID`)
  })

  after(async () => {
    await browser.close()
    await tuner.close()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
    assert.deepEqual(problems, [])
  })

  function watch(one: Page): void {
    one.on('pageerror', (error) => problems.push(error.message))
  }

  it('opens a channel under its card, one at a time, and moves nothing above it', async () => {
    await page.setViewportSize({ width: 1280, height: 800 })
    await page.goto(server.url)
    const link = page.getByRole('link', { name: 'Channel 10', exact: true })
    await link.scrollIntoViewIfNeeded()
    const top = (): Promise<number> => link.evaluate((one) => one.getBoundingClientRect().top)
    await link.click()
    const panel = page.getByRole('region', { name: 'Channel 10, opened' })
    await panel.waitFor()
    assert.equal(new URL(page.url()).search, '?c=channel-10')
    assert.equal(await link.getAttribute('aria-expanded'), 'true')
    const places = await page.evaluate(() => {
      const box = (what: string): DOMRect =>
        document.querySelector(what)?.getBoundingClientRect() ?? new DOMRect()
      return { card: box('.card.open'), panel: box('.opened'), page: box('.networks') }
    })
    assert.ok(places.panel.top >= places.card.bottom, 'under its card')
    assert.ok(places.panel.top - places.card.bottom < 24, 'and next to it')
    assert.ok(Math.abs(places.panel.width - places.page.width) <= 1, 'as wide as the page')
    // Cards of the same row are above it.
    const above = page.locator('.card', { hasText: 'Channel 9' })
    const other = await above.evaluate((card) => card.getBoundingClientRect().bottom)
    assert.ok(other <= places.panel.top)

    // A card below: the panel above it closes, and the card stays under the pointer.
    const below = page.getByRole('link', { name: 'Channel 17', exact: true })
    await below.scrollIntoViewIfNeeded()
    const held = await below.evaluate((one) => one.getBoundingClientRect().top)
    await below.evaluate((one: HTMLElement) => one.click())
    await page.getByRole('region', { name: 'Channel 17, opened' }).waitFor()
    assert.equal(await page.locator('.opened').count(), 1)
    const moved = (await below.evaluate((one) => one.getBoundingClientRect().top)) - held
    assert.ok(moved <= 1, `only upwards, to show the panel whole: ${moved}`)

    await page.goBack()
    await page.locator('.opened').waitFor({ state: 'detached' })
    assert.equal(new URL(page.url()).search, '')
    assert.ok((await top()) > 0)
  })

  it('is opened and closed by keyboard, with the focus where one was', async () => {
    await page.goto(server.url)
    const link = page.getByRole('link', { name: 'news', exact: true })
    await link.focus()
    await page.keyboard.press('Enter')
    const panel = page.getByRole('region', { name: 'news, opened' })
    await panel.getByText('LINE 7').first().waitFor()
    assert.ok(await panel.evaluate((one) => one === document.activeElement))
    const tab = panel.getByRole('tab', { name: 'Channel' })
    await tab.focus()
    await page.keyboard.press('ArrowRight')
    await panel.getByRole('tabpanel', { name: 'Download' }).waitFor()
    assert.equal(new URL(page.url()).search, '?c=news&tab=download')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Escape')
    await panel.waitFor({ state: 'detached' })
    assert.ok(await link.evaluate((one) => one === document.activeElement))
    assert.equal(new URL(page.url()).search, '')
    await link.press('Enter')
    await panel.getByRole('button', { name: 'Close' }).click()
    await panel.waitFor({ state: 'detached' })
    assert.ok(await link.evaluate((one) => one === document.activeElement))
  })

  it('shows an opened channel in every width and theme, clean to axe', async () => {
    for (const width of [360, 1440])
      for (const colorScheme of ['light', 'dark'] as const) {
        const one = await (
          await browser.newContext({ locale: 'en', colorScheme, viewport: { width, height: 800 } })
        ).newPage()
        watch(one)
        await one.goto(`${server.url}/?c=news`)
        await one.locator('.opened .row:not(.draft)').first().waitFor()
        const overflow = await one.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        )
        assert.equal(overflow, 0, `at ${width}`)
        await one.screenshot({ path: `artifacts/on-air-opened-${width}-${colorScheme}.png` })
        // Each width in one theme: it looks at everything, which takes long.
        if ((width === 360) !== (colorScheme === 'dark')) {
          await one.context().close()
          continue
        }
        const { violations } = await new AxeBuilder({ page: one }).include('.opened').analyze()
        assert.deepEqual(
          violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 120) ?? ''}`),
          [],
        )
        await one.context().close()
      }
  })

  it('finds programmes by their titles, and leads to what was said in them', async () => {
    const token = tokens.get('past') ?? ''
    const at = Date.now() - 3 * 3_600_000
    for (const hours of [30, 26, 7, 3])
      await feedPast(
        { url: server.url, channel: 'past', token, programme: 'The Evening Edition' },
        [{ at: at - hours * 3_600_000, text: `>> ${hours} HOURS BEFORE` }],
      )
    await page.goto(server.url)
    await page.getByRole('searchbox').fill('even edit')
    const found = page.getByRole('region', { name: 'Programmes found' })
    await found.getByRole('heading', { name: 'The Evening Edition' }).waitFor()
    await found.getByText('4 airings').waitFor()
    assert.equal(await found.locator('.found-airings a').count(), 3)
    await page.screenshot({ path: 'artifacts/on-air-programmes.png' })
    await found.getByRole('button', { name: /^Show 4/ }).click()
    await until('all four', async () => (await found.locator('.found-airings a').count()) === 4)
    await found.locator('.found-airings a').last().click()
    await page.getByText('30 HOURS BEFORE').waitFor()
    await page.goBack()
    await page.getByRole('searchbox').fill('no such programme')
    await found.waitFor({ state: 'detached' })
  })
})
