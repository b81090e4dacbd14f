import AxeBuilder from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { noBrowser } from '../support/browser.ts'
import { until } from '../support/processes.ts'
import { startWallSite, type WallSite } from '../support/wall-site.ts'

/** The wall by pointer and by keyboard alone. */

const wide = '/wall?c=ada,bea,cleo,dora'

describe('the wall', { skip: noBrowser, timeout: 240_000 }, () => {
  let site: WallSite
  let page: Page

  before(async () => {
    site = await startWallSite()
    page = await site.open('/wall')
  })

  after(async () => {
    await site[Symbol.asyncDispose]()
    assert.deepEqual(site.problems, [])
  })

  async function go(address: string): Promise<void> {
    await page.goto(site.server.url + address)
    await page.getByText('FIRST OF ada.').first().waitFor()
  }

  function order(): string | null {
    return new URL(page.url()).searchParams.get('c')
  }

  async function headings(): Promise<string> {
    return (await page.locator('[data-tile] h2').allInnerTexts()).join()
  }

  function tile(n: number): Locator {
    return page.locator('[data-tile]').nth(n)
  }

  async function focusIsIn(at: Locator): Promise<boolean> {
    return at.evaluate((element) => element.contains(document.activeElement))
  }

  it('says what to do when it is empty, and fills itself with what is on air', async () => {
    await page.getByText('Choose channels to watch side by side.').waitFor()
    await page.getByRole('button', { name: 'Show the 4 on air' }).click()
    await page.getByText('FIRST OF dora.').waitFor()
    assert.equal(order(), 'ada,bea,cleo,dora')
    await page.reload()
    await page.getByText('FIRST OF dora.').waitFor()
    assert.equal(await headings(), 'ada,bea,cleo,dora')
    await page.goto(`${site.server.url}/wall`)
    await page.locator('.wall-on-air').getByRole('button', { name: 'cleo' }).click()
    await page.getByText('FIRST OF cleo.').waitFor()
    assert.equal(order(), 'cleo')
  })

  it('finds channels, tracks and languages as one types, by keyboard alone', async () => {
    await go('/wall?c=ada')
    await page.locator('body').press('a')
    const box = page.getByRole('combobox', { name: 'Add a channel' })
    await until('the focus', () => box.evaluate((input) => input === document.activeElement))
    await box.pressSequentially('be')
    await box.press('Enter')
    await until('bea', () => order() === 'ada,bea')
    // Its box stays, for the next one.
    await box.pressSequentially('spanish')
    const options = page.getByRole('listbox', { name: 'Channels' }).getByRole('option')
    assert.deepEqual(
      (await options.allInnerTexts()).map((text) => text.split('\n')[0]),
      ['ada', 'English (CC1)', 'Spanish (CC3)', 'All 2 tracks, side by side'],
    )
    await box.press('ArrowDown')
    await box.press('ArrowDown')
    await box.press('Enter')
    await until('the other track', () => order() === 'ada,bea,ada~CC3')
    await page.getByText('ada was added: 3 tiles.').waitFor({ state: 'attached' })
    await box.pressSequentially('nobody')
    await page.getByText('No channel matches “nobody”.').waitFor()
    await box.press('Escape')
    await page.getByText('No channel matches').waitFor({ state: 'detached' })
  })

  it('shows two tracks of a channel side by side, each with its own lines', async () => {
    await go('/wall?c=ada')
    await page.getByRole('button', { name: 'Arrange ada' }).click()
    await page.getByRole('button', { name: 'Show another track of ada beside it' }).click()
    await until('both', () => order() === 'ada,ada~CC3')
    await site.tuners.ada.cue('LA PRIMERA EN ESPAÑOL.', Date.now(), 'CC3')
    await tile(1).getByText('LA PRIMERA EN ESPAÑOL.').waitFor()
    assert.equal(await tile(1).locator('li').first().getAttribute('lang'), 'es')
    assert.equal(await tile(0).getByText('ESPAÑOL').count(), 0)
    await tile(0).getByLabel('Track of ada', { exact: true }).selectOption('CC3')
    await tile(0).getByText('LA PRIMERA EN ESPAÑOL.').waitFor()
    assert.equal(order(), 'ada~CC3,ada~CC3')
  })

  it('is arranged with the keyboard: the focus stays, the tile keeps what was done to it', async () => {
    await go('/wall?c=ada,bea,cleo')
    await page.getByRole('button', { name: 'Pause bea' }).click()
    await page.getByRole('button', { name: 'Arrange bea' }).press('Enter')
    const later = page.getByRole('button', { name: 'Move bea later' })
    await later.press('Enter')
    assert.equal(order(), 'ada,cleo,bea')
    assert.equal(await headings(), 'ada,cleo,bea')
    await page.getByText('bea is now 3 of 3.').waitFor({ state: 'attached' })
    await until('the focus', () => later.evaluate((button) => button === document.activeElement))
    await later.press('Enter')
    assert.equal(order(), 'ada,cleo,bea', 'at the end nothing happens')
    await page.getByRole('button', { name: 'Resume bea' }).waitFor()
    await page.getByRole('button', { name: 'Remove bea' }).press('Enter')
    assert.equal(order(), 'ada,cleo')
    await until('the focus on its neighbour', () => focusIsIn(tile(1)))
  })

  it('is ruled by single keys from a tile, until they are turned off', async () => {
    await go('/wall?c=ada,bea,cleo')
    await tile(0).locator('.tile-text').focus()
    const press = (key: string): Promise<void> => page.keyboard.press(key)
    await press('ArrowRight')
    await until('the next tile', () => focusIsIn(tile(1)))
    await press('Shift+ArrowLeft')
    await until('moved', () => order() === 'bea,ada,cleo')
    await until('the focus goes with it', () => focusIsIn(tile(0)))
    await press('s')
    await until('wide', () => order() === 'bea~~w,ada,cleo')
    await press('p')
    await page.getByRole('button', { name: 'Resume bea' }).waitFor()
    await press('r')
    await page.getByRole('log', { name: 'Read aloud: bea' }).waitFor({ state: 'attached' })
    await press('ArrowRight')
    await press('t')
    await until('the other track', () => order() === 'bea~~w,ada~CC3,cleo')
    await press('Shift+P')
    await page.getByRole('button', { name: 'Resume all' }).waitFor()
    await press('Shift+P')
    await page.getByRole('button', { name: 'Pause all' }).waitFor()
    await press('Delete')
    await until('gone', () => order() === 'bea~~w,cleo')
    await until('the focus is not lost', () => focusIsIn(tile(1)))
    await press('?')
    const keys = page.getByRole('dialog', { name: 'Keyboard' })
    await keys.getByRole('region', { name: 'In a tile' }).getByText('its next track').waitFor()
    await press('t')
    assert.equal(order(), 'bea~~w,cleo', 'no key goes through the list of keys')
    await press('Escape')
    await page.getByRole('button', { name: 'Layout' }).click()
    await page.getByRole('button', { name: 'Keyboard…' }).click()
    await keys.getByLabel('Single keys do things').uncheck()
    await press('Escape')
    await tile(0).locator('.tile-text').focus()
    await press('s')
    await press('ArrowRight')
    await until('arrows still lead on', () => focusIsIn(tile(1)))
    assert.equal(order(), 'bea~~w,cleo')
    await page.evaluate(() => localStorage.clear())
  })

  it('is arranged by dragging a tile’s head onto another; Escape lets go', async () => {
    await go(wide)
    await page.getByText('FIRST OF dora.').waitFor()
    await tile(0).locator('.tile-head').dragTo(tile(2))
    await until('the new order', () => order() === 'bea,cleo,ada,dora')
    assert.equal(await headings(), 'bea,cleo,ada,dora')
    const from = await tile(0).locator('h2').boundingBox()
    const onto = await tile(3).boundingBox()
    assert.ok(from !== null && onto !== null)
    await page.mouse.move(from.x + 5, from.y + 5)
    await page.mouse.down()
    await page.mouse.move(onto.x + 50, onto.y + 50, { steps: 4 })
    await page.locator('.tile.over').waitFor()
    await page.keyboard.press('Escape')
    await page.mouse.up()
    await page.locator('.tile.over').waitFor({ state: 'detached' })
    assert.equal(order(), 'bea,cleo,ada,dora')
    assert.equal(
      new URL(page.url()).pathname,
      '/wall',
      'the link it was dragged by is not followed',
    )
  })

  it('is arranged with a finger by the grip; the rest of a head scrolls', async () => {
    const phone = await site.open(wide, {
      ...{ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
    })
    await phone.getByText('FIRST OF ada.').waitFor()
    const cdp = await phone.context().newCDPSession(phone)
    const drag = async (handle: string): Promise<void> => {
      const grip = await phone.locator(handle).first().boundingBox()
      const onto = await phone.locator('[data-tile]').nth(1).boundingBox()
      assert.ok(grip !== null && onto !== null)
      const x = grip.x + grip.width / 2
      const y = grip.y + grip.height / 2
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at: number): Promise<unknown> =>
        cdp.send('Input.dispatchTouchEvent', {
          ...{ type, touchPoints: type === 'touchEnd' ? [] : [{ x, y: at }] },
        })
      await touch('touchStart', y)
      for (let n = 1; n <= 5; n++) await touch('touchMove', y + ((onto.y + 40 - y) * n) / 5)
      await touch('touchEnd', 0)
    }
    await drag('.tile-head h2')
    assert.equal(new URL(phone.url()).searchParams.get('c'), 'ada,bea,cleo,dora')
    await phone.evaluate(() => scrollTo(0, 0))
    await drag('.grip')
    await until(
      'the new order',
      () => new URL(phone.url()).searchParams.get('c') === 'bea,ada,cleo,dora',
    )
    await phone.context().close()
  })

  it('gives tiles more room, and columns as they are asked for', async () => {
    await go(`${wide}&cols=4`)
    const widthOf = async (n: number): Promise<number> => (await tile(n).boundingBox())?.width ?? 0
    const before = await widthOf(0)
    await page.getByRole('button', { name: 'Arrange ada' }).click()
    await page.getByRole('button', { name: 'Make ada wide' }).click()
    await until('wide', async () => (await widthOf(0)) > before * 1.8)
    await page.getByRole('button', { name: 'Make ada tall' }).click()
    await until('large', () => order() === 'ada~~l,bea,cleo,dora')
    await page.getByRole('button', { name: 'Layout' }).click()
    await page.getByLabel('Columns').selectOption('5')
    await page.getByLabel('Density').selectOption('dense')
    await until('dense', () => page.url().endsWith('?c=ada~~l,bea,cleo,dora&cols=5&d=dense'))
    await page.locator('.tiles.dense').waitFor()
  })

  it('pauses one, or all, and counts what is said meanwhile', async () => {
    await go('/wall?c=ada,bea')
    await page.getByRole('button', { name: 'Pause all' }).click()
    await site.tuners.ada.cue('SECOND OF ada.')
    await page.getByText('Paused · 1 line since').waitFor()
    assert.equal(await page.getByText('SECOND OF ada.').count(), 0)
    await page.getByRole('button', { name: 'Resume all' }).click()
    await page.getByText('SECOND OF ada.').waitFor()
  })

  it('shows letters as they are written, and each line once', async () => {
    await go('/wall?c=ada,cleo')
    site.tuners.cleo.draft('>> IT IS GROW')
    await page.locator('.growing', { hasText: '>> IT IS GROW' }).waitFor()
    site.tuners.cleo.draft('>> IT IS GROWING')
    await page.locator('.growing', { hasText: '>> IT IS GROWING' }).waitFor()
    await site.tuners.cleo.cue('>> IT IS GROWING.')
    await page.locator('.tile-text li', { hasText: '>> IT IS GROWING.' }).waitFor()
    assert.equal(await page.locator('.growing').count(), 0)
    assert.equal((await tile(1).innerText()).split('IT IS GROWING').length, 2)
  })

  it('is clean to axe in light, dark and high contrast, with everything open', async () => {
    for (const theme of ['light', 'dark', 'contrast']) {
      await page.evaluate((value) => localStorage.setItem('ccr.theme', value), theme)
      await go('/wall?c=ada,bea~~w,nobody&d=compact&q=first&around=1')
      await page.getByRole('button', { name: 'Arrange ada' }).click()
      const panels = theme === 'dark' ? ['Layout', 'My walls'] : ['Layout']
      for (const open of panels) {
        await page.getByRole('button', { name: open }).click()
        const { violations } = await new AxeBuilder({ page }).analyze()
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html ?? ''}`)
        assert.deepEqual(found, [], `${theme}, ${open}`)
      }
    }
    await page.evaluate(() => localStorage.clear())
  })

  it('is dark by default, and as the reader chose otherwise', async () => {
    const ground = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    await go('/wall?c=ada')
    const dark = await ground()
    await page.getByRole('link', { name: 'On Air' }).click()
    await page.getByRole('heading', { level: 1, name: /on air/ }).waitFor()
    const light = await ground()
    assert.notEqual(light, dark)
    await page.evaluate(() => localStorage.setItem('ccr.theme', 'light'))
    await go('/wall?c=ada')
    assert.equal(await ground(), light)
  })
})
