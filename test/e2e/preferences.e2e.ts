import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../support/browser.ts'
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

const reader = 'ada@example.org'

/** One person with two browsers. */
describe('what a person chose', { skip: noBrowser, timeout: 120_000 }, () => {
  let folder: Folder
  let server: Server
  let browser: Browser
  let desk: Page
  let phone: Page

  before(async () => {
    folder = await temporaryFolder()
    await addChannel(folder.path, 'news')
    await addAdmin(folder.path, reader)
    server = await startServer(folder.path)
    browser = await launchBrowser()
    desk = await open()
    phone = await open()
  })
  after(async () => {
    await browser.close()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  async function open(): Promise<Page> {
    const page = await (await browser.newContext({ locale: 'en' })).newPage()
    await page.goto(server.url)
    return page
  }

  async function signIn(page: Page): Promise<void> {
    await using link = run(['user', 'link', reader, '--data', folder.path, '--server', server.url])
    assert.equal(await link.ended, 0, link.stderr())
    await page.goto(link.stdout().trim())
    await page.getByRole('button', { name: 'Come in' }).click()
    await page.getByRole('link', { name: 'Account' }).waitFor()
  }

  async function choose(page: Page, label: string, value: string): Promise<void> {
    await page.getByRole('button', { name: 'Display' }).click()
    await page.getByLabel(label).selectOption(value)
    await page.keyboard.press('Escape')
  }

  function themeOf(page: Page): Promise<string | undefined> {
    return page.evaluate(() => document.documentElement.dataset['theme'])
  }

  async function keepWall(page: Page, name: string): Promise<void> {
    await page.goto(`${server.url}/wall?c=news`)
    await page.evaluate(
      (wall) => {
        const walls = JSON.parse(localStorage.getItem('ccr.walls') ?? '[]') as object[]
        localStorage.setItem('ccr.walls', JSON.stringify([...walls, wall]))
      },
      { name, address: `/wall?c=news&name=${name}` },
    )
  }

  function wallsOf(page: Page): Promise<string[]> {
    return page.evaluate(() =>
      (JSON.parse(localStorage.getItem('ccr.walls') ?? '[]') as { name: string }[])
        .map(({ name }) => name)
        .sort(),
    )
  }

  it('is kept in the browser of whoever has not signed in, and taken along to the account', async () => {
    await choose(desk, 'Appearance', 'dark')
    await keepWall(desk, 'Morning')
    await keepWall(phone, 'Evening')
    await signIn(desk)
    await until('the account has it', async () =>
      desk.evaluate(async () => {
        const answer = await fetch('/api/v1/me/preferences')
        const kept = (await answer.json()) as Record<string, string>
        return kept['ccr.theme']?.endsWith('=dark') === true
      }),
    )
  })

  it('is there in the other browser at once, beside what that one had', async () => {
    await signIn(phone)
    await until('the look', async () => (await themeOf(phone)) === 'dark')
    assert.deepEqual(await wallsOf(phone), ['Evening', 'Morning'])
  })

  it('follows the last choice, its language too, when a page is shown again', async () => {
    await choose(phone, 'Language', 'es')
    await phone.getByRole('button', { name: 'Pantalla' }).waitFor()
    await until('the account has it', async () =>
      phone.evaluate(async () => {
        const answer = await fetch('/api/v1/me/preferences')
        const kept = (await answer.json()) as Record<string, string>
        return kept['ccr.language']?.endsWith('=es') === true
      }),
    )
    await desk.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
    await desk.getByRole('button', { name: 'Pantalla' }).waitFor()
    await until('both walls', async () => (await wallsOf(desk)).length === 2)
  })

  it('is chosen without the server too, and told when it is there again', async () => {
    const port = Number(new URL(server.url).port)
    await server[Symbol.asyncDispose]()
    await desk.getByRole('button', { name: 'Pantalla' }).click()
    await desk.getByLabel('Apariencia').selectOption('contrast')
    assert.equal(await themeOf(desk), 'contrast')
    server = await startServer(folder.path, { port })
    await desk.evaluate(() => window.dispatchEvent(new Event('online')))
    await until('the account has it', async () => {
      await phone.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))
      return (await themeOf(phone)) === 'contrast'
    })
  })
})
