import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { noBrowser } from '../support/browser.ts'
import { openEmbedSite, type EmbedSite } from '../support/embed-site.ts'
import { until } from '../support/processes.ts'
import { assertAccessible, assertFits, computed } from '../support/site-checks.ts'

/** Captions elsewhere: in a page of another site, and as a page of text. */
describe('frames and readers', { skip: noBrowser, timeout: 400_000 }, () => {
  let site: EmbedSite

  before(async () => {
    site = await openEmbedSite()
  })

  after(() => site.close())

  it('a frame stands in a page of another site; no other page of ours does', async () => {
    const elsewhere = createServer((_request, response) => {
      response.setHeader('content-type', 'text/html')
      response.end(
        `<!doctype html><title>site</title><iframe name="embed" src="${site.server.url}/embed/c/harbour?theme=dark&color=cyan" width="480" height="320"></iframe>` +
          `<iframe name="page" src="${site.server.url}/c/harbour" width="480" height="320"></iframe>`,
      )
    })
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    elsewhere.unref()
    const { port } = elsewhere.address() as AddressInfo
    const page = await site.open(`http://localhost:${port}/`)
    const frame = page.frameLocator('iframe[name=embed]')
    await frame.locator('.caption').first().waitFor({ timeout: 30_000 })
    const colors = (): Promise<string> =>
      frame
        .locator('.caption')
        .first()
        .evaluate((caption) =>
          [
            getComputedStyle(caption).color,
            getComputedStyle(document.documentElement).colorScheme,
          ].join(' '),
        )
    await until('it has its style', async () => (await colors()) === 'rgb(0, 255, 255) dark')
    const link = frame.getByRole('link', { name: 'harbour' })
    assert.deepEqual(
      [await link.getAttribute('href'), await link.getAttribute('target')],
      ['/c/harbour', '_blank'],
    )
    assert.equal(await page.frameLocator('iframe[name=page]').locator('.caption').count(), 0)
    await page.screenshot({ path: 'artifacts/frame-elsewhere.png' })
    await page.context().close()
    await new Promise((resolve) => elsewhere.close(resolve))
  })

  it('a frame has its viewer’s own style where its address says none', async () => {
    const page = await site.open('/embed/c/harbour')
    await page.evaluate(() =>
      localStorage.setItem('ccr.caption-style', '{"version":1,"color":"#ff00ff"}'),
    )
    for (const [query, color] of [
      ['', 'rgb(255, 0, 255)'],
      ['?size=120&color=lime&color=red', /rgb/],
      ['?color=green', 'rgb(0, 255, 0)'],
    ] as const) {
      await page.goto(`${site.server.url}/embed/c/harbour${query}`)
      await page.locator('.caption').first().waitFor()
      const now = await computed(page, '.caption', ['color'])
      if (typeof color === 'string') assert.equal(now.color, color, query)
      else assert.notEqual(now.color, 'rgb(255, 0, 255)', query)
    }
    await page.context().close()
  })

  it('a reader is its address: what is set in it can be sent', async () => {
    const page = await site.open(
      '/embed/reader/harbour?track=CC1,CC3&font=serif&newest=top&times=yes',
    )
    await page.locator('.reader-column').nth(1).locator('.caption').first().waitFor()
    assert.deepEqual(await page.locator('.reader-column h2').allInnerTexts(), [
      ...['English (CC1)', 'Spanish (CC3)'],
    ])
    const { 'font-family': font } = await computed(page, '.caption', ['font-family'])
    assert.match(font, /^Georgia/)
    const times = await page
      .locator('.reader-column')
      .first()
      .locator('time')
      .evaluateAll((all) => all.map((one) => one.getAttribute('datetime') ?? ''))
    assert.deepEqual(times, times.toSorted().reverse(), 'the newest on top')
    await page.getByRole('button', { name: 'Larger text' }).click()
    await page.getByLabel('Appearance').selectOption('contrast')
    await page.getByRole('button', { name: 'Newest below' }).click()
    await page.getByRole('button', { name: 'Tracks' }).click()
    await page.getByRole('checkbox', { name: 'English (CC1)' }).uncheck()
    await page.getByRole('button', { name: 'Style…' }).click()
    await page.getByRole('group', { name: 'Edge' }).getByLabel('Shadow').check()
    await page.getByRole('button', { name: 'Done' }).click()
    const { search } = new URL(page.url())
    assert.deepEqual(Object.fromEntries(new URLSearchParams(search)), {
      ...{ theme: 'contrast', track: 'CC3', times: 'yes', font: 'serif', size: '110' },
      edge: 'shadow',
    })
    const sent = await site.open(`/embed/reader/harbour${search}`)
    await sent.locator('.caption').first().waitFor()
    assert.equal(await sent.evaluate(() => document.documentElement.dataset['theme']), 'contrast')
    assert.match((await computed(sent, '.caption', ['text-shadow']))['text-shadow'], /rgb/)
    assert.equal(await sent.locator('.reader-column').count(), 1)
    await sent.context().close()
    await page.goto(`${site.server.url}/embed/reader/harbour?controls=none&title=no`)
    await page.locator('.caption').first().waitFor()
    assert.equal(await page.getByRole('button').count(), 0)
    await page.context().close()
  })

  it('a reader takes its reader’s own style where the address lets it, and makes it the address’s', async () => {
    const page = await site.open('/embed/reader/talk?own-style=yes&size=120')
    await page.getByText('LINE 5.').waitFor()
    const style = (): Promise<Record<string, string>> =>
      computed(page, '.reader-text .caption', ['color', 'font-family'])
    const size = (): Promise<string> =>
      page
        .locator('.reader-text')
        .evaluate((box) => getComputedStyle(box).getPropertyValue('--caption'))
    const own = page.getByRole('button', { name: 'My own style' })
    assert.equal(await own.count(), 0, 'there is none in this browser')
    assert.equal(await size(), '1.2')
    await page.evaluate(() =>
      localStorage.setItem(
        'ccr.caption-style',
        '{"version":1,"size":150,"color":"#00ffff","font":"serif"}',
      ),
    )
    await page.reload()
    await own.waitFor()
    assert.equal(await own.getAttribute('aria-pressed'), 'true')
    assert.match((await style())['font-family'] ?? '', /^Georgia/)
    await own.click()
    await until('the address’s', async () => (await size()) === '1.2')
    assert.doesNotMatch((await style())['font-family'] ?? '', /^Georgia/)
    await own.click()
    await page.getByRole('button', { name: 'Larger text' }).click()
    await until('the address', () => /size=160/.test(page.url()))
    assert.equal((await style())['color'], 'rgb(0, 255, 255)')
    assert.deepEqual(Object.fromEntries(new URL(page.url()).searchParams), {
      ...{ font: 'serif', size: '160', color: '00ffff' },
    })
    await page.context().close()
  })

  it('a reader stands still while its reader reads back, or pauses it', async () => {
    const page = await site.open('/embed/reader/talk?smooth=no&rows=sent&size=300', {
      viewport: { width: 600, height: 320 },
    })
    await page.getByText('LINE 5.').waitFor()
    const box = page.getByRole('region', { name: 'Captions of talk' })
    await box.evaluate((element) => element.scrollBy(0, -120))
    await until('the scroll', () => box.evaluate((element) => element.scrollTop < -60))
    const before = await box.evaluate((element) => element.scrollTop)
    await site.tuner.cue('SAID MEANWHILE.')
    const other = await site.open('/embed/reader/talk')
    await other.getByText('SAID MEANWHILE.').waitFor()
    await other.context().close()
    assert.equal(await page.getByText('SAID MEANWHILE.').count(), 0)
    assert.equal(await box.evaluate((element) => element.scrollTop), before)
    await box.evaluate((element) => element.scrollTo(0, 0))
    await page.getByText('SAID MEANWHILE.').waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await site.tuner.cue('SAID IN THE PAUSE.')
    await page.getByRole('button', { name: 'Resume' }).click()
    await page.getByText('SAID IN THE PAUSE.').waitFor()
    await page.context().close()
  })

  it('the page that composes them shows at once what is chosen, and what to copy', async () => {
    const page = await site.open('/c/harbour')
    await page.getByRole('link', { name: 'Embed', exact: true }).click()
    const frame = page.frameLocator('.preview iframe')
    await frame.locator('.caption').first().waitFor()
    await page.getByRole('radio', { name: /Over a picture/ }).check()
    await frame.locator('.overlay').waitFor()
    await page.getByLabel('Where').selectOption('top')
    await frame.locator('.at-top').waitFor()
    await page.getByLabel('Lines at most').fill('5')
    await page.getByRole('button', { name: 'Caption style…' }).last().click()
    await page.getByRole('group', { name: 'Text' }).getByLabel('Cyan').check()
    await page.getByRole('button', { name: 'Done' }).click()
    await frame.locator('.caption').first().waitFor()
    await until('the style in the preview', async () => {
      const color = await frame
        .locator('.caption')
        .first()
        .evaluate((caption) => getComputedStyle(caption).color)
      return color === 'rgb(0, 255, 255)'
    })
    const address = `${site.server.url}/embed/overlay/harbour?lines=5&position=top&color=00ffff`
    assert.equal(await page.getByRole('textbox', { name: 'Address' }).inputValue(), address)
    const html = await page.getByLabel('HTML for your page').inputValue()
    assert.ok(html.includes(`src="${address.replaceAll('&', '&amp;')}"`), html)
    assert.match(html, /title="Captions of harbour"/)
    await page.reload()
    assert.equal(await page.getByLabel('Where').inputValue(), 'top')
    await page.context().close()
  })

  it('they fit, and are clean to axe, in every theme', async () => {
    const addresses = {
      frame: '/embed/c/harbour?times=yes&theme=',
      reader: '/embed/reader/harbour?track=CC1,CC3&theme=',
      builder: '/c/harbour/embed?view=reader&theme=',
    }
    const page = await site.open('/embed/c/none')
    for (const [name, address] of Object.entries(addresses))
      for (const theme of ['light', 'dark', 'contrast']) {
        await page.setViewportSize({ width: 360, height: 740 })
        await page.evaluate((value) => localStorage.setItem('ccr.theme', value), theme)
        await page.goto(`${site.server.url}${address}${theme}`)
        const place = name === 'builder' ? page.frameLocator('.preview iframe') : page
        await place.locator('.caption').first().waitFor({ timeout: 30_000 })
        await assertAccessible(page, `${name} ${theme}`)
        for (const width of [360, 1440]) {
          await page.setViewportSize({ width, height: 800 })
          await assertFits(page, `${name} ${theme} ${width}`)
          await page.screenshot({ path: `artifacts/embed-${name}-${width}-${theme}.png` })
        }
      }
    await page.context().close()
    const overlay = await site.open('/embed/overlay/harbour')
    await overlay.locator('.caption').first().waitFor()
    await assertAccessible(overlay, 'overlay')
    await overlay.context().close()
  })
})
