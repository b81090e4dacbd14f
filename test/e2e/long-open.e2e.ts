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

/** A page that stays open for hours of talk, told fast: thousands of lines, many of them in one moment. */

const lines = 3000
/** Sent before the next ones are waited for. */
const burst = 100
/** Rows, headings and marks that may stand in the page at once. */
const mostRows = 260

describe('a channel’s page that is left open', { skip: noBrowser, timeout: 240_000 }, () => {
  let folder: Folder
  let server: Server
  let browser: Browser
  let tuner: Tuner
  let page: Page
  let said = 0

  before(async () => {
    folder = await temporaryFolder()
    const token = await addChannel(folder.path, 'talk')
    server = await startServer(folder.path)
    tuner = new Tuner(server, 'talk', token)
    await tuner.open()
    browser = await launchBrowser()
    const context = await browser.newContext({ viewport: { width: 1024, height: 768 } })
    page = await context.newPage()
    await page.goto(`${server.url}/c/talk`)
    await page.getByText('Nothing has been said').waitFor()
  })

  after(async () => {
    await browser.close()
    await tuner.close()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  async function say(count: number): Promise<void> {
    await Promise.all(Array.from({ length: count }, () => tuner.cue(`line ${said++}`)))
  }

  /** Numbers of the lines in the page, top to bottom; a draft is none. */
  function shown(): Promise<number[]> {
    return page.evaluate(() =>
      [...document.querySelectorAll('.rows .row:not(.draft) p')].map((row) =>
        Number(row.textContent.replace('line ', '')),
      ),
    )
  }

  function assertUnbroken(numbers: readonly number[]): void {
    for (const [i, n] of numbers.entries())
      if (i > 0) assert.equal(n, (numbers[i - 1] ?? 0) + 1, `after line ${numbers[i - 1]}`)
  }

  async function rowCount(): Promise<number> {
    return page.locator('.rows > li').count()
  }

  it('keeps few rows however much is said, and always the newest', async () => {
    while (said < lines) {
      await say(burst)
      await until('the newest line', async () => (await shown()).at(-1) === said - 1)
      assert.ok((await rowCount()) <= mostRows, `${await rowCount()} rows`)
      assertUnbroken(await shown())
    }
  })

  it('scrolls back to the first line: none is missing, none is there twice', async () => {
    const scroller = page.locator('.scroller')
    const seen = new Set(await shown())
    await until(
      'the beginning',
      async () => {
        await scroller.evaluate((box) => (box.scrollTop = 0))
        const numbers = await shown()
        assertUnbroken(numbers)
        for (const n of numbers) seen.add(n)
        assert.ok((await rowCount()) <= mostRows, `${await rowCount()} rows`)
        return numbers[0] === 0
      },
      60_000,
    )
    assert.equal(seen.size, lines)
    await page.getByText('Here the archive begins.').waitFor()
  })

  it('leads back there: after a reload, and from another page', async () => {
    const scroller = page.locator('.scroller')
    // Below the day's heading, where a line is looked for.
    const first = (): Promise<string | undefined> =>
      page.evaluate(() => {
        const edge = (document.querySelector('.scroller')?.getBoundingClientRect().top ?? 0) + 50
        const rows = [...document.querySelectorAll<HTMLElement>('.rows .row:not(.draft)')]
        return rows.find((row) => row.getBoundingClientRect().bottom > edge)?.dataset['key']
      })
    await until('a place in the midst', async () => {
      await scroller.evaluate((box) => (box.scrollTop += 900))
      return (await shown())[0] !== 0
    })
    await page.waitForFunction(() => history.state !== null)
    await new Promise((resolve) => setTimeout(resolve, 400))
    const left = await first()
    await page.reload()
    await until('the place', async () => (await first()) === left)
    assertUnbroken(await shown())
    await page.getByRole('link', { name: 'On Air' }).click()
    await page.getByRole('heading', { name: /on air/ }).waitFor()
    await page.goBack()
    await until('the place', async () => (await first()) === left)
    await page.getByRole('button', { name: 'Jump to live' }).click()
    await until('the newest line', async () => (await shown()).at(-1) === said - 1)
    await scroller.evaluate((box) => (box.scrollTop -= 2000))
    await page.getByRole('button', { name: 'Jump to live' }).waitFor()
  })

  it('leaves the reader there while more is said, and says how much', async () => {
    const top = (): Promise<string | undefined> =>
      page.evaluate(() => {
        const edge = document.querySelector('.scroller')?.getBoundingClientRect().top ?? 0
        const rows = [...document.querySelectorAll('.rows .row:not(.draft)')]
        const row = rows.find((one) => one.getBoundingClientRect().bottom > edge + 1)
        return row && `${row.textContent} at ${row.getBoundingClientRect().top}`
      })
    const before = await top()
    await say(3)
    await page.getByRole('button', { name: 'Jump to live · 3 new lines' }).waitFor()
    assert.equal(await top(), before)
    await page.getByRole('button', { name: 'Jump to live' }).click()
    await until('the newest line', async () => (await shown()).at(-1) === said - 1)
    assertUnbroken(await shown())
  })

  it('stands still when paused, at the end too, until the reader goes on', async () => {
    await page.getByRole('button', { name: 'Pause' }).click()
    tuner.draft('being written')
    await say(2)
    await page.getByRole('button', { name: 'Jump to live · 2 new lines' }).waitFor()
    assert.equal((await shown()).at(-1), said - 3)
    await page.getByRole('button', { name: 'Jump to live' }).click()
    await until('the newest line', async () => (await shown()).at(-1) === said - 1)
  })

  it('reads out whole sentences from then on, and never what is growing', async () => {
    await page.getByRole('button', { name: 'Announce' }).click()
    const log = page.getByRole('log')
    assert.equal(await log.innerText(), '')
    tuner.draft('THE OLD')
    await tuner.cue('THE OLD LIGHTHOUSE')
    await page.locator('.row:not(.draft) p', { hasText: 'THE OLD LIGHTHOUSE' }).waitFor()
    assert.equal(await log.innerText(), '')
    await tuner.cue('IS SHINING AGAIN.')
    await until('the sentence', async () =>
      (await log.innerText()).endsWith('THE OLD LIGHTHOUSE IS SHINING AGAIN.'),
    )
    assert.equal(await page.locator('.draft').getAttribute('aria-hidden'), 'true')
  })
})
