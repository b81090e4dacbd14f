import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/processes.ts'
import { dayMs, days, startSearchSite, type SearchSite } from '../support/search-site.ts'

/** The search page in real Chromium. */

describe('the search page', { skip: noBrowser, timeout: 180_000 }, () => {
  let site: SearchSite
  let page: Page

  before(async () => {
    site = await startSearchSite()
    page = await site.open('/', { viewport: { width: 1280, height: 900 } })
  })

  after(async () => {
    await site[Symbol.asyncDispose]()
    assert.deepEqual(site.problems, [])
  })

  function said(): Promise<string[]> {
    return page.locator('.passage-text').allInnerTexts()
  }

  function params(): URLSearchParams {
    return new URL(page.url()).searchParams
  }

  async function found(q: string): Promise<void> {
    await page.goto(`${site.server.url}/search?q=${encodeURIComponent(q)}`)
    await page.getByRole('slider').locator('svg').waitFor()
    await page.locator('.passage').first().waitFor()
  }

  /** Of the whole chart: how many mentions its heading tells. */
  function heading(): Promise<string> {
    return page.locator('.chart-head strong').innerText()
  }

  it('shows a real example before anything is typed, and searches what is typed', async () => {
    await page.getByRole('link', { name: 'Search' }).click()
    await page.getByRole('heading', { name: 'Search what was said' }).waitFor()
    await page.locator('.example mark').first().waitFor()
    await page.getByRole('combobox').fill('lighthouse')
    await page.keyboard.press('Enter')
    await page.getByText('36 mentions in 36 minutes of text').waitFor()
    assert.equal(params().get('q'), 'lighthouse')
    assert.equal(await page.title(), 'lighthouse · Search · ccr')
    await until('a page of passages', async () => (await said()).length === 20)
    const marked = await page.locator('.passage mark').allInnerTexts()
    assert.equal(marked.length, 20)
    assert.deepEqual([...new Set(marked)], ['LIGHTHOUSE'])
    assert.match(await page.locator('.restated').innerText(), /Finds “lighthouse”/)
    await page.getByRole('button', { name: 'Load more' }).click()
    await until('all of it', async () => (await said()).length === 36)
    await page.getByText('That is all.').waitFor()
  })

  it('suggests filters and their values; the keyboard takes them', async () => {
    await page.goto(`${site.server.url}/search`)
    const box = page.getByRole('combobox')
    await box.pressSequentially('ferry cha')
    await page.getByRole('option', { name: /channel:/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    assert.equal(await box.inputValue(), 'ferry channel:')
    await page.getByRole('option', { name: /River Sport/ }).waitFor()
    await page.keyboard.type('riv')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    assert.equal(await box.inputValue(), 'ferry channel:sport')
    await page.keyboard.press('Enter')
    await page.locator('.passage').first().waitFor()
    assert.equal(params().get('q'), 'ferry channel:sport')
    assert.ok((await page.locator('.passage h3').allInnerTexts()).every((one) => /River/.test(one)))
  })

  it('says what is wrong with a query, at its character', async () => {
    await page.goto(`${site.server.url}/search?q=${encodeURIComponent('rain (snow')}`)
    const alert = page.getByRole('alert')
    await alert.waitFor()
    assert.match(await alert.innerText(), /never closed/)
    assert.equal(await page.locator('.fault mark').innerText(), '(')
    assert.equal(await page.getByRole('combobox').getAttribute('aria-invalid'), 'true')
    assert.equal(await page.getByRole('combobox').inputValue(), 'rain (snow')
  })

  it('zooms into what is dragged over, in the address, and back leads out again', async () => {
    await found('lighthouse')
    const plot = page.getByRole('slider')
    const box = await plot.boundingBox()
    assert.ok(box)
    const y = box.y + box.height / 2
    await page.mouse.move(box.x + box.width * 0.75, y)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.98, y, { steps: 5 })
    await page.mouse.up()
    await until('the zoom', async () => params().has('from') && (await heading()) !== '')
    await until('fewer mentions', async () => !(await heading()).startsWith('36 '))
    const from = params().get('from') ?? ''
    assert.ok(Date.parse(from) > site.now - 4 * dayMs, from)
    // Chart and passages are two answers, of which either may come first.
    await until('only passages of that time', async () => {
      const times = await page
        .locator('.passage time')
        .evaluateAll((all) => all.map((one) => one.getAttribute('datetime') ?? ''))
      return times.length > 0 && times.every((time) => time >= from)
    })
    await page.goBack()
    await until('the whole', async () => (await heading()).startsWith('36 '))
    assert.equal(params().has('from'), false)
  })

  it('opens the passages of a bar that is pressed', async () => {
    await found('lighthouse')
    const box = await page.getByRole('slider').boundingBox()
    assert.ok(box)
    // The day before yesterday: all of it in the past, and listened to.
    await page.mouse.click(box.x + 44 + (box.width - 48) * (1 - 2.5 / (days + 1)), box.y + 150)
    await page.getByText(/^Passages of /).waitFor()
    assert.ok(params().has('point'))
    await until('its passages', async () => (await said()).length === 4)
    await page.getByRole('button', { name: 'Show all' }).click()
    await until('all again', async () => (await said()).length === 20)
  })

  it('does the same with the keyboard: a moment, a span, in and out', async () => {
    await found('lighthouse')
    const plot = page.getByRole('slider')
    await plot.focus()
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowLeft')
    assert.match((await plot.getAttribute('aria-valuetext')) ?? '', /: 4 mentions, \d+ minutes/)
    await page.keyboard.press('Enter')
    await until('the moment’s passages', async () => (await said()).length === 4)
    await page.keyboard.press('Shift+ArrowLeft')
    await page.keyboard.press('Enter')
    await until('the span', () => params().has('from') && !params().has('point'))
    await until('two days', async () => /^8 mentions/.test(await heading()))
    await page.getByRole('button', { name: 'Zoom out' }).click()
    await until('more', async () => !(await heading()).startsWith('8 '))
    await page.getByRole('button', { name: 'Whole time' }).click()
    await until('the whole', async () => (await heading()).startsWith('36 '))
  })

  it('shows where nobody listened, and counts against the time that was monitored', async () => {
    await found('lighthouse')
    await page.getByText('Hatched: nobody listened').waitFor()
    await page.getByLabel('Count').selectOption('hour')
    assert.equal(params().get('per'), 'hour')
    await page.getByRole('slider').focus()
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowLeft')
    assert.match(
      (await page.getByRole('slider').getAttribute('aria-valuetext')) ?? '',
      /\d mentions per monitored hour/,
    )
    await page.getByText('As a table').click()
    assert.equal(await page.locator('.as-table tbody tr').count(), days - 1)
  })

  it('narrows by a facet, and widens by the same', async () => {
    await found('lighthouse OR harbour')
    const facet = page.getByRole('button', { name: /^Harbour News/ })
    await facet.click()
    await until('the filter', () => params().get('q') === '(lighthouse OR harbour) channel:news')
    await page.locator('.passages[aria-busy=false]').waitFor()
    await until('one channel', async () =>
      (await page.locator('.passage h3').allInnerTexts()).every((one) => /Harbour/.test(one)),
    )
    await page.getByRole('button', { name: 'Remove channel:news' }).click()
    await until('both', async () => (await page.locator('.active-filters').count()) === 0)
  })

  it('is read through with the keyboard: j, k, Enter, and back to the same passage', async () => {
    await found('lighthouse')
    await page.locator('body').click({ position: { x: 5, y: 400 } })
    for (const key of ['j', 'n', 'j', 'k']) await page.keyboard.press(key)
    const focused = (): Promise<string | null> =>
      page.evaluate(() => document.activeElement?.getAttribute('href') ?? null)
    const link = await focused()
    assert.equal(link, await page.locator('.passage h3 a').nth(1).getAttribute('href'))
    await page.keyboard.press('Enter')
    await page.locator('.row.sought').waitFor()
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, link)
    assert.match(await page.locator('.row.sought').innerText(), /THE OLD LIGHTHOUSE/)
    await page.goBack()
    await until('the passages', async () => (await said()).length === 20)
  })

  it('says when nothing was found, and what to try', async () => {
    await page.goto(`${site.server.url}/search?q=${encodeURIComponent('lighthouse xylophone')}`)
    await page.getByText('Nothing was found.').waitFor()
    await page.getByRole('button', { name: 'Search for any one of the words' }).click()
    await page.locator('.passage').first().waitFor()
    assert.equal(params().get('q'), 'lighthouse OR xylophone')
  })
})
