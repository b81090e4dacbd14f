import AxeBuilder from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import type { Browser, Locator, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../support/browser.ts'
import { addTalk, dayName, feedTalk, momentOf, programmes } from '../support/download-day.ts'
import { unzip } from '../support/download.ts'
import {
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'

interface Saved {
  readonly name: string
  readonly bytes: Buffer
}

/** The Download tab in real Chromium: what is checked is what the saved file holds. */
describe('the Download tab', { skip: noBrowser, timeout: 300_000 }, () => {
  let folder: Folder
  let server: Server
  let browser: Browser
  const day = dayName(0)

  before(async () => {
    mkdirSync('artifacts', { recursive: true })
    folder = await temporaryFolder()
    const token = await addTalk(folder.path)
    server = await startServer(folder.path)
    await feedTalk(server, token)
    browser = await launchBrowser()
  })

  after(async () => {
    await browser.close()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  async function open(
    address: string,
    width = 1440,
    scheme: 'light' | 'dark' = 'light',
  ): Promise<Page> {
    const context = await browser.newContext({
      ...{ locale: 'en', viewport: { width, height: 860 }, colorScheme: scheme },
      timezoneId: 'Asia/Tokyo',
    })
    const page = await context.newPage()
    await page.goto(server.url + address)
    await page.locator('.channel-head').waitFor()
    return page
  }

  const tab = (query = ''): string => `/c/harbour/download?day=${day}${query}`
  const lines = (page: Page): Locator => page.locator('.day-lines [role=option]')
  const parts = (page: Page): Locator => page.locator('.day-parts [role=option]')
  const said = (page: Page): Promise<string> => page.locator('.taking [role=status]').innerText()

  /** The size that the page shows, once it is that of what is checked. */
  async function shownBytes(page: Page): Promise<number> {
    const size = page.locator('.file-size [data-bytes]')
    await size.waitFor()
    return Number(await size.getAttribute('data-bytes'))
  }

  async function save(page: Page): Promise<Saved> {
    const waiting = page.waitForEvent('download')
    await page.locator('.file-link').click()
    const file = await waiting
    return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) }
  }

  it('saves a stretch of lines chosen with mouse and shift; its size was shown before', async () => {
    const page = await open(tab())
    await lines(page).nth(2).click()
    await lines(page)
      .nth(6)
      .click({ modifiers: ['Shift'] })
    assert.equal(await said(page), '5 lines checked')
    assert.equal(await page.locator('[role=option][aria-selected=true]').count(), 5)
    const bytes = await shownBytes(page)
    const file = await save(page)
    assert.equal(file.bytes.length, bytes)
    assert.match(file.name, /^harbour-.*-CC1\.srt$/)
    const text = file.bytes.toString()
    assert.equal(text.match(/ --> /g)?.length, 5)
    assert.ok(text.includes(await textOf(lines(page).nth(2))))
    // The same without a mouse: unchecked from the middle, which leaves single lines.
    await lines(page).nth(4).click()
    assert.equal(await said(page), '4 lines checked')
    const link = (await page.locator('.file-link').getAttribute('href')) ?? ''
    assert.equal(new URL(link, server.url).searchParams.getAll('cue').length, 4)
    assert.equal(await shownBytes(page), (await save(page)).bytes.length)
    await page.context().close()
  })

  it('is a list for the keyboard: space, shift with arrows, all and none', async () => {
    const page = await open(tab())
    await lines(page).first().waitFor()
    const list = page.getByRole('listbox', { name: 'Lines of The Tide at Noon' })
    assert.equal(await list.getAttribute('aria-multiselectable'), 'true')
    await list.focus()
    for (const key of ['ArrowDown', 'ArrowDown', 'Space']) await page.keyboard.press(key)
    assert.equal(await said(page), '1 line checked')
    for (let n = 0; n < 4; n++) await page.keyboard.press('Shift+ArrowDown')
    assert.equal(await said(page), '5 lines checked')
    await page.keyboard.press('Shift+ArrowUp')
    assert.equal(await said(page), '4 lines checked', 'a stretch shrinks again')
    const active = await list.getAttribute('aria-activedescendant')
    assert.equal(
      await page.evaluate((id) => document.getElementById(id ?? '')?.ariaSelected, active),
      'true',
    )
    await page.keyboard.press('Control+a')
    assert.equal(await said(page), '225 lines checked')
    await page.keyboard.press('Escape')
    assert.equal(await said(page), 'The whole day')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    const programme = page.getByRole('listbox', { name: /^Programmes of/ })
    assert.ok(await programme.evaluate((box) => box === document.activeElement))
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await page.getByRole('listbox', { name: /^Lines of Rope/ }).waitFor()
    await page.keyboard.press('Space')
    assert.equal(await said(page), '1 programme')
    await page.context().close()
  })

  it('saves many single lines, too many for an address', async () => {
    const page = await open(tab())
    await page.getByRole('button', { name: 'Check all lines' }).click()
    await lines(page).nth(1).click()
    assert.equal(await said(page), '224 lines checked')
    const bytes = await shownBytes(page)
    const file = await save(page)
    assert.equal(file.bytes.length, bytes)
    assert.match(file.name, /\.srt$/)
    assert.equal(file.bytes.toString().match(/ --> /g)?.length, 224)
    await page.context().close()
  })

  it('saves a stretch of time by the channel’s clock, as the format that was chosen', async () => {
    const page = await open(tab())
    assert.equal(await page.getByLabel('From').inputValue(), `${day}T00:00:00`.replace(/:00$/, ''))
    await page.getByLabel('From').fill(`${day}T12:10:00`)
    await page.getByLabel('To', { exact: true }).fill(`${day}T12:11:00`)
    await page.getByRole('radio', { name: /^JSON lines/ }).check()
    await page.getByLabel('Track', { exact: true }).selectOption('*')
    await until(
      'the address says it',
      () => page.url().includes('track=*') || page.url().includes('track=%2A'),
    )
    const bytes = await shownBytes(page)
    const file = await save(page)
    assert.equal(file.bytes.length, bytes)
    assert.match(file.name, /\.jsonl$/)
    const cues = file.bytes
      .toString()
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as { start: string })
    assert.deepEqual(
      [cues.length, cues[0]?.start, cues.at(-1)?.start],
      [8, momentOf(10), momentOf(10 + 56 / 60)],
    )
    const again = await open(new URL(page.url()).pathname + new URL(page.url()).search)
    assert.equal(await shownBytes(again), bytes, 'the address is the choice')
    await again.context().close()
    await page.context().close()
  })

  it('saves two programmes as a zip of two files, each of the size that was summed', async () => {
    const page = await open(tab('&format=vtt'))
    await parts(page).nth(0).locator('.box').click()
    await parts(page)
      .nth(1)
      .locator('.box')
      .click({ modifiers: ['Shift'] })
    assert.equal(await said(page), '2 programmes')
    const bytes = await shownBytes(page)
    const file = await save(page)
    assert.match(file.name, /^harbour-.*\.zip$/)
    const files = await unzip(file.bytes)
    assert.deepEqual(
      [...files.keys()].map((name) => /harbour-(.*?)-\d{4}/.exec(name)?.[1]),
      [programmes[0].title, programmes[1].title.replace(':', '')],
    )
    const texts = [...files.values()]
    assert.equal(
      texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0),
      bytes,
    )
    for (const text of texts) assert.equal(text.match(/ --> /g)?.length, 225)
    await page.context().close()
  })

  it('takes hours without holes, and says what a format cannot hold', async () => {
    const page = await open(tab('&by=hours'))
    await parts(page).first().locator('.box').click()
    assert.equal(await said(page), '1 hour')
    await parts(page).nth(1).locator('.box').click()
    assert.equal(await said(page), '2 hours')
    assert.equal(await page.getByLabel('To', { exact: true }).inputValue(), `${day}T14:00`)
    await page.getByLabel('Track', { exact: true }).selectOption('*')
    await page.getByRole('radio', { name: /^Scenarist/ }).check()
    await page.getByText('A Scenarist file holds one track. Choose which.').waitFor()
    assert.equal(await page.locator('.file-link').count(), 0)
    await page.getByLabel('Track', { exact: true }).selectOption('CC3')
    const bytes = await shownBytes(page)
    assert.equal((await save(page)).bytes.length, bytes)
    await page.context().close()
  })

  it('goes from day to day by keys, and says what an empty day and a gap are', async () => {
    const page = await open(tab())
    const days = page.getByRole('navigation', { name: 'Day' })
    await days.locator('[aria-current=date]').focus()
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('Enter')
    await page.getByText('This day is one long gap.').waitFor()
    await page.getByText('The tuner was offline, 00:00 to midnight').waitFor()
    assert.equal(await page.locator('.file').count(), 0)
    await page.getByRole('link', { name: 'Go there' }).click()
    await page.getByText('No programme names were sent on this day.').waitFor()
    assert.match(page.url(), new RegExp(`day=${dayName(-2)}`))
    await page.goto(`${server.url}/c/harbour/download?day=${dayName(-4)}`)
    await page.getByText('Nothing was recorded on this day.').waitFor()
    await page.context().close()
  })

  it('says in words when a channel offers no downloads, or has nothing yet', async () => {
    const page = await open('/c/sealed/download')
    await page.getByText('This channel offers no downloads.').waitFor()
    await page.goto(`${server.url}/c/silent/download`)
    await page.getByText('Nothing has been said on this channel yet').waitFor()
    await page.context().close()
  })

  it('gives programmers lines that fetch the same file', async () => {
    const page = await open(tab('&airing=tide'))
    await page.getByText('For programmers').click()
    const [curl, ccr] = await page.locator('.command code').allInnerTexts()
    const bytes = await shownBytes(page)
    const url = /'(.*)'/.exec(curl ?? '')?.[1] ?? ''
    assert.equal((await (await fetch(url)).arrayBuffer()).byteLength, bytes)
    assert.match(
      ccr ?? '',
      /^ccr download --server \S+ --channel harbour --airing tide --track CC1 --format srt$/,
    )
    await page.context().close()
  })

  it('leads back to the line of the transcript that was being read', async () => {
    const page = await open(`/c/harbour?t=${momentOf(20)}`)
    const scroller = page.locator('.scroller')
    await page.locator('.row.sought').waitFor()
    await scroller.evaluate((box) => box.scrollBy(0, 400))
    const top = (): Promise<string | undefined> =>
      page.evaluate(() => {
        const box = document.querySelector('.scroller')
        const edge = (box?.getBoundingClientRect().top ?? 0) + 50
        const rows = [...document.querySelectorAll<HTMLElement>('.rows .row:not(.draft)')]
        return rows.find((row) => row.getBoundingClientRect().bottom > edge)?.dataset['key']
      })
    await until('the place is kept', () => page.evaluate(() => history.state !== null))
    const left = await top()
    await page.getByRole('link', { name: 'Download' }).click()
    await page.locator('.day-link[aria-current=date]').waitFor()
    assert.match(await page.locator('.days-date input').inputValue(), new RegExp(day))
    await page.getByRole('link', { name: 'Channel', exact: true }).click()
    await until('the same line at the top', async () => (await top()) === left)
    await page.context().close()
  })

  it('fits, and is clean to axe, in every width and theme', async () => {
    const addresses = {
      day: tab('&airing=late'),
      hours: `/c/harbour/download?day=${dayName(-2)}`,
      gap: `/c/harbour/download?day=${dayName(-1)}`,
      sealed: '/c/sealed/download',
    }
    for (const [name, address] of Object.entries(addresses))
      for (const width of name === 'day' ? [320, 360, 768, 1440] : [360])
        for (const scheme of ['light', 'dark'] as const) {
          const page = await open(address, width, scheme)
          await page
            .locator(name === 'sealed' ? '.empty' : '.day-link')
            .first()
            .waitFor()
          if (name === 'day' || name === 'hours') await shownBytes(page)
          await page.screenshot({ path: `artifacts/download-${name}-${width}-${scheme}.png` })
          assert.equal(
            await page.evaluate(() => document.documentElement.scrollWidth - innerWidth),
            0,
            `no horizontal scroll: ${name} at ${width}`,
          )
          const { violations } = await new AxeBuilder({ page }).analyze()
          assert.deepEqual(
            violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html.slice(0, 160) ?? ''}`),
            [],
            `${name} ${width} ${scheme}`,
          )
          await page.context().close()
        }
  })
})

async function textOf(row: Locator): Promise<string> {
  return row.locator('.line-text').innerText()
}
