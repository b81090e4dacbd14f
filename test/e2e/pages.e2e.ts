import AxeBuilder from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
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
const widths = [360, 768, 1280, 1920]
/** 200 % of a phone’s and of a desk’s text, in the units of the page. */
const zoomed = [320, 640]

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

  function open(address: string, width: number, scheme: 'light' | 'dark'): Promise<Page> {
    return openAs(address, { viewport: { width, height: 800 }, colorScheme: scheme })
  }

  async function openAs(address: string, options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({ locale: 'en', ...options })
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
          assert.equal(await overflowOf(page), 0, `no horizontal scroll at ${width}`)
          if (width !== 768 && width !== 1920)
            await assertAccessible(page, `${name} ${width} ${scheme}`)
          await page.context().close()
        }
    })

  for (const [name, address] of Object.entries(pages))
    it(`${name} holds when enlarged, spaced out, and in the system’s own colours`, async () => {
      const ways: Readonly<Record<string, BrowserContextOptions>> = {
        ...Object.fromEntries(
          zoomed.map((width) => [`zoom-${width}`, { viewport: { width, height: 400 } }]),
        ),
        forced: { viewport: { width: 1280, height: 800 }, forcedColors: 'active' },
        contrast: { viewport: { width: 360, height: 740 }, contrast: 'more' },
        still: { viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' },
        // The page's policy forbids foreign styles; a reader's own are not the page's.
        spaced: { viewport: { width: 360, height: 740 }, bypassCSP: true },
      }
      for (const [way, options] of Object.entries(ways)) {
        const page = await openAs(address, options)
        if (way === 'spaced') await page.addStyleTag({ content: spacedText })
        await page.screenshot({ path: `artifacts/${name}-${way}.png` })
        assert.equal(await overflowOf(page), 0, `no horizontal scroll: ${way}`)
        assert.deepEqual(await cutOff(page), [], `nothing is cut off: ${way}`)
        if (way === 'still')
          assert.deepEqual(await page.evaluate(longMotions), [], 'nothing moves that is seen to')
        // Forced colours are the system’s; what axe computes for them is not what is painted.
        await assertAccessible(page, `${name} ${way}`, way === 'forced' ? ['color-contrast'] : [])
        await page.context().close()
      }
    })

  it('has nothing to press that is smaller than 24 by 24, on a phone', async () => {
    for (const address of Object.values(pages)) {
      const page = await open(address, 360, 'light')
      const small = await page.evaluate(() =>
        [...document.querySelectorAll('button, select, input, nav a, .network-head a')]
          .map((element) => ({ box: element.getBoundingClientRect(), html: element.outerHTML }))
          .filter(({ box }) => box.width > 0 && (box.width < 24 || box.height < 24))
          .map(({ html }) => html.slice(0, 120)),
      )
      assert.deepEqual(small, [], address)
      await page.context().close()
    }
  })

  it('is clean to axe in high contrast', async () => {
    const page = await open('/', 1440, 'dark')
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByLabel('Appearance').selectOption('contrast')
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
        const rows = [...document.querySelectorAll('.rows .row:not(.draft)')]
        const top = box?.getBoundingClientRect().top ?? 0
        const held = rows.find((row) => row.getBoundingClientRect().bottom > top + 1)
        return (held?.getBoundingClientRect().top ?? 0) - top
      })
    const before = await place()
    const count = await page.locator('.rows .row:not(.draft)').count()
    await until(
      'new lines',
      async () => (await page.locator('.rows .row:not(.draft)').count()) >= count + 3,
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
    const note = page.getByRole('status').filter({ hasText: 'Not connected' })
    await note.waitFor()
    const said = await note.innerText()
    assert.doesNotMatch(said, /\d/, 'the seconds that run are not announced')
    await page.getByRole('button', { name: 'Try now' }).waitFor()
    assert.equal(
      await page.locator('.state').innerText(),
      'Not connected',
      'nothing is called live',
    )
    await page.screenshot({ path: 'artifacts/channel-disconnected.png' })
    server = await startServer(folder.path, { port: Number(port) })
    await page.getByText('Connected again.').waitFor({ timeout: 60_000 })
    await note.waitFor({ state: 'detached' })
    const shown = (): Promise<string[]> =>
      page.evaluate(() =>
        [...document.querySelectorAll('.rows .row:not(.draft) p')].map((row) => row.textContent),
      )
    const archived = async (): Promise<string[]> =>
      (await fetchCues(server.url, 'harbour-news'))
        .filter(({ track }) => track === 'CC1')
        .map(({ text }) => text)
    const atReturn = (await archived()).length
    await until('new lines', async () => (await archived()).length > atReturn + 3, 60_000)
    await until('the same on the page', async () => {
      const [page1, archive] = [await shown(), await archived()]
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
        // A card's link is the whole card: its ring is drawn around that.
        const styles = [getComputedStyle(focused), getComputedStyle(focused, '::after')]
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

async function assertAccessible(page: Page, what: string, without: string[] = []): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).disableRules(without).analyze()
  assert.deepEqual(
    violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`,
    ),
    [],
    what,
  )
}

/** WCAG 1.4.12. */
const spacedText =
  '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important }' +
  'p { margin-block-end: 2em !important }'

function overflowOf(page: Page): Promise<number> {
  return page.evaluate(
    () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
  )
}

/** Controls and headings whose words do not fit in them. */
function cutOff(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button, h1, h2, h3, nav a, .state')]
      .filter((element) => {
        const style = getComputedStyle(element)
        const isMeant = style.textOverflow === 'ellipsis' || style.clipPath !== 'none'
        return !isMeant && element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  )
}

/** What moves for longer than a millisecond, which is how the page says "not at all". */
function longMotions(): string[] {
  return document.getAnimations().flatMap(({ effect }) => {
    const { duration } = effect?.getComputedTiming() ?? {}
    const isLong = Number(duration) > 1
    return isLong && effect instanceof KeyframeEffect ? [effect.target?.outerHTML ?? '?'] : []
  })
}
