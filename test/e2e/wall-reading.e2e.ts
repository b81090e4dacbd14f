import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, it } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/processes.ts'
import { startWallSite, type WallSite } from '../support/wall-site.ts'

/** What a wall says: lines that match, one tile read aloud, walls by name, and what is wrong. */

/** What a screen reader finds in the tile. */
const readAloud = 'test/fixtures/web/wall-read-aloud.aria.txt'

describe('what the wall says', { skip: noBrowser, timeout: 240_000 }, () => {
  let site: WallSite
  let page: Page

  before(async () => {
    site = await startWallSite()
    page = await site.open('/wall?c=ada')
  })

  after(async () => {
    await site[Symbol.asyncDispose]()
    assert.deepEqual(site.problems, [])
  })

  async function go(address: string): Promise<void> {
    await page.goto(site.server.url + address)
    await page.locator('[data-tile]').first().waitFor()
  }

  function tile(n: number): Locator {
    return page.locator('[data-tile]').nth(n)
  }

  /** Lines of a tile as they stand; those that matched in brackets. */
  function lines(n: number): Promise<string[]> {
    return tile(n)
      .locator('.tile-passages p')
      .evaluateAll((rows) =>
        rows.map((row) => {
          const text = row.textContent.trim()
          return row.getAttribute('class') === 'match' ? `[${text}]` : text
        }),
      )
  }

  it('shows only lines that match, with those around them, as they are said', async () => {
    await go('/wall?c=ada,bea&around=1')
    await tile(1).getByText('FIRST OF bea.').waitFor()
    const box = page.getByRole('combobox', { name: 'Show only lines that match' })
    await page.locator('body').press('/')
    await until('the focus', () => box.evaluate((input) => input === document.activeElement))
    await box.pressSequentially('"old lighthouse"')
    await box.press('Enter')
    await tile(1).getByText('Nothing has matched here yet.').waitFor()
    for (const text of ['ONE.', 'TWO.', 'SEE THE OLD', 'LIGHTHOUSE SHINE.', 'FIVE.', 'SIX.'])
      await site.tuners.bea.cue(text)
    const shown = ['TWO.', '[SEE THE OLD]', '[LIGHTHOUSE SHINE.]', 'FIVE.']
    await until('the match', async () => (await lines(1)).join() === shown.join())
    await tile(0).getByText('Nothing has matched here yet.').waitFor()
    await page.getByLabel('Lines around a match').selectOption('0')
    await until('no lines around', async () => (await lines(1)).join() === shown.slice(1, 3).join())
    assert.equal(new URL(page.url()).searchParams.get('around'), '0')
    await page.getByRole('button', { name: 'Show all lines' }).click()
    await tile(1).getByText('SIX.').waitFor()
  })

  it('finds earlier matches in the archive, their words marked', async () => {
    await until('the index', async () => {
      const answer = await fetch(`${site.server.url}/api/v1/search?q=lighthouse`)
      return ((await answer.json()) as { items: unknown[] }).items.length > 0
    })
    await go('/wall?c=bea&q=lighthouse&around=1')
    await tile(0).getByText('LIGHTHOUSE').first().waitFor()
    await page.getByText('Only lines of').waitFor()
    assert.match((await lines(0)).join(' '), /\[.*LIGHTHOUSE.*\]/)
    const at = await tile(0).locator('.at').first().getAttribute('href')
    assert.match(at ?? '', /^\/c\/bea\/20\d\d-.*\?track=CC1$/)
    const alert = await page
      .getByRole('link', { name: 'Make an alert of this' })
      .getAttribute('href')
    assert.equal(alert, '/alerts/new?q=lighthouse&c=bea')
  })

  it('points at the character of a query that cannot be read, and shows all lines', async () => {
    await go('/wall?c=ada&q=storm%20(flood')
    await page.getByText('The query cannot be read:').waitFor()
    await page.locator('.fault-place mark').waitFor()
    await tile(0).getByText('FIRST OF ada.').waitFor()
  })

  it('reads one tile aloud, in whole sentences, and announces nothing else', async () => {
    await go('/wall?c=ada,cleo')
    await tile(1).getByText('FIRST OF cleo.').waitFor()
    assert.equal(await page.getByRole('log').count(), 0)
    for (const name of ['ada', 'cleo']) {
      await page.getByRole('button', { name: `Arrange ${name}` }).click()
      await page.getByRole('button', { name: `Read ${name} aloud` }).click()
      await page.getByRole('button', { name: `Arrange ${name}` }).click()
    }
    const log = page.getByRole('log', { name: 'Read aloud: cleo' })
    await log.waitFor({ state: 'attached' })
    assert.equal(await page.getByRole('log').count(), 1)
    site.tuners.cleo.draft('THE FERRY')
    await site.tuners.cleo.cue('THE FERRY')
    await tile(1).locator('.tile-text').getByText('THE FERRY').waitFor()
    assert.equal(await log.innerText(), '')
    await site.tuners.cleo.cue('RUNS AGAIN. >>')
    await site.tuners.cleo.cue('>> GOOD.')
    await until('two sentences', async () => (await log.locator('p').count()) === 2)
    const tree = await tile(1).ariaSnapshot()
    assert.equal(`${tree.replace('No captions now', 'Live')}\n`, await readFile(readAloud, 'utf8'))
    const live = await page
      .locator('[aria-live], [role=status], [role=log], [role=alert]')
      .evaluateAll((regions) =>
        regions
          .map((one) => `${one.getAttribute('role')}: ${one.textContent}`)
          .filter((text) => !text.endsWith(': ')),
      )
    assert.deepEqual(live, ['log: THE FERRY RUNS AGAIN.GOOD.'])
  })

  it('keeps walls by name: saved, opened, changed, renamed, deleted and brought back', async () => {
    await go('/wall?c=ada,bea~~w')
    const panel = page.getByRole('button', { name: 'My walls' })
    await panel.click()
    await page.getByLabel('Name of this wall').fill('Election night')
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText('Election night was saved in this browser.').waitFor()
    await page.getByRole('heading', { level: 1, name: 'Election night' }).waitFor()
    await page.goto(`${site.server.url}/wall`)
    await page.locator('.wall-mine').getByRole('link', { name: 'Election night' }).click()
    await tile(1).waitFor()
    assert.ok(page.url().endsWith('/wall?c=ada,bea~~w&name=Election%20night'), page.url())
    await tile(0).locator('.tile-text').focus()
    await page.keyboard.press('Delete')
    await panel.click()
    await page.getByText('changed since it was saved').waitFor()
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('changed since it was saved').waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Rename Election night' }).click()
    await page.getByLabel('New name of Election night').fill('Evening')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Evening' }).waitFor()
    await page.getByRole('button', { name: 'Delete Evening' }).click()
    await page.getByText('Evening was deleted.').waitFor()
    await page.getByRole('button', { name: 'Undo' }).click()
    await page.getByRole('button', { name: 'Delete Evening' }).waitFor()
    await page.evaluate(() => localStorage.clear())
  })

  it('says since when it is not connected, and what comes next; then that nothing is missing', async () => {
    let isAway = false
    let cut: () => Promise<void> = () => Promise.resolve()
    await page.routeWebSocket('**/api/v1/live', (socket) => {
      if (isAway) {
        void socket.close({ code: 1011 })
        return
      }
      socket.connectToServer()
      cut = () => socket.close({ code: 1011 })
    })
    await go('/wall?c=dora')
    await tile(0).getByText('FIRST OF dora.').waitFor()
    isAway = true
    await cut()
    await page.getByText(/^Not connected since \d\d:\d\d:\d\d\./).waitFor()
    await page.getByText(/Next attempt in \d+ s\.|Trying again/).waitFor()
    await site.tuners.dora.cue('SAID MEANWHILE.')
    await page.getByRole('button', { name: 'Try now' }).click()
    isAway = false
    await tile(0).getByText('SAID MEANWHILE.').waitFor()
    await page.getByText(/^Connected again at .* Nothing is missing\.$/).waitFor()
    await page.unrouteAll()
  })

  it('leaves nothing but tiles on the whole screen, until it is left', async () => {
    await go('/wall?c=ada,bea')
    await page.locator('body').press('f')
    await page.locator('header.bar').waitFor({ state: 'hidden' })
    await until('the whole screen', () => page.evaluate(() => document.fullscreenElement !== null))
    await page.locator('.wall.idle').waitFor()
    await page.mouse.move(300, 300)
    await page.locator('.wall:not(.idle)').waitFor()
    await page.locator('body').press('f')
    await page.locator('header.bar').waitFor()
    assert.equal(await page.evaluate(() => document.fullscreenElement), null)
  })

  it('says so when a channel does not exist, is taken away, or is one too many', async () => {
    await go(`/wall?c=nobody,dora,${'ada,'.repeat(49)}`)
    await tile(0).getByText('There is no such channel, or it is not open to you.').waitFor()
    await page.getByText('one of this address is left out').waitFor()
    await tile(1).getByText('SAID MEANWHILE.').waitFor()
    await site.removeChannel('dora')
    await tile(1).getByText('This channel was removed, or is no longer open to you.').waitFor()
    assert.equal(await tile(1).getByText('SAID MEANWHILE.').count(), 1)
  })
})
