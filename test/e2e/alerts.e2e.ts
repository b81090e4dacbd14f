import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Page } from 'playwright-core'
import { pastDays, reader, startAlertSite, type AlertSite } from '../support/alert-site.ts'
import { noBrowser } from '../support/browser.ts'
import { linkIn } from '../support/person.ts'

/** Somebody waits for a word: tries it, is told when it is said, and changes their mind. */
describe('the pages of alerts', { skip: noBrowser, timeout: 240_000 }, () => {
  let site: AlertSite
  let page: Page

  before(async () => {
    site = await startAlertSite()
    page = await site.open('/search?q=otters')
  })
  after(async () => {
    await site[Symbol.asyncDispose]()
    assert.deepEqual(site.problems, [])
  })

  const query = (): ReturnType<Page['getByLabel']> => page.getByLabel('Words to wait for')
  const verdict = (): ReturnType<Page['locator']> => page.locator('.alert-verdict')
  const said = (text: RegExp): Promise<void> =>
    page.getByRole('status').filter({ hasText: text }).first().waitFor()

  it('begin with what was searched for, and sign in on the way', async () => {
    await page.getByRole('link', { name: 'Make this an alert' }).click()
    await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('E-mail address').fill(reader)
    await page.getByRole('button', { name: 'Send me a link' }).click()
    const letter = await site.mail.letter(1)
    await page.goto(linkIn(letter.parsed.text ?? ''))
    await page.getByRole('button', { name: 'Come in' }).click()
    await page.getByRole('heading', { name: 'New alert' }).waitFor()
    assert.equal(await query().inputValue(), 'otters')
  })

  it('rehearse while one types, and offer something narrower at one press', async () => {
    await verdict()
      .getByText(`${pastDays} times in the last 30 days, all of them on Harbour News`)
      .waitFor()
    await page.getByRole('img', { name: new RegExp(`${pastDays} mentions in \\d+ days`) }).waitFor()
    assert.equal(await page.locator('.alert-tried mark').first().textContent(), 'OTTERS')
    await query().fill('heavy rain')
    await verdict().getByText('times in the last 30 days').waitFor()
    await verdict()
      .getByRole('button', { name: /"heavy rain"/i })
      .click()
    assert.match(await query().inputValue(), /"heavy rain"/i)
    await verdict().getByText('That is a number to live with.').waitFor()
    assert.equal(await query().evaluate((input) => input === document.activeElement), true)
  })

  it('mark the character at which a query cannot be read, and refuse none half written', async () => {
    await query().fill('otters NEAR/ (')
    await page.getByRole('alert').getByText('The query cannot be read:').waitFor()
    assert.equal(await query().getAttribute('aria-invalid'), 'true')
    await query().fill('badgers')
    await verdict().getByText('Not once in the last 30 days').waitFor()
  })

  it('show what fits as it is said, before anything is saved', async () => {
    await query().fill('herons')
    await verdict().getByText('Finds').waitFor()
    await page.getByText('Nothing yet.').waitFor()
    await site.tuners.sport.cue('TWO HERONS OVER THE FINISH LINE.')
    const live = page.locator('.alert-live')
    await live.getByText('TWO HERONS').waitFor()
    await live.getByText('River Sport').waitFor()
  })

  it('save, say what comes next, and tell by letter and on the page when it is said', async () => {
    await query().fill('badgers')
    await page.getByLabel('Name').fill('Our badgers')
    await page.getByText(`You will be told at once, by mail at ${reader}.`).waitFor()
    await page.getByRole('button', { name: 'Make this alert' }).click()
    await said(/Saved\. You will be told at once, by mail at ada@example\.org\./)
    await page.getByText('Nothing was found yet.').waitFor()
    const letters = site.mail.letters.length
    await site.tuners.news.cue('A FAMILY OF BADGERS WAS SEEN BY THE CANAL.')
    const letter = await site.mail.letter(letters + 1)
    assert.match(letter.parsed.text ?? '', /BADGERS/)
    const mention = page.locator('.passage').first()
    await mention.locator('mark').getByText('BADGERS').waitFor()
    assert.match((await mention.locator('.trail').textContent()) ?? '', /aired.*received.*matched/)
  })

  it('fold what is aired again into the first mention, and unfold it', async () => {
    await site.tuners.sport.cue('A FAMILY OF BADGERS WAS SEEN BY THE CANAL.')
    const also = page.getByText('Also on 1 channel')
    await also.waitFor()
    await also.click()
    await page.getByRole('link', { name: /River Sport/ }).waitFor()
    assert.equal(await page.locator('.passage').count(), 1)
    await page.locator('.passage h3 a').click()
    await page.waitForURL(/\/c\/news\/\d{4}-/)
    await page.goBack()
  })

  it('give the addresses of feeds once, which end when new ones are made', async () => {
    await page.getByRole('button', { name: 'Make addresses' }).click()
    const address = page.getByLabel('Atom feed, shown this once')
    const first = await address.inputValue()
    assert.match(await (await fetch(first)).text(), /BADGERS/)
    await page.getByRole('button', { name: 'Make new addresses' }).click()
    await page.waitForFunction(
      (before) => ![...document.querySelectorAll('input')].some(({ value }) => value === before),
      first,
    )
    assert.equal((await fetch(first)).status, 404)
    await page.reload()
    await page.getByRole('button', { name: 'Make addresses' }).waitFor()
    assert.equal(await address.count(), 0)
  })

  it('pause, mute and go on from the list, which shows how often it found something', async () => {
    await page.getByRole('link', { name: 'All alerts' }).click()
    const card = page.getByRole('article').filter({ hasText: 'Our badgers' })
    await card.getByRole('img', { name: /^1 mention in 30 days/ }).waitFor()
    await card.getByRole('button', { name: 'Pause' }).click()
    await said(/“Our badgers” is paused/)
    await card.getByText('Paused', { exact: true }).waitFor()
    await card.getByRole('button', { name: 'Resume' }).click()
    await said(/goes on/)
    await card.getByRole('button', { name: 'Mute for a day' }).click()
    await card.getByText(/^Muted until/).waitFor()
    const letters = site.mail.letters.length
    await site.tuners.news.cue('THOSE BADGERS ONCE MORE ARE ON THE BRIDGE.')
    await card.getByRole('link', { name: 'Our badgers', exact: true }).click()
    await page.getByText('ONCE MORE').waitFor()
    assert.equal(site.mail.letters.length, letters)
    await page.getByRole('button', { name: 'Unmute' }).click()
    await said(/tells again/)
  })

  it('are changed in the same form, which keeps what was said', async () => {
    await page.getByRole('link', { name: 'Edit' }).click()
    assert.equal(await query().inputValue(), 'badgers')
    assert.equal(await page.getByLabel('Name').inputValue(), 'Our badgers')
    await page.getByLabel('Tell me').selectOption('weekly')
    await page.getByLabel('On', { exact: true }).selectOption('friday')
    await page.getByLabel('At', { exact: true }).fill('17:30')
    await page.getByLabel('By the clocks of').selectOption('Europe/Vienna')
    await page.getByLabel('Only these').check()
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('alert').getByText('Choose at least one channel.').waitFor()
    await page.getByLabel('Find a channel').fill('harb')
    await page.getByLabel('Harbour News').check()
    await page.getByLabel('Also when it is said more than usual').check()
    await page.getByLabel('Never below so many mentions an hour').fill('25')
    await page.getByRole('button', { name: 'Save' }).click()
    await said(/told every Friday at 17:30 \(Europe\/Vienna\) and when it is said far more/)
    await page.getByRole('link', { name: 'Edit' }).click()
    assert.equal(await page.getByLabel('Never below so many mentions').inputValue(), '25')
    assert.equal(await page.getByLabel('At', { exact: true }).inputValue(), '17:30')
    assert.equal(await page.getByLabel('Harbour News').isChecked(), true)
    await page.getByRole('link', { name: 'All alerts' }).click()
  })

  it('are removed after being asked once more, in its place', async () => {
    const card = page.getByRole('article').filter({ hasText: 'Our badgers' })
    await card.getByRole('button', { name: 'Remove' }).click()
    await page.keyboard.press('Enter')
    await card.getByRole('button', { name: 'Remove' }).click()
    await card.getByRole('button', { name: 'Yes, remove' }).click()
    await said(/“Our badgers” was removed/)
    await page.getByRole('link', { name: 'Try a word' }).waitFor()
  })

  it('are made with the keyboard alone', async () => {
    await page.getByRole('link', { name: 'Try a word' }).focus()
    await page.keyboard.press('Enter')
    await query().waitFor()
    await tabTo(page, 'Words to wait for')
    await page.keyboard.type('rain')
    await verdict().getByText('times in the last 30 days').waitFor()
    await page.keyboard.press('Enter')
    assert.match(page.url(), /\/alerts\/new$/)
    await tabTo(page, 'All channels that I may read')
    await page.keyboard.press('ArrowDown')
    await tabTo(page, 'Find a channel')
    await page.keyboard.type('river')
    await tabTo(page, 'River Sport')
    await page.keyboard.press('Space')
    await tabTo(page, 'Tell me')
    await page.keyboard.press('e')
    await tabTo(page, 'Make this alert')
    await page.keyboard.press('Enter')
    await said(/^Saved\./)
    await page.getByRole('main').getByText('on River Sport').waitFor()
    await site.tuners.sport.cue('AND RAIN STOPPED THE ROWERS AT FOUR.')
    await page.locator('.passage mark').getByText('RAIN').waitFor()
  })
})

/** Presses Tab until what has that name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    await page.keyboard.press('Tab')
    const isThere = await page
      .getByLabel(name, { exact: true })
      .or(page.getByRole('button', { name, exact: true }))
      .or(page.locator('label', { hasText: name }).locator('input'))
      .evaluateAll((found) => found.some((one) => one === document.activeElement))
    if (isThere) return
  }
  assert.fail(`the keyboard does not reach ${name}`)
}
