import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import type { Policy } from '../../src/protocol/api.ts'
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

/** Fifty channels, some with names that are hard to set; and channels that are not there to be seen. */

const names: readonly string[] = [
  'A Very Long Name of a Regional Public Broadcasting Corporation, Northern Transmission Area',
  'Unbreakablenameofachannelthatwasneverthoughttobeshownonatelephone',
  'قناة الأخبار الصباحية',
  '公共放送 総合テレビジョン',
]
const count = 50

describe('On Air, and what is not', { skip: noBrowser, timeout: 180_000 }, () => {
  let folder: Folder
  let server: Server
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let tuner: Tuner
  const problems: string[] = []

  before(async () => {
    folder = await temporaryFolder()
    const token = await addChannel(folder.path, 'news')
    server = await startServer(folder.path)
    browser = await launchBrowser()
    context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en' })
    page = await context.newPage()
    watch(page)
    tuner = new Tuner(server, 'news', token)
  })

  after(async () => {
    await browser.close()
    await tuner.close()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
    assert.deepEqual(problems, [])
  })

  /** Nothing is asked of anybody else, nothing is refused by the page’s own policy, nothing fails. */
  function watch(one: Page): void {
    one.on('pageerror', (error) => problems.push(error.message))
    one.on('request', (request) => {
      if (new URL(request.url()).host !== new URL(server.url).host) problems.push(request.url())
    })
    one.on('console', (message) => {
      // The browser itself reports an answer that says "there is none".
      const isAnswer = /status of 40[134]/.test(message.text())
      if (message.type() === 'error' && !isAnswer) problems.push(message.text())
    })
  }

  async function change(
    id: string,
    fields: { name?: string; policy?: Partial<Policy> },
  ): Promise<void> {
    await using directory = openSqliteDirectory(folder.path)
    const known = directory.channel(id)
    assert.ok(known)
    await directory.replaceChannel({
      ...known,
      name: fields.name ?? known.name,
      policy: { ...known.policy, ...fields.policy },
    })
  }

  it('says how to begin when there is no channel', async () => {
    await using empty = await temporaryFolder()
    await using other = await startServer(empty.path)
    const fresh = await context.newPage()
    await fresh.goto(other.url)
    await fresh.getByText('There are no channels yet.').waitFor()
    await fresh.getByText('ccr channel add').waitFor()
    await fresh.goto(`${other.url}/wall`)
    await fresh.getByText('Choose channels').waitFor()
    assert.equal(await fresh.getByText('connect').count(), 0)
    await fresh.close()
  })

  it('holds fifty channels with any names, and nothing jumps as they and their words come', async () => {
    for (let i = 0; i < count; i++) {
      await addChannel(folder.path, `channel-${i}`)
      await change(`channel-${i}`, { name: names[i] ?? `Channel ${i}` })
    }
    await tuner.open()
    for (const width of [360, 1280]) {
      await page.setViewportSize({ width, height: 800 })
      await page.goto(server.url)
      await page.getByRole('heading', { name: '公共放送 総合テレビジョン' }).waitFor()
      for (let i = 0; i < 8; i++) await tuner.cue(`>> LINE ${i} OF WHAT IS SAID`)
      await page.getByText('LINE 7').waitFor()
      const { overflow, shift, rtl } = await page.evaluate(async () => ({
        overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
        shift: await new Promise<number>((resolve) => {
          let sum = 0
          new PerformanceObserver((list) => {
            for (const entry of list.getEntries())
              sum += (entry as unknown as { value: number }).value
          }).observe({ type: 'layout-shift', buffered: true })
          setTimeout(() => resolve(sum), 500)
        }),
        rtl: [...document.querySelectorAll('h3 a')].filter(
          (link) => getComputedStyle(link).direction === 'rtl',
        ).length,
      }))
      assert.equal(overflow, 0, `at ${width}`)
      assert.ok(shift < 0.1, `layout shift ${shift} at ${width}`)
      assert.equal(rtl, 1)
      await page.screenshot({ path: `artifacts/on-air-many-${width}.png` })
    }
  })

  it('filters as one types, in the bar too, and keeps the focus and the address', async () => {
    await page.goto(server.url)
    await page
      .getByRole('heading', { name: '51 channels' })
      .or(page.locator('.card').first())
      .waitFor()
    const box = page.getByRole('searchbox')
    await box.focus()
    await page.mouse.wheel(0, 1500)
    await page.locator('.docked').waitFor()
    assert.ok(await box.evaluate((input) => input === document.activeElement), 'docked')
    await page.keyboard.type('channel 49')
    await until('one card', async () => (await page.locator('.card').count()) === 1)
    assert.ok(await box.evaluate((input) => input === document.activeElement), 'undocked')
    assert.equal(new URL(page.url()).searchParams.get('q'), 'channel 49')
    await page.getByText('1 channel found').waitFor({ state: 'attached' })
    await box.fill('nothing like it')
    await page.getByText('No channel matches').waitFor()
  })

  it('a link leads to the top of a page, and back to where one was; a channel seen again is live', async () => {
    await page.goto(`${server.url}/?c=channel-40`)
    const link = page.getByRole('link', { name: 'Open its page' })
    await link.scrollIntoViewIfNeeded()
    const left = await page.evaluate(() => scrollY)
    assert.ok(left > 500)
    await link.click()
    await page.getByRole('heading', { name: 'Channel 40', level: 1 }).waitFor()
    assert.equal(await page.evaluate(() => document.activeElement?.id), 'content')
    assert.equal(await page.title(), 'Channel 40 · ccr')
    await page.goBack()
    await until('the place', () => page.evaluate((y) => Math.abs(scrollY - y) < 5, left))
    await page.goto(`${server.url}/?c=news`)
    for (let visit = 0; visit < 2; visit++) {
      await page.getByRole('link', { name: 'Open its page' }).click()
      await page.getByRole('heading', { name: 'news', level: 1 }).waitFor()
      await tuner.cue(`VISIT ${visit}`)
      await page.locator('.rows p', { hasText: `VISIT ${visit}` }).waitFor()
      await page.goBack()
      await page.locator('.opened').waitFor()
    }
  })

  it('pauses what moves', async () => {
    await page.goto(server.url)
    await page.getByText('VISIT 1').waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await tuner.cue('UNSEEN')
    await tuner.cue('SEEN')
    assert.equal(await page.getByText('UNSEEN').count(), 0)
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('SEEN', { exact: true }).waitFor()
  })

  it('says plainly what cannot be shown, and does not say that a hidden channel exists', async () => {
    await change('channel-5', { policy: { visibility: 'private' } })
    await change('channel-6', { policy: { visibility: 'signed-in' } })
    await new Promise((resolve) => setTimeout(resolve, 1200))
    for (const id of ['channel-5', 'no-such-channel']) {
      await page.goto(`${server.url}/c/${id}`)
      await page.getByRole('heading', { name: 'There is no such channel.' }).waitFor()
    }
    await page.goto(`${server.url}/c/channel-6`)
    await page.getByRole('heading', { name: 'This channel is for those who sign in.' }).waitFor()
    await page.goto(`${server.url}/no/such/page`)
    await page.getByRole('heading', { name: 'There is nothing at this address.' }).waitFor()
  })

  it('keeps what was loaded when the channel is removed while it is read', async () => {
    await page.goto(`${server.url}/c/news`)
    await page.locator('.rows').getByText('UNSEEN').waitFor()
    await using directory = openSqliteDirectory(folder.path)
    await directory.removeChannel('news')
    await page.getByText('This channel was removed.').waitFor({ timeout: 20_000 })
    assert.equal(await page.getByText('UNSEEN').count(), 1)
  })

  it('speaks Spanish to those who read it, and says so to screen readers', async () => {
    const spanish = await browser.newContext({ locale: 'es-MX' })
    const one = await spanish.newPage()
    watch(one)
    await one.goto(server.url)
    await one.getByRole('link', { name: 'En el aire' }).waitFor()
    assert.equal(await one.evaluate(() => document.documentElement.lang), 'es')
    await spanish.close()
  })
})
