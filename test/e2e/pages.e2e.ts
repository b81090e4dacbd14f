import AxeBuilder from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../support/browser.ts'
import {
  addChannel,
  run,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Running,
  type Server,
} from '../support/processes.ts'
import { fetchCues } from '../support/recording.ts'

/** Every page in real Chromium, fed by real senders. Pictures are kept in artifacts/. */

const channels = ['harbour-news', 'river-sport', 'quiet-cinema'] as const
const files = {
  'harbour-news': 'harbour-news.ts',
  'river-sport': 'river-sport.bin',
  'quiet-cinema': 'the-cartographer.bin',
}
const pages = {
  'on-air': '/',
  channel: '/c/harbour-news',
  wall: '/wall?c=harbour-news,river-sport,harbour-news~CC3,quiet-cinema',
}
const widths = [360, 768, 1440]

describe('the website', { skip: noBrowser, timeout: 300_000 }, () => {
  let folder: Folder
  let server: Server
  let browser: Browser
  const senders: Running[] = []
  const tokens = new Map<string, string>()

  before(async () => {
    mkdirSync('artifacts', { recursive: true })
    folder = await temporaryFolder()
    for (const id of channels) tokens.set(id, await addChannel(folder.path, id))
    server = await startServer(folder.path)
    for (const id of channels)
      senders.push(
        run(
          [
            'send',
            '--server',
            server.url,
            '--channel',
            id,
            '--input',
            path.resolve('samples', files[id]),
            '--loop',
            '--spool',
            path.join(folder.path, `spool-${id}`),
          ],
          { CCR_TOKEN: tokens.get(id) ?? '' },
        ),
      )
    browser = await launchBrowser()
    await until(
      'captions',
      async () => (await fetchCues(server.url, 'harbour-news')).length > 5,
      40_000,
    )
  })

  after(async () => {
    await browser.close()
    for (const sender of senders) await sender[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  async function open(address: string, width: number, scheme: 'light' | 'dark'): Promise<Page> {
    const context = await browser.newContext({
      viewport: { width, height: 800 },
      colorScheme: scheme,
    })
    const page = await context.newPage()
    await page.goto(server.url + address)
    await page.locator('.speaker').first().waitFor()
    return page
  }

  for (const [name, address] of Object.entries(pages))
    it(`${name} fits, and is clean to axe, in every width and theme`, async () => {
      for (const width of widths)
        for (const scheme of ['light', 'dark'] as const) {
          const page = await open(address, width, scheme)
          await page.screenshot({ path: `artifacts/${name}-${width}-${scheme}.png` })
          const overflow = await page.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          )
          assert.equal(overflow, 0, `no horizontal scroll at ${width}`)
          if (width !== 768) await assertAccessible(page, `${name} ${width} ${scheme}`)
          await page.context().close()
        }
    })

  it('is clean to axe in high contrast', async () => {
    const page = await open('/', 1440, 'dark')
    await page.locator('select').first().selectOption('contrast')
    await page.screenshot({ path: 'artifacts/on-air-contrast.png' })
    await assertAccessible(page, 'contrast')
    await page.context().close()
  })

  it('keeps the reader’s place while lines arrive above and below', async () => {
    const page = await open('/c/river-sport', 1024, 'dark')
    const scroller = page.locator('.scroller')
    await until(
      'enough to scroll',
      () => scroller.evaluate((box) => box.scrollHeight > box.clientHeight + 200),
      60_000,
    )
    await scroller.evaluate((box) =>
      box.scrollTo({ top: box.scrollHeight - box.clientHeight - 150 }),
    )
    await page.getByRole('button', { name: /Jump to live/ }).waitFor()
    const place = (): Promise<number> =>
      page.evaluate(() => {
        const box = document.querySelector('.scroller')
        const rows = [...document.querySelectorAll('.rows .row')]
        const top = box?.getBoundingClientRect().top ?? 0
        const held = rows.find((row) => row.getBoundingClientRect().bottom > top + 1)
        return (held?.getBoundingClientRect().top ?? 0) - top
      })
    const before = await place()
    const count = await page.locator('.rows .row').count()
    await until(
      'new lines',
      async () => (await page.locator('.rows .row').count()) >= count + 3,
      40_000,
    )
    assert.ok(Math.abs((await place()) - before) <= 1, 'within a pixel')
    await page.getByRole('button', { name: /new line/ }).click()
    await until('the end', () =>
      scroller.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 40),
    )
    await page.context().close()
  })

  it('comes back by itself after the server was killed, with nothing missing', async () => {
    const page = await open('/c/harbour-news', 1024, 'light')
    const { port } = new URL(server.url)
    server.child.kill('SIGKILL')
    await server.ended
    await page.getByRole('status').waitFor()
    await page.screenshot({ path: 'artifacts/channel-disconnected.png' })
    server = await startServer(folder.path, { port: Number(port) })
    await page.getByRole('status').waitFor({ state: 'detached', timeout: 60_000 })
    const shown = (): Promise<string[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll('.rows .row p')].map((row) => row.textContent),
      )
    const said = async (): Promise<string[]> =>
      (await fetchCues(server.url, 'harbour-news'))
        .filter(({ track }) => track === 'CC1')
        .map(({ text }) => text)
    const atReturn = (await said()).length
    await until('new lines', async () => (await said()).length > atReturn + 3, 60_000)
    await until('the same on the page', async () => {
      const [page1, archive] = [await shown(), await said()]
      const first = archive.lastIndexOf(page1[0] ?? '', archive.length - page1.length + 3)
      return (
        page1.length > 3 &&
        archive.slice(first, first + page1.length).join('\n') === page1.join('\n')
      )
    })
    await page.context().close()
  })

  it('can be used with the keyboard alone, focus always to be seen', async () => {
    const page = await open('/', 1440, 'light')
    for (let stop = 0; stop < 12; stop++) {
      await page.keyboard.press('Tab')
      const isSeen = await page.evaluate(() => {
        const focused = document.activeElement
        if (focused === null || focused === document.body) return true
        const card = focused.closest('.card')
        const styles = [focused, ...(card === null ? [] : [card])].map((element) =>
          getComputedStyle(element),
        )
        return styles.some(
          ({ outlineStyle, outlineWidth }) =>
            outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2,
        )
      })
      assert.ok(isSeen, `stop ${stop}`)
    }
    await page.context().close()
  })
})

async function assertAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  assert.deepEqual(
    violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`,
    ),
    [],
    what,
  )
}
