import AxeBuilder from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { noBrowser } from '../support/browser.ts'
import { faultOfFocus, stopOf } from '../support/pictures/focus.ts'
import { pictures, type PictureOf } from '../support/pictures/pages.ts'
import { startPictureSite, type PictureSite } from '../support/pictures/site.ts'
import { assertFits } from '../support/site-checks.ts'

/**
 * Every page, in every width and appearance, against a server that real senders feed, with channels of many scripts and
 * some that try to be markup. The pictures are left in artifacts/pictures, to be looked at.
 */

const folder = 'artifacts/pictures'
const widths = [1440, 768, 360]
const appearances = ['light', 'dark', 'contrast'] as const
/** More stops than any page has. */
const mostStops = 150

describe('pictures of every page', { skip: noBrowser, timeout: 400_000 }, () => {
  let site: PictureSite

  before(async () => {
    mkdirSync(folder, { recursive: true })
    site = await startPictureSite()
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    assert.deepEqual(site.problems, [], 'no page says anything in the console')
  })

  async function open({ at, there, who, kept, act }: PictureOf): Promise<Page> {
    const page = await site.open(at, who, kept)
    await page.locator(there).first().waitFor()
    await act?.(page)
    return page
  }

  // As many at once as the machine that checks this has cores.
  describe('in all appearances', { concurrency: 2 }, () => {
    for (const picture of pictures)
      it(`${picture.name}: fits, is clean to axe, and shows where the focus is`, async () => {
        const page = await open(picture)
        await picturesOf(page, picture.name)
        await page.setViewportSize({ width: 1440, height: 900 })
        await assertFocusIsSeen(page)
        await page.close()
      })
  })

  it('sets text from right to left, and of the East, as it is written there', async () => {
    const page = await site.open('/c/tongues?track=CC1')
    for (const [track, language, direction, text] of [
      ['CC1', 'ar', 'rtl', 'مساء الخير'],
      ['S1', 'he', 'rtl', 'ערב טוב'],
      ['S2', 'ja', 'ltr', 'こんばんは'],
      ['S3', 'ko', 'ltr', '안녕하세요'],
    ] as const) {
      await page.goto(`${site.server.url}/c/tongues?track=${track}`)
      const line = page.locator('.rows p', { hasText: text }).first()
      await line.waitFor()
      const set = await line.evaluate((element) => ({
        direction: getComputedStyle(element).direction,
        language: element.closest('[lang]')?.getAttribute('lang'),
      }))
      assert.deepEqual(set, { direction, language }, track)
    }
    await page.close()
  })

  it('shows markup in captions, names and titles as what it is: text', async () => {
    const page = await site.open('/c/markup')
    const said = '<img src=x onerror=alert(4)> SAID THE LIGHTHOUSE.'
    await page.locator('.rows p', { hasText: said }).waitFor()
    await page.getByRole('heading', { name: '<script>alert(1)</script>' }).waitFor()
    await page.getByText('<i>Late</i> & "Early" <script>alert(3)</script>').first().waitFor()
    assert.equal(await page.locator('main :is(img, b, i, script)').count(), 0)
    for (const [address, text] of [
      ['/', '<script>alert(1)</script>'],
      ['/search?q=lighthouse', 'SAID THE'],
      ['/wall?c=markup', 'SAID THE'],
      ['/embed/c/markup', 'SAID THE'],
    ] as const) {
      await page.goto(site.server.url + address)
      await page.getByText(text).first().waitFor()
      assert.equal(await page.locator('main :is(img, b, i, script)').count(), 0, address)
    }
    await page.close()
  })

  it('leads with the keyboard alone from what is on air to a word in a transcript', async () => {
    const page = await site.open('/')
    await page.locator('.card').first().waitFor()
    await tabTo(page, 'Search')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Search what was said' }).waitFor()
    await tabTo(page, 'Search captions')
    await page.keyboard.type('harbour')
    await page.keyboard.press('Enter')
    await page.locator('.passage').first().waitFor()
    await tabTo(page, 'Harbour News', '.passage')
    await page.keyboard.press('Enter')
    await page.locator('.rows .row').first().waitFor()
    assert.match(new URL(page.url()).pathname, /^\/c\/harbour-news\/\d{4}-/)
    await tabTo(page, 'Find')
    await page.keyboard.press('Enter')
    await page.locator('.find-bar input').first().waitFor()
    await page.close()
  })

  it('without its server, is as honest as it is good to look at', async () => {
    const page = await site.open('/c/mina')
    await page.locator('.rows .row').first().waitFor()
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    site.server.child.kill('SIGKILL')
    await site.server.ended
    await page.goto(`${site.server.url}/c/mina`)
    await page.getByRole('heading', { name: 'Nothing live can be shown now.' }).waitFor()
    await page.locator('.kept summary').first().click()
    await picturesOf(page, 'offline')
    await page.close()
  })
})

/** The page in all widths and appearances, held to the rules at the width of a phone; other appearances differ in colours. */
async function picturesOf(page: Page, name: string): Promise<void> {
  for (const appearance of appearances) {
    await page.evaluate((theme) => (document.documentElement.dataset['theme'] = theme), appearance)
    for (const width of appearance === 'contrast' ? [360] : widths) {
      await page.setViewportSize({ width, height: width < 500 ? 740 : 900 })
      await assertFits(page, `${name} at ${width}`)
      await page.screenshot({
        ...{ path: `${folder}/${name}-${width}-${appearance}.jpg`, quality: 80, fullPage: true },
        animations: 'disabled',
      })
    }
    const rules = appearance === 'light' ? null : ['color-contrast']
    assert.deepEqual(await violationsOf(page, rules), [], `${name}, ${appearance}`)
  }
}

async function violationsOf(page: Page, rules: string[] | null): Promise<string[]> {
  const axe = new AxeBuilder({ page })
  const { violations } = await (rules === null ? axe : axe.withRules(rules)).analyze()
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' ')}`,
  )
}

/** Goes round once. */
async function assertFocusIsSeen(page: Page): Promise<void> {
  const passed = new Set<string>()
  for (let n = 0; n < mostStops; n++) {
    await page.keyboard.press('Tab')
    const stop = await stopOf(page)
    // What is in a frame is held to it where it is a page; behind the last stop is the browser itself.
    if (stop === null) continue
    if (passed.has(stop.path)) return
    passed.add(stop.path)
    assert.equal(await faultOfFocus(page), null)
  }
}

/** Goes from stop to stop until one of that name, in such a part of the page, has the focus. */
async function tabTo(page: Page, name: string, within = 'body'): Promise<void> {
  const passed: string[] = []
  while (passed.length < mostStops) {
    await page.keyboard.press('Tab')
    const found = (await stopOf(page))?.name ?? ''
    const isThere = await page.evaluate(
      (part) => document.activeElement?.closest(part) != null,
      within,
    )
    if (isThere && found.startsWith(name)) return
    passed.push(found.slice(0, 30))
  }
  assert.fail(`no stop is called ${name}: ${passed.join(', ')}`)
}
