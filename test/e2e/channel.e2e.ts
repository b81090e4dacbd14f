import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { noBrowser } from '../support/browser.ts'
import { hourMs, startChannelSite, type ChannelSite } from '../support/channel-site.ts'
import { until } from '../support/processes.ts'

/** Going through what a channel said: the reader’s place, programmes, the day, the seam of past and present. */

const minuteMs = 60_000

describe('the line that is read', { skip: noBrowser, timeout: 600_000 }, () => {
  for (const flow of ['paragraphs', 'rows'])
    it(`keeps the line that is read within a pixel while 500 lines come above and 500 below, in ${flow}`, async () => {
      await using site = await startChannelSite()
      const page = await site.open('/c/harbour', {}, { 'ccr.lines': flow })
      const scroller = page.locator('.scroller')
      await until('enough to scroll', () =>
        scroller.evaluate((box) => box.scrollHeight > 3 * box.clientHeight),
      )
      // A line in the midst of a paragraph, and of the page, is brought to the top, and watched in every frame from then on.
      await scroller.evaluate((box) => {
        const rows = [...box.querySelectorAll<HTMLElement>('.row:not(.draft)')]
        const begins = rows.map((row) => row.classList.contains('begins'))
        const half = Math.floor(rows.length / 2)
        const n = begins.findIndex((_, i) => i > half && begins[i - 3] === true)
        const { top } = rows[n]?.getBoundingClientRect() ?? { top: 0 }
        box.scrollTop += top - box.getBoundingClientRect().top - 4
      })
      await page.getByRole('button', { name: /Jump to live/ }).waitFor()
      const first = await page.evaluate(() => {
        const box = document.querySelector('.scroller')
        if (box === null) throw new Error('no scroller')
        const edge = box.getBoundingClientRect().top
        const rows = [...box.querySelectorAll<HTMLElement>('.row:not(.draft)')]
        const n = rows.findIndex((row) => row.getBoundingClientRect().top > edge - 1)
        const key = rows[n]?.dataset['key'] ?? ''
        const place = (): number | undefined =>
          box.querySelector(`[data-key="${key}"]`)?.getBoundingClientRect().top
        const at = place()
        const seen = { frames: 0, most: 0, lost: 0 }
        Object.assign(window, { seen })
        const watch = (): void => {
          const top = place()
          seen.frames++
          if (top === undefined || at === undefined) seen.lost++
          else seen.most = Math.max(seen.most, Math.abs(top - at))
          requestAnimationFrame(watch)
        }
        requestAnimationFrame(watch)
        // In its own paragraph: where lines flow into each other, all of it is broken anew.
        return rows[n - 2]?.querySelector('time')?.dateTime ?? ''
      })
      const aboveMs = Date.parse(first)
      assert.ok(aboveMs > 0)
      for (let n = 0; n < 500; n += 50)
        await Promise.all(
          Array.from({ length: 50 }, (_, i) => [
            site.tuner.cue(`LINE ${n + i} ABOVE.`, aboveMs + n + i),
            site.tuner.cue(`LINE ${n + i} BELOW.`),
          ]).flat(),
        )
      await page.getByRole('button', { name: /5\d\d new lines/ }).waitFor()
      const seen = await page.evaluate(
        () => (window as unknown as { seen: Record<'frames' | 'most' | 'lost', number> }).seen,
      )
      assert.ok(seen.frames > 5, `${seen.frames} frames were looked at`)
      assert.equal(seen.lost, 0, 'it stayed in the page')
      assert.ok(seen.most <= 1, `it moved by ${seen.most} px`)
      // Both are there: by scrolling up the one, by the button the other.
      await scroller.evaluate((box) => box.scrollBy({ top: -600 }))
      await page.getByText('ABOVE.').first().waitFor()
      await page.getByRole('button', { name: /5\d\d new lines/ }).click()
      await page.getByText('LINE 499 BELOW.').first().waitFor()
      await page.context().close()
    })
})

describe('lines gone through by keyboard', { skip: noBrowser, timeout: 600_000 }, () => {
  it('stay in sight while more is said, and let go of it when one asks for live', async () => {
    await using site = await startChannelSite()
    const page = await site.open('/c/harbour', {}, { 'ccr.lines': 'rows' })
    const scroller = page.locator('.scroller')
    await until('enough to scroll', () =>
      scroller.evaluate((box) => box.scrollHeight > 3 * box.clientHeight),
    )
    // The last but few: closer to the end than what counts as following.
    await scroller.locator('a.time').last().focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Shift+Tab')
    const focused = (): Promise<string> =>
      scroller.evaluate((box) => {
        const time = document.activeElement
        const { top, bottom } = time?.getBoundingClientRect() ?? { top: 0, bottom: 0 }
        const sight = box.getBoundingClientRect()
        const isSeen = bottom > sight.top && top < sight.bottom
        return `${time?.className ?? ''} ${isSeen ? 'in sight' : 'out of sight'}`
      })
    for (let n = 0; n < 60; n++) {
      await site.tuner.cue(`LINE ${n} BELOW.`)
      assert.equal(await focused(), 'time in sight', `after ${n} lines`)
    }
    const toLive = page.getByRole('button', { name: /60 new lines/ })
    await toLive.focus()
    await page.keyboard.press('Enter')
    await page.getByText('LINE 59 BELOW.').waitFor()
    await site.tuner.cue('AND THE ONE AFTER.')
    await page.getByText('AND THE ONE AFTER.').waitFor()
    await until('the end is in sight again', () =>
      scroller.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight < 2),
    )
    await page.context().close()
  })
})

