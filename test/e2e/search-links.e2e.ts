import AxeBuilder from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/processes.ts'
import { serveElsewhere, startSearchSite, type SearchSite } from '../support/search-site.ts'

/** Where searches lead, and how their pages look. Pictures are kept in artifacts/. */

describe('what searches lead to', { skip: noBrowser, timeout: 240_000 }, () => {
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

  it('a permalink opens the transcript at its second, marked, and keeps it in place', async () => {
    const answer = await fetch(`${site.server.url}/api/v1/search?q=lighthouse&order=oldest&limit=1`)
    const { items } = (await answer.json()) as { items: { permalink: string }[] }
    await page.goto(site.server.url + (items[0]?.permalink ?? ''))
    const row = page.locator('.row.sought')
    await row.waitFor()
    assert.match(await row.innerText(), /THE OLD LIGHTHOUSE/)
    const top = await row.evaluate((element) => element.getBoundingClientRect().top)
    await page.waitForTimeout(500)
    assert.equal(await row.evaluate((element) => element.getBoundingClientRect().top), top)
    assert.ok(top > 0 && top < 400)
  })

  it('finds on a channel’s page, from hit to hit', async () => {
    await page.goto(`${site.server.url}/c/sport`)
    await page.getByRole('button', { name: 'Find' }).click()
    const box = page.getByRole('searchbox', { name: 'Find on this channel' })
    await box.fill('"old lighthouse"')
    await page.keyboard.press('Enter')
    const place = page.locator('.find-bar [role=status]')
    await until('the first hit', async () => (await place.innerText()) === '1 of 9')
    await page.locator('.row.sought', { hasText: 'LIGHTHOUSE' }).waitFor()
    const first = page.url()
    await box.press('Enter')
    await until('the second', async () => (await place.innerText()) === '2 of 9')
    assert.notEqual(page.url(), first)
    await box.press('Shift+Enter')
    await until('the first again', async () => (await place.innerText()) === '1 of 9')
    assert.equal(page.url(), first)
    await box.press('Escape')
    assert.equal(await page.locator('.find-bar').count(), 0)
    assert.equal(new URL(page.url()).searchParams.has('find'), false)
  })

  it('gives files, feeds and a frame of the same', async () => {
    await page.goto(`${site.server.url}/search?q=${encodeURIComponent('lighthouse channel:news')}`)
    await page.locator('.passage').first().waitFor()
    const [file] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'CSV' }).click(),
    ])
    assert.match(file.suggestedFilename(), /\.csv$/)
    for (const [name, type] of [
      ['JSON Lines', 'application/jsonl'],
      ['Feed (Atom)', 'application/atom+xml'],
      ['Feed (JSON)', 'application/feed+json'],
    ] as const) {
      const href = await page.getByRole('link', { name, exact: true }).getAttribute('href')
      const answer = await fetch(site.server.url + (href ?? ''))
      assert.equal(answer.status, 200, name)
      assert.ok(answer.headers.get('content-type')?.startsWith(type), name)
      assert.match(await answer.text(), /LIGHTHOUSE/)
    }
    await page.getByRole('button', { name: 'Embed' }).click()
    const frame = await page.getByLabel('Put this into a page of your own').inputValue()
    const source = /src="([^"]+)"/.exec(frame)?.[1]?.replaceAll('&amp;', '&') ?? ''
    await using other = await serveElsewhere(
      `<p>A page of somebody else<iframe width=700 height=500 src="${source}">`,
    )
    const host = await site.browser.newPage()
    await host.goto(other.url)
    const inside = host.frameLocator('iframe')
    await inside.locator('.plot svg').waitFor()
    await inside.locator('.passage mark').first().waitFor()
    assert.equal(await inside.locator('header').count(), 0)
    await host.close()
  })

  const views = {
    search: '/search',
    'search-found': '/search?q=lighthouse',
    'search-wrong': '/search?q=rain%20(snow',
    'search-none': '/search?q=xylophone%20channel:news',
    embed: '/embed/search?q=lighthouse',
  }
  for (const [name, address] of Object.entries(views))
    it(`${name} fits, and is clean to axe, in every width and theme`, async () => {
      for (const width of [320, 360, 768, 1440])
        for (const colorScheme of ['light', 'dark'] as const) {
          const one = await site.open(address, { viewport: { width, height: 900 }, colorScheme })
          await one.locator('.passage mark, .fault, .nothing').first().waitFor()
          if (name.endsWith('found') || name === 'embed') await one.locator('.plot svg').waitFor()
          await one.screenshot({ path: `artifacts/${name}-${width}-${colorScheme}.png` })
          const overflow = await one.evaluate(
            () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
          )
          assert.equal(overflow, 0, `no horizontal scroll at ${width}`)
          if (width !== 768 && width !== 320) {
            const { violations } = await new AxeBuilder({ page: one }).analyze()
            assert.deepEqual(
              violations.map(
                ({ id, nodes }) =>
                  `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' ')}`,
              ),
              [],
              `${name} ${width} ${colorScheme}`,
            )
          }
          await one.context().close()
        }
    })
})
