import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../support/browser.ts'
import { Tuner } from '../support/live.ts'
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
import { assertAccessible, assertFits, computed } from '../support/site-checks.ts'

/** How captions look is the reader’s: chosen once, seen everywhere, from the first letter on. */
describe('caption style', { skip: noBrowser, timeout: 240_000 }, () => {
  let folder: Folder
  let server: Server
  let browser: Browser
  let sender: Running
  const tuners: Tuner[] = []

  before(async () => {
    mkdirSync('artifacts', { recursive: true })
    folder = await temporaryFolder()
    const tokens = new Map<string, string>()
    for (const id of ['harbour', 'nile', 'sakura'])
      tokens.set(id, await addChannel(folder.path, id))
    server = await startServer(folder.path)
    sender = run(
      [
        ...['send', '--server', server.url, '--channel', 'harbour', '--loop'],
        ...['--input', path.resolve('samples', 'harbour-news.ts')],
        ...['--spool', path.join(folder.path, 'spool')],
      ],
      { CCR_TOKEN: tokens.get('harbour') ?? '' },
    )
    for (const [id, language, text] of [
      ['nile', 'ar', '>> مساء الخير، وهذه هي الأخبار (2026).'],
      ['sakura', 'ja', '直線と骨の話です。'],
    ] as const) {
      const tuner = new Tuner(server, id, tokens.get(id) ?? '', language)
      await tuner.open()
      await tuner.cue(text)
      tuners.push(tuner)
    }
    browser = await launchBrowser()
  })

  after(async () => {
    await browser.close()
    for (const tuner of tuners) await tuner.close()
    await sender[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  async function open(address: string, options: BrowserContextOptions = {}): Promise<Page> {
    const context = await browser.newContext({
      ...{ locale: 'en', viewport: { width: 1440, height: 900 }, colorScheme: 'light' },
      ...options,
    })
    const page = await context.newPage()
    await page.goto(server.url + address)
    return page
  }

  async function openDialog(page: Page): Promise<void> {
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('button', { name: 'Caption style…' }).click()
    await page.getByRole('dialog', { name: 'Caption style' }).waitFor()
  }

  const look = ['color', 'background-color', 'font-variant-caps', 'letter-spacing'] as const
  const chosen = {
    ...{ color: 'rgb(255, 255, 0)', 'background-color': 'rgba(0, 0, 255, 0.9)' },
    'font-variant-caps': 'small-caps',
  }

  it('is chosen once and seen everywhere, after a reload from the first caption on', async () => {
    const page = await open('/c/harbour')
    await page.locator('.row .caption').first().waitFor({ timeout: 40_000 })
    const usual = await computed(page, '.row .caption', look)
    await openDialog(page)
    await page.getByRole('group', { name: 'Text' }).getByLabel('Yellow').check()
    await page.getByRole('group', { name: 'Background' }).getByLabel('Blue').check()
    await page.getByLabel('Background: opacity').fill('90')
    await page.getByLabel('Kind of letters').selectOption('small-caps')
    await page.getByLabel('Size', { exact: true }).fill('150')
    await page.getByLabel('Between letters').fill('10')
    await page.getByRole('group', { name: 'Edge' }).getByLabel('Outline').check()
    await page.screenshot({ path: 'artifacts/style-dialog-1440.png' })
    await page.getByRole('button', { name: 'Done' }).click()
    const changed = await computed(page, '.row .caption', [...look, 'text-shadow'])
    for (const name of look) assert.notEqual(changed[name], usual[name], name)
    assert.match(changed['text-shadow'], /rgb\(0, 0, 0\)/)
    const size = await computed(page, '.row p', ['font-size'])
    assert.equal(parseFloat(size['font-size']), 1.1875 * 16 * 1.5)

    // Every caption is looked at in the frame in which it comes.
    await page.addInitScript(() => {
      const seen = new Set<string>()
      Object.assign(window, { seen })
      new MutationObserver(() => {
        for (const caption of document.querySelectorAll('.caption')) {
          const { color, backgroundColor, fontVariantCaps } = getComputedStyle(caption)
          seen.add([color, backgroundColor, fontVariantCaps].join('; '))
        }
      }).observe(document, { childList: true, subtree: true, characterData: true })
    })
    for (const address of ['/c/harbour', '/wall?c=harbour,harbour~CC3', '/']) {
      await page.goto(server.url + address)
      await page.locator('.caption').first().waitFor()
      assert.deepEqual(
        await page.evaluate(() => [...(window as unknown as { seen: Set<string> }).seen]),
        [Object.values(chosen).join('; ')],
        address,
      )
      await page.screenshot({
        path: `artifacts/style-chosen-${address.replaceAll(/\W+/g, '-')}.png`,
      })
      await assertFits(page, address)
    }
    await page.context().close()
  })

  it('is shared with other tabs at once, and reset to the page’s own', async () => {
    const page = await open('/c/harbour')
    const other = await page.context().newPage()
    await other.goto(`${server.url}/c/harbour`)
    await other.locator('.row .caption').first().waitFor()
    const usual = await computed(other, '.row .caption', look)
    await openDialog(page)
    await page.getByRole('button', { name: 'Yellow on black' }).click()
    await until('the other tab', async () => {
      const { color } = await computed(other, '.row .caption', look)
      return color === 'rgb(255, 255, 0)'
    })
    await page.getByRole('button', { name: 'Reset' }).click()
    await until('the page’s own', async () => {
      const now = await computed(other, '.row .caption', look)
      return look.every((name) => now[name] === usual[name])
    })
    await page.context().close()
  })

  it('takes over the size that was kept before there were styles, once', async () => {
    const page = await open('/')
    await page.evaluate(() => localStorage.setItem('ccr.text-size', '175'))
    await page.reload()
    await page.locator('.caption').first().waitFor()
    const size = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--caption'))
    assert.equal(await size(), '1.75')
    assert.equal(await page.evaluate(() => localStorage.getItem('ccr.text-size')), null)
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('button', { name: 'Smaller captions' }).click()
    await page.reload()
    assert.equal(await size(), '1.5')
    await page.evaluate(() => localStorage.setItem('ccr.caption-style', '{"version":1,"size":"<b>'))
    await page.reload()
    await page.locator('.caption').first().waitFor()
    assert.equal(await size(), '1', 'what is no style is none')
    await page.context().close()
  })

  it('says it in words when letters are hard to tell from their ground, and lets it be', async () => {
    const page = await open('/c/harbour')
    await openDialog(page)
    const note = page.getByRole('dialog').getByRole('status')
    assert.equal(await note.innerText(), '')
    await page.getByRole('group', { name: 'Text' }).getByLabel('Yellow').check()
    await page.getByRole('group', { name: 'Window' }).getByLabel('White').check()
    assert.match(await note.innerText(), /contrast 1\.1 to 1/)
    const { color } = await computed(page, '.row .caption', ['color'])
    assert.equal(color, 'rgb(255, 255, 0)')
    await page.getByRole('group', { name: 'Text' }).getByLabel('As the page').check()
    assert.equal(await note.innerText(), '', 'black letters are chosen on white by themselves')
    await page.context().close()
  })

  it('is chosen with the keyboard alone, and the focus comes back', async () => {
    const page = await open('/c/harbour')
    await page.getByRole('button', { name: 'Display' }).press('Enter')
    await page.getByRole('button', { name: 'Caption style…' }).press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Caption style' })
    await dialog.waitFor()
    for (let stop = 0; stop < 25; stop++) {
      await page.keyboard.press('Tab')
      const isSeen = await page.evaluate(() => {
        const focused = document.activeElement
        if (focused === null || focused === document.body) return true
        if (focused.closest('dialog') === null) return false
        const rings = [focused, focused.closest('label')].map((element) =>
          element === null ? '' : getComputedStyle(element).outlineStyle,
        )
        return rings.some((style) => style !== 'none' && style !== '')
      })
      assert.ok(isSeen, `stop ${stop}: in the dialog, and to be seen`)
    }
    await page.getByLabel('Size', { exact: true }).focus()
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), 'Caption style…')
    await page.locator('output').getByText('105 %').waitFor()
    await page.context().close()
  })

  it('fits a phone, and is clean to axe in every theme', async () => {
    for (const theme of ['light', 'dark', 'contrast']) {
      const page = await open('/', { viewport: { width: 360, height: 740 } })
      await page.evaluate((value) => localStorage.setItem('ccr.theme', value), theme)
      await page.goto(`${server.url}/c/harbour`)
      await page.locator('.row .caption').first().waitFor()
      await assertAccessible(page, `channel, ${theme}`)
      await openDialog(page)
      await page.screenshot({ path: `artifacts/style-dialog-360-${theme}.png` })
      await assertFits(page, theme)
      await assertAccessible(page, `dialog, ${theme}`)
      await page.context().close()
    }
  })

  it('lets Arabic run from the right, and tells browsers which letters Japanese wants', async () => {
    const page = await open('/c/nile')
    await page.locator('.row .caption').first().waitFor()
    const row = page.locator('.row:not(.draft) p').first()
    assert.equal(await row.getAttribute('lang'), 'ar')
    const { direction, 'text-align': align } = await computed(page, '.row p', [
      'direction',
      'text-align',
    ])
    assert.deepEqual([direction, align], ['rtl', 'start'])
    const fromRight = await row.evaluate((element) => {
      const range = document.createRange()
      range.selectNodeContents(element)
      return element.getBoundingClientRect().right - range.getBoundingClientRect().right
    })
    assert.ok(Math.abs(fromRight) < 2, 'it begins at the right')
    await openDialog(page)
    await page.getByLabel('Between letters').fill('20')
    const { 'letter-spacing': joined } = await computed(page, '.row .caption', ['letter-spacing'])
    assert.match(joined, /^(?:0px|normal)$/, 'joined letters stay joined')
    await page.goto(`${server.url}/c/sakura`)
    await page.locator('.row .caption').first().waitFor()
    const { 'font-family': fonts, 'letter-spacing': apart } = await computed(
      page,
      '.row .caption',
      ['font-family', 'letter-spacing'],
    )
    assert.match(fonts, /Noto Sans (?:CJK )?JP/)
    assert.ok(parseFloat(apart) > 3)
    await page.context().close()
  })
})