describe('going through a channel', { skip: noBrowser, timeout: 600_000 }, () => {
  let site: ChannelSite

  before(async () => {
    site = await startChannelSite()
  })

  after(() => site[Symbol.asyncDispose]())

  it('says the programme that is read, and goes from one to the next', async () => {
    const page = await site.open('/c/harbour')
    const place = page.getByRole('region', { name: 'Where you are' })
    const title = place.locator('.airing-title')
    await place.getByRole('button', { name: 'Previous programme' }).click()
    await title.getByText('The Evening Edition').waitFor()
    await page.keyboard.press('[')
    await title.getByText('Harbour Talk').waitFor()
    assert.match(page.url(), /\/c\/harbour\/\d{4}-/)
    await page.keyboard.press(']')
    await title.getByText('The Evening Edition').waitFor()
    // Scrolled back over the beginning, it is the one before.
    await page.locator('.scroller').evaluate((box) => box.scrollTo({ top: 0 }))
    await title.getByText('Harbour Talk').waitFor()
    await place.getByRole('button', { name: 'Harbour Talk' }).click()
    await place.getByText('the broadcast itself (XDS)').waitFor()
    await page.screenshot({ path: 'artifacts/channel-programme.png' })
    await place.getByRole('button', { name: 'Read it from its beginning' }).click()
    const started = new Date(site.now - 2 * hourMs - 1000).toISOString()
    await until('its address', () => page.url().endsWith(started))
    await page.context().close()
  })

  it('goes to a moment of the day by keyboard and by pointer', async () => {
    const page = await site.open('/c/harbour')
    const map = page.getByRole('slider', { name: 'Moment of the day' })
    await until('its programmes', async () => (await page.locator('.map-start').count()) > 0)
    await map.focus()
    const before = await map.getAttribute('aria-valuenow')
    await page.keyboard.press('PageUp')
    assert.notEqual(await map.getAttribute('aria-valuenow'), before)
    assert.match(
      (await map.getAttribute('aria-valuetext')) ?? '',
      /^\d\d:\d\d, The Evening Edition$/,
    )
    assert.doesNotMatch(page.url(), /harbour\//, 'nothing is gone to yet')
    await page.keyboard.press('Enter')
    await until('the address', () => /\/c\/harbour\/\d{4}-/.test(page.url()))
    const gone = page.url()
    const box = await map.boundingBox()
    assert.ok(box !== null)
    await page.mouse.move(box.x + 5, box.y + 5)
    await page.locator('.map-label').waitFor()
    await page.mouse.click(box.x + 5, box.y + 5)
    await until('another address', () => page.url() !== gone)
    await page.context().close()
  })

  it('reads on from a moment of the past into the present without a seam', async () => {
    const from = new Date(site.now - hourMs + 20 * minuteMs).toISOString()
    const page = await site.open(`/c/harbour/${from}`)
    await page.locator('.sought').waitFor()
    const scroller = page.locator('.scroller')
    await until(
      'the end',
      async () => {
        await scroller.evaluate((box) => box.scrollTo({ top: box.scrollHeight }))
        return (await page.getByRole('button', { name: 'Pause' }).count()) === 1
      },
      60_000,
    )
    await site.tuner.cue('>> AND THIS IS THE PRESENT.')
    await page.getByText('AND THIS IS THE PRESENT.').waitFor()
    site.tuner.draft('IT IS STILL BEING WR')
    await page.locator('.draft', { hasText: 'IT IS STILL BEING WR' }).waitFor()
    await page.context().close()
  })

  it('says since when the archive does not answer, and goes on when it does', async () => {
    const context = await site.browser.newContext({ locale: 'en' })
    const page = await context.newPage()
    await page.route('**/cues?*', (route) => route.abort())
    await page.goto(`${site.server.url}/c/harbour`)
    await page.getByText(/The archive has not answered since \d\d:\d\d:\d\d\./).waitFor()
    await page.screenshot({ path: 'artifacts/channel-trouble.png' })
    await page.unroute('**/cues?*')
    await page.getByText(/The archive has not answered/).waitFor({ state: 'detached' })
    await page.locator('.row.minute').first().waitFor()
    await context.close()
  })
})
