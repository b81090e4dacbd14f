import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { after, before, describe, it } from 'node:test'
import { noBrowser } from '../support/browser.ts'
import { hourMs, startChannelSite, type ChannelSite } from '../support/channel-site.ts'
import { until } from '../support/processes.ts'

/** How a channel’s words stand, are handed on, and are read out. */

const spoken = 'test/fixtures/pages/spoken-log.txt'

describe('a channel’s words', { skip: noBrowser, timeout: 600_000 }, () => {
  let site: ChannelSite

  before(async () => {
    site = await startChannelSite()
  })

  after(() => site[Symbol.asyncDispose]())

  it('shows paragraphs and sentences as the reader wants, by letters that can be switched off', async () => {
    const page = await site.open('/c/harbour')
    await site.tuner.cue('>> THE TIDE IS HIGH.')
    await page.getByText('THE TIDE IS HIGH.').waitFor()
    await page.keyboard.press('c')
    await page.getByText('The tide is high.').waitFor()
    await page.keyboard.press('r')
    await page.locator('.in-paragraphs').waitFor()
    await page.screenshot({ path: 'artifacts/channel-paragraphs.png' })
    await page.reload()
    await page.locator('.in-paragraphs').getByText('The tide is high.').waitFor()
    await page.keyboard.press('?')
    const dialog = page.getByRole('dialog', { name: 'Keyboard' })
    await dialog.getByText('Lines or paragraphs').waitFor()
    await dialog.getByLabel('Single keys do things').uncheck()
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    for (const key of ['r', 'c', '?', 'f']) await page.keyboard.press(key)
    assert.equal(await page.locator('.in-paragraphs').count(), 1)
    assert.equal(await dialog.count(), 0)
    // The way to them, and back, is not by a letter.
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByRole('button', { name: 'Keyboard shortcuts' }).click()
    await dialog.getByLabel('Single keys do things').check()
    await page.context().close()
  })

  it('types letters into boxes, whatever they do elsewhere', async () => {
    const page = await site.open('/c/harbour')
    await page.keyboard.press('f')
    const box = page.getByRole('searchbox')
    await box.waitFor()
    await page.keyboard.type('rclp?')
    assert.equal(await box.inputValue(), 'rclp?')
    assert.equal(await page.getByRole('dialog').count(), 0)
    assert.equal(await page.locator('.in-rows').count(), 1)
    await page.context().close()
  })

  it('hands on a moment: its link, and the words with their source', async () => {
    const from = new Date(site.now - hourMs).toISOString()
    const page = await site.open(`/c/harbour/${from}`, {
      permissions: ['clipboard-read', 'clipboard-write'],
    })
    await page.locator('.sought').waitFor()
    await page.getByRole('button', { name: 'Share' }).click()
    const quotation = page.getByLabel('Quotation')
    await until('the words', async () =>
      (await quotation.inputValue()).startsWith(
        '“THIS IS LINE 0 OF THE HOUR, AND” (The Evening Edition, harbour, ',
      ),
    )
    await page.getByRole('button', { name: 'Copy link' }).click()
    const copied = (): Promise<string> => page.evaluate(() => navigator.clipboard.readText())
    await until('the link', async () => (await copied()) === `${site.server.url}/c/harbour/${from}`)
    await page.getByLabel('Quote as').selectOption('bibtex')
    await page.getByRole('button', { name: 'Copy the quotation' }).click()
    await page.getByText('Copied', { exact: true }).waitFor()
    assert.match(await copied(), /^@misc\{harbour\d{8},/)
    await page.context().close()
  })

  it('is read by a screen reader as it is written in test/fixtures/pages', async () => {
    const page = await site.open('/c/harbour')
    await page.getByRole('button', { name: 'Announce' }).click()
    const log = page.getByRole('log')
    await log.waitFor({ state: 'attached' })
    for (const text of [
      '>> THE LAMP IS LIT AGAIN,',
      'ELEVEN YEARS AFTER',
      'IT WAS SWITCHED OFF.',
      '>> WHO LIT IT?',
      'HALF A SENTENCE IS NOT TOLD',
    ])
      await site.tuner.cue(text)
    await until('the sentences', async () => (await log.locator('p').count()) === 2)
    const told = [
      '# The log, as it is announced',
      await log.ariaSnapshot(),
      '# The last lines, as they are found',
      (await page.locator('.rows').ariaSnapshot()).split('\n').slice(-24).join('\n'),
      '# What is below them',
      await page.locator('.transcript-foot').ariaSnapshot(),
      '',
    ]
      .join('\n')
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'MOMENT')
      .replaceAll(/\d\d:\d\d:\d\d/g, 'HH:MM:SS')
    if (process.env['TEST_UPDATE'] !== undefined) writeFileSync(spoken, told)
    assert.equal(told, readFileSync(spoken, 'utf8'))
    await page.context().close()
  })
})
