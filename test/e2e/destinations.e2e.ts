import { AxeBuilder } from '@axe-core/playwright'
import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../support/browser.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import {
  addAdmin,
  addChannel,
  run,
  startServer,
  temporaryFolder,
  type Folder,
  type Server,
} from '../support/processes.ts'

const admin = 'ada@example.org'
const pictures = path.resolve('artifacts', 'destinations')

describe('where notifications go', { skip: noBrowser }, () => {
  let folder: Folder
  let data: string
  let server: Server
  let mail: MailServer
  let browser: Browser
  let page: Page

  before(async () => {
    mkdirSync(pictures, { recursive: true })
    folder = await temporaryFolder()
    data = path.join(folder.path, 'data')
    await addChannel(data, 'harbour-news')
    await addAdmin(data, admin)
    mail = await startMailServer()
    server = await startServer(data, {
      env: { CCR_SMTP_URL: mail.url, CCR_MAIL_FROM: 'ccr <ccr@example.org>' },
    })
    browser = await launchBrowser()
    await using link = run(['user', 'link', admin, '--data', data, '--server', server.url])
    assert.equal(await link.ended, 0, link.stderr())
    page = await (await browser.newContext({ locale: 'en' })).newPage()
    await page.goto(link.stdout().trim())
    await page.getByRole('button', { name: 'Come in' }).click()
    await page.getByRole('link', { name: 'Account' }).click()
    await page.getByRole('link', { name: 'Where notifications go' }).click()
    await page.getByRole('heading', { name: 'Destinations', exact: true }).waitFor()
  })
  after(async () => {
    await browser.close()
    await server[Symbol.asyncDispose]()
    await mail[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  it('is added on the page, and a test that is sent there is told as delivered', async () => {
    await page.getByLabel('Name').fill('My mail')
    await page.getByLabel('Address', { exact: true }).fill(admin)
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    const card = page.getByRole('listitem').filter({ hasText: 'My mail' }).first()
    await card.getByRole('button', { name: 'Send a test' }).click()
    const letter = await mail.letter(1)
    assert.deepEqual(letter.to, [admin])
    await page.reload()
    await page.locator('li').getByText('sent', { exact: true }).first().waitFor()
  })

  it('says in words what is wrong with an address, and shows a secret once', async () => {
    await page.getByLabel('Kind').selectOption('webhook')
    await page.getByLabel('Name').fill('Newsroom')
    await page.getByLabel('Address to post to').fill('https://127.0.0.1/hook')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page
      .getByRole('alert')
      .filter({ hasText: /private|not public|address/i })
      .waitFor()
    await page.getByLabel('Address to post to').fill('https://hooks.example.org/captions')
    await page.getByRole('button', { name: 'Add', exact: true }).click()
    await page.getByText(/whsec_[A-Za-z0-9+/=]{20,}/).waitFor()
    await page.reload()
    await page.getByRole('listitem').filter({ hasText: 'Newsroom' }).first().waitFor()
    assert.equal(await page.getByText('whsec_').count(), 0)
  })

  for (const [width, scheme] of [
    [360, 'light'],
    [360, 'dark'],
    [1440, 'light'],
  ] as const)
    it(`fits ${width} px in ${scheme}, and has no fault of access`, async () => {
      await page.setViewportSize({ width, height: 900 })
      await page.emulateMedia({ colorScheme: scheme })
      await page.screenshot({
        path: path.join(pictures, `${width}-${scheme}.png`),
        fullPage: true,
      })
      const overflow = await page.evaluate(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      )
      assert.equal(overflow, 0)
      const { violations } = await new AxeBuilder({ page }).analyze()
      assert.deepEqual(
        violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
        [],
      )
    })
})
