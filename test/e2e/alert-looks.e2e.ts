import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { startAlertSite, type AlertSite } from '../support/alert-site.ts'
import { noBrowser } from '../support/browser.ts'
import { assertAccessible, assertFits } from '../support/site-checks.ts'

/** The pages of alerts on a phone and on a desk, in every theme. Pictures are kept in artifacts/alerts. */
describe('the looks of alerts', { skip: noBrowser, timeout: 300_000 }, () => {
  let site: AlertSite
  let page: Page
  let history: string

  before(async () => {
    site = await startAlertSite()
    page = await site.open('/')
    await site.signIn(page)
    const first = await make({ query: 'badgers', name: 'Our badgers' })
    history = `/alerts/${first}/mentions`
    await make({ query: '"heavy rain" OR storm*', channels: ['news'], rate: { kind: 'never' } })
    await make({
      ...{ query: 'a-word-that-is-much-longer-than-any-phone-is-wide-and-has-no-space-in-it' },
      ...{ paused: true, volume: { sigma: 3, least: 10 } },
      rate: { kind: 'weekly', day: 'friday', at: '17:30', timeZone: 'America/New_York' },
      quietHours: { from: '22:00', to: '07:00', timeZone: 'America/New_York' },
    })
    for (const tuner of Object.values(site.tuners))
      await tuner.cue('A FAMILY OF BADGERS WAS SEEN BY THE CANAL.')
    await page.goto(site.server.url + history)
    await page.getByText('Also on 1 channel').waitFor()
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    assert.deepEqual(site.problems, [])
  })

  async function make(alert: object): Promise<string> {
    const { url } = site.server
    const answer = await page.request.post(`${url}/api/v1/alerts`, {
      ...{ data: alert, headers: { origin: url } },
    })
    assert.equal(answer.status(), 201, await answer.text())
    return ((await answer.json()) as { id: string }).id
  }

  async function look(name: string, address: string, width: number, theme: string): Promise<void> {
    await page.setViewportSize({ width, height: 900 })
    await page.goto(site.server.url + address)
    await page.locator('.day-bars').first().waitFor()
    await page.screenshot({
      path: `artifacts/alerts/${name}-${width}-${theme}.png`,
      fullPage: true,
    })
    await assertFits(page, `${name} ${width} ${theme}`)
  }

  for (const theme of ['light', 'dark', 'contrast'])
    it(`have no fault of access in ${theme}, and fit a phone`, async () => {
      await page.evaluate((name) => localStorage.setItem('ccr.theme', name), theme)
      for (const [name, address] of [
        ['list', '/alerts'],
        ['mentions', history],
        ['editor', '/alerts/new?q=heavy+rain&c=news'],
      ] as const) {
        await look(name, address, 360, theme)
        await assertAccessible(page, `${name} ${theme}`)
      }
    })

  it('fit a desk, and the narrowest phone, in Spanish too', async () => {
    await page.evaluate(() => localStorage.setItem('ccr.theme', 'light'))
    await look('list', '/alerts', 1440, 'light')
    await look('editor', '/alerts/new?q=otters', 1440, 'light')
    await look('mentions', history, 1440, 'light')
    await page.evaluate(() => localStorage.setItem('ccr.language', 'es'))
    await look('list', '/alerts', 320, 'spanish')
    await page.getByRole('heading', { level: 1, name: 'Alertas' }).waitFor()
    await look('editor', '/alerts/new?q=otters', 320, 'spanish')
    await look('mentions', history, 320, 'spanish')
  })
})
