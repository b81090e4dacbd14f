import { AxeBuilder } from '@axe-core/playwright'
import assert from 'node:assert/strict'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../support/browser.ts'
import { startMailServer, type MailServer } from '../support/mail-server.ts'
import { linkIn } from '../support/person.ts'
import {
  addAdmin,
  addChannel,
  run,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'

const admin = 'ada@example.org'

describe('people at a browser', { skip: noBrowser }, () => {
  let folder: Folder
  let data: string
  let server: Server
  let mail: MailServer
  let browser: Browser
  /** By name: browsers have passkeys for names only. */
  let site: string

  before(async () => {
    folder = await temporaryFolder()
    data = path.join(folder.path, 'data')
    await addChannel(data, 'harbour-news')
    await addAdmin(data, admin)
    mail = await startMailServer()
    server = await startServer(data, {
      env: { CCR_SMTP_URL: mail.url, CCR_MAIL_FROM: 'ccr <ccr@example.org>' },
    })
    site = server.url.replace('127.0.0.1', 'localhost')
    browser = await launchBrowser()
  })
  after(async () => {
    await browser.close()
    await server[Symbol.asyncDispose]()
    await mail[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  const atName = (link: string): string => link.replace('127.0.0.1', 'localhost')

  /** Signed in by a link of the console. */
  async function signedIn(email = admin): Promise<Page> {
    await using link = run(['user', 'link', email, '--data', data, '--server', site])
    assert.equal(await link.ended, 0, link.stderr())
    const page = await (await browser.newContext({ locale: 'en' })).newPage()
    await page.goto(link.stdout().trim())
    await page.getByRole('button', { name: 'Come in' }).click()
    await page.getByRole('link', { name: 'Account' }).waitFor()
    return page
  }

  it('come in by a mailed link, which opening does not use up, and go on where they were', async () => {
    const page = await (await browser.newContext({ locale: 'en' })).newPage()
    await page.goto(`${site}/wall`)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('E-mail address').fill(admin)
    await page.getByRole('button', { name: 'Send me a link' }).click()
    await page.getByRole('heading', { name: 'Look in your mail' }).waitFor()
    const letter = await mail.letter(mail.letters.length || 1)
    assert.deepEqual(letter.to, [admin])
    const link = atName(linkIn(letter.parsed.text ?? ''))
    assert.match(String(letter.parsed.html), /Sign in/)
    for (let n = 0; n < 2; n++) {
      const scanner = await browser.newPage()
      await scanner.goto(link)
      await scanner.getByText(`You come in as ${admin}.`).waitFor()
      await scanner.close()
    }
    await page.goto(link)
    await page.getByRole('button', { name: 'Come in' }).waitFor()
    assert.doesNotMatch(page.url(), /token/, 'the secret stays in no history')
    await page.getByRole('button', { name: 'Come in' }).click()
    await page.waitForURL(`${site}/wall`)
    await page.getByRole('link', { name: 'Account' }).waitFor()
    const again = await browser.newPage()
    await again.goto(link)
    await again.getByRole('heading', { name: 'This link works no more' }).waitFor()
    await page.context().close()
    await again.context().close()
  })

  it('add a passkey, are told by mail, and come in with it; its answer works once', async () => {
    const page = await signedIn()
    await addAuthenticator(page)
    await page.goto(`${site}/account`)
    await page.getByLabel('Name of the passkey').fill('Test key')
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByText('The passkey “Test key” was added.').waitFor()
    await until('the letter', () =>
      mail.letters.some(({ parsed }) => /passkey was added/.test(parsed.subject ?? '')),
    )
    await page.getByRole('button', { name: 'Sign out', exact: true }).click()
    await page.getByRole('link', { name: 'Sign in' }).click()
    const answered = page.waitForRequest((request) => request.url().endsWith('/sign-in/passkey'))
    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    const body = (await answered).postData() ?? ''
    await page.getByRole('link', { name: 'Account' }).waitFor()
    const replayed = await fetch(`${site}/api/v1/sign-in/passkey`, {
      ...{ method: 'POST', body },
      headers: { 'content-type': 'application/json', origin: site },
    })
    assert.equal(replayed.status, 403)
    assert.equal(((await replayed.json()) as { code: string }).code, 'sign-in-failed')
    await page.goto(`${site}/account`)
    await page.getByRole('button', { name: 'Remove the passkey “Test key”' }).click()
    await page.getByText('You have none yet.').waitFor()
    await page.context().close()
  })

  it('sign another browser out, which sees it', async () => {
    const here = await signedIn()
    const there = await signedIn()
    await here.goto(`${site}/account`)
    await here.getByRole('button', { name: 'Sign out everywhere else' }).click()
    await here.getByText('All others were signed out.').waitFor()
    await there.goto(`${site}/account`)
    await there.getByRole('heading', { name: 'Sign in' }).waitFor()
    assert.match(there.url(), /\/sign-in\?next=\/account/)
    for (const page of [here, there]) await page.context().close()
  })

  it('administer: a channel is closed to strangers, and somebody is invited', async () => {
    const page = await signedIn()
    await page.goto(`${site}/admin/channels`)
    await page.getByRole('button', { name: 'Edit harbour-news' }).click()
    await page.getByLabel('Name', { exact: true }).fill('Harbour News')
    await page.getByLabel('Open to').selectOption('private')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Harbour News was saved. It holds at once.').waitFor()
    const address = `${site}/api/v1/channels/harbour-news`
    assert.equal((await fetch(address)).status, 404)
    await page.goto(`${site}/admin/people`)
    await page.getByLabel('E-mail address').fill('new@example.org')
    await page.getByRole('button', { name: 'Invite' }).click()
    await page.getByText('new@example.org is invited.').waitFor()
    await until('the invitation', () => mail.letters.some(({ to }) => to[0] === 'new@example.org'))
    await page.context().close()
  })

  it('find every page in any width and theme, clean to axe and without a horizontal scroll', async () => {
    const page = await signedIn()
    const stranger = await (await browser.newContext({ locale: 'en' })).newPage()
    const pages: [Page, string][] = [
      [stranger, '/sign-in'],
      [page, '/account'],
      ...[
        '/admin',
        '/admin/tuners',
        '/admin/people',
        '/admin/channels',
        '/admin/tokens',
        '/admin/outbox',
      ].map((address): [Page, string] => [page, address]),
    ]
    for (const [one, address] of pages)
      for (const [width, colorScheme] of [
        [360, 'light'],
        [1440, 'dark'],
      ] as const) {
        await one.setViewportSize({ width, height: 800 })
        await one.emulateMedia({ colorScheme })
        await one.goto(site + address)
        await one.locator('.sheet').first().waitFor()
        const over = await one.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        assert.equal(over, 0, `${address} at ${width}`)
        await one.screenshot({
          path: `artifacts/account${address.replaceAll('/', '-')}-${width}.png`,
        })
        const { violations } = await new AxeBuilder({ page: one }).analyze()
        assert.deepEqual(
          violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]),
          [],
          `${address} at ${width}`,
        )
      }
    for (const one of [page, stranger]) await one.context().close()
  })
})

/** An authenticator of the browser’s own, that always has its owner’s finger on it. */
async function addAuthenticator(page: Page): Promise<void> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('WebAuthn.enable')
  await devtools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
}
