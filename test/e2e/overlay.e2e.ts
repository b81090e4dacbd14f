import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { noBrowser } from '../support/browser.ts'
import { openEmbedSite, type EmbedSite } from '../support/embed-site.ts'
import { until } from '../support/processes.ts'
import { assertFits, computed } from '../support/site-checks.ts'

/** Captions over a picture, as a program that mixes pictures shows them. */
describe('overlays', { skip: noBrowser, timeout: 400_000 }, () => {
  let site: EmbedSite

  before(async () => {
    site = await openEmbedSite()
  })

  after(() => site.close())

  /** How much of the picture anything is drawn on, and whether a corner is. */
  async function drawnOf(page: Page): Promise<{ share: number; corner: number }> {
    const png = (await page.screenshot({ omitBackground: true })).toString('base64')
    const reader = await site.browser.newPage()
    const drawn = await reader.evaluate(async (data) => {
      const picture = new Image()
      picture.src = `data:image/png;base64,${data}`
      await picture.decode()
      const canvas = new OffscreenCanvas(picture.width, picture.height)
      const context = canvas.getContext('2d')
      context?.drawImage(picture, 0, 0)
      const pixels = context?.getImageData(0, 0, picture.width, picture.height).data ?? []
      let count = 0
      for (let i = 3; i < pixels.length; i += 4) if ((pixels[i] ?? 0) > 0) count++
      return { share: (count * 4) / pixels.length, corner: pixels[3] ?? 255 }
    }, png)
    await reader.close()
    return drawn
  }

  const rows = (page: Page): Promise<string[]> => page.locator('.overlay li').allInnerTexts()

  it('an overlay is its rows on nothing, where and as many as its address says', async () => {
    const page = await site.open(
      '/embed/overlay/talk?lines=2&position=top&align=start&safe=10&size=150',
    )
    await page.getByText('LINE 5.').waitFor()
    assert.deepEqual(await rows(page), ['LINE 4.', 'LINE 5.'])
    const { share, corner } = await drawnOf(page)
    assert.equal(corner, 0, 'transparent')
    assert.ok(share > 0.005 && share < 0.1, `drawn on ${share}`)
    const html = await computed(page, 'html', ['background-color', 'overflow'])
    const body = await computed(page, 'body', ['background-color'])
    assert.equal(html['background-color'], 'rgba(0, 0, 0, 0)')
    assert.equal(body['background-color'], 'rgba(0, 0, 0, 0)')
    assert.equal(html.overflow, 'hidden')
    const box = await page.locator('.overlay li').first().boundingBox()
    assert.ok(box !== null && Math.abs(box.y - 72) < 8 && box.x >= 128 && box.x < 160)
    const { 'font-size': size } = await computed(page, '.overlay', ['font-size'])
    assert.ok(Math.abs(parseFloat(size) - 720 * 0.046 * 1.5) < 1)
    await page.screenshot({ path: 'artifacts/overlay-1280.png', omitBackground: true })
    await page.context().close()
  })

  it('an overlay’s rows that are too long are broken, and never more than it says', async () => {
    const page = await site.open('/embed/overlay/talk?lines=3&width=20&size=300', {
      viewport: { width: 640, height: 360 },
    })
    await site.tuner.cue('A VERY LONG ROW INDEED THAT NOBODY COULD FIT INTO SO NARROW A BOX')
    await page.getByText('A VERY LONG ROW').waitFor()
    const box = await page.locator('.overlay ol').boundingBox()
    const { 'line-height': line } = await computed(page, '.overlay', ['line-height'])
    assert.ok(box !== null && box.height <= 3 * parseFloat(line) + 1 && box.width <= 128 + 1)
    await assertFits(page, 'overlay')
    await page.context().close()
  })

  it('an overlay hides after silence when asked, and old words never show', async () => {
    const page = await site.open('/embed/overlay/talk?hide=5')
    await site.tuner.cue('FRESH WORDS.')
    await page.getByText('FRESH WORDS.').waitFor()
    await page.getByText('FRESH WORDS.').waitFor({ state: 'hidden', timeout: 9000 })
    assert.equal((await drawnOf(page)).share, 0)
    await page.reload()
    await page.getByText('FRESH WORDS.').waitFor({ state: 'attached' })
    assert.equal(await page.getByText('FRESH WORDS.').isVisible(), false)
    await site.tuner.cue('AND AGAIN.')
    await page.getByText('AND AGAIN.').waitFor()
    await page.context().close()
  })

  it('an overlay comes back by itself when the server does, and says nothing of it', async () => {
    const page = await site.open('/embed/overlay/talk?lines=1')
    await page.getByText('AND AGAIN.').waitFor()
    const { port } = new URL(site.server.url)
    site.server.child.kill('SIGKILL')
    await site.server.ended
    await until('the loss', () =>
      page.evaluate(() =>
        fetch('/healthz').then(
          () => false,
          () => true,
        ),
      ),
    )
    assert.deepEqual(await rows(page), ['AND AGAIN.'])
    assert.equal((await page.locator('body').innerText()).includes('connected'), false)
    await site.restart(Number(port))
    await site.tuner.cue('BACK ON AIR.')
    await page.getByText('BACK ON AIR.').waitFor({ timeout: 40_000 })
    assert.deepEqual(await rows(page), ['BACK ON AIR.'])
    await page.context().close()
  })

  it('keep to the channel’s policy: what is closed is said to be, what is delayed comes later', async () => {
    await site.set('talk', { visibility: 'private' })
    await until('the change', async () => {
      const { status } = await fetch(`${site.server.url}/api/v1/channels/talk`)
      return status === 404
    })
    for (const view of ['c', 'reader']) {
      const page = await site.open(`/embed/${view}/talk`)
      await page.getByText('There is no such channel, or it is not open to everybody.').waitFor()
      assert.equal(await page.locator('.caption').count(), 0)
      await page.context().close()
    }
    const overlay = await site.open('/embed/overlay/talk')
    await site.set('talk', { visibility: 'public', delaySeconds: 4 })
    // An overlay that was refused asks again, until the channel is open.
    await overlay.getByText('BACK ON AIR.').waitFor({ timeout: 40_000 })
    const saidAt = Date.now()
    site.tuner.draft('NOT YET')
    await site.tuner.cue('NOT YET.')
    await overlay.getByText('NOT YET.').waitFor({ timeout: 20_000 })
    assert.ok(Date.now() - saidAt >= 3900, `after ${Date.now() - saidAt} ms`)
    await overlay.context().close()
  })
})
