import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, before, describe, it } from 'node:test'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { launchBrowser, noBrowser } from '../support/browser.ts'
import { Tuner } from '../support/live.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'

/** The installed site: without its server, and when there is a new version of it. */
describe('the site as an application', { skip: noBrowser, timeout: 120_000 }, () => {
  let folder: Folder
  let server: Server
  let browser: Browser
  let context: BrowserContext
  let page: Page
  let tuner: Tuner
  const problems: string[] = []

  before(async () => {
    folder = await temporaryFolder()
    const token = await addChannel(folder.path, 'news')
    server = await startServer(folder.path)
    tuner = new Tuner(server, 'news', token)
    await tuner.open()
    browser = await launchBrowser()
    context = await browser.newContext({ viewport: { width: 360, height: 740 }, locale: 'en' })
    page = await context.newPage()
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) problems.push(message.text())
    })
  })

  after(async () => {
    await browser.close()
    await tuner.close()
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
    assert.deepEqual(problems, [])
  })

  it('can be installed: manifest, icons of the sizes they claim, and a worker', async () => {
    await page.goto(`${server.url}/c/news`)
    const address = await page.locator('link[rel=manifest]').getAttribute('href')
    const answer = await fetch(server.url + (address ?? ''))
    assert.match(answer.headers.get('content-type') ?? '', /^application\/manifest\+json/)
    const manifest = (await answer.json()) as {
      icons: { src: string; sizes: string; purpose?: string }[]
      shortcuts: { url: string }[]
    }
    assert.ok(manifest.icons.some(({ purpose }) => purpose === 'maskable'))
    for (const { src, sizes } of manifest.icons.filter(({ sizes }) => sizes !== 'any')) {
      const size = await page.evaluate(async (url) => {
        const image = new Image()
        image.src = url
        await image.decode()
        return `${image.naturalWidth}x${image.naturalHeight}`
      }, src)
      assert.equal(size, sizes, src)
    }
    for (const { url } of manifest.shortcuts)
      assert.equal((await fetch(server.url + url)).status, 200, url)
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
  })

  it('keeps its own files and nothing that was said on television', async () => {
    const kept = await page.evaluate(async () => {
      const found: string[] = []
      for (const name of await caches.keys())
        for (const { url } of await (await caches.open(name)).keys())
          found.push(new URL(url).pathname)
      return found
    })
    assert.ok(kept.includes('/index.html') && kept.some((file) => file.startsWith('/assets/')))
    assert.deepEqual(
      kept.filter((file) => !/^\/(?:assets\/|icons\/|[a-z]+\.[a-z]+$)/.test(file)),
      [],
    )
  })

  it('without its server says what happened, since when, and shows what was read last, not live', async () => {
    await tuner.cue('THE LAST OF IT.')
    await page.locator('.rows p', { hasText: 'THE LAST OF IT.' }).waitFor()
    const { port } = new URL(server.url)
    server.child.kill('SIGKILL')
    await server.ended
    await page.goto(`${server.url}/c/news`)
    await page.getByRole('heading', { name: 'Nothing live can be shown now.' }).waitFor()
    await page.getByText('The server does not answer.').waitFor()
    await page.getByText('Last heard from:').waitFor()
    assert.equal(await page.getByText('Live', { exact: true }).count(), 0)
    await page.locator('.kept summary').click()
    await page.getByText('THE LAST OF IT.').waitFor()
    await page.screenshot({ path: 'artifacts/offline-360-light.png', fullPage: true })
    for (const scheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme: scheme })
      await page.setViewportSize({ width: 1440, height: 900 })
      await page.screenshot({ path: `artifacts/offline-1440-${scheme}.png` })
    }
    server = await startServer(folder.path, { port: Number(port) })
    // Somebody reads: the page is theirs until they leave it.
    await page.getByText('The server is there again.').waitFor({ timeout: 40_000 })
    await page.getByText('THE LAST OF IT.').waitFor()
    await page.getByRole('button', { name: 'Show the page' }).click()
    await page.getByRole('heading', { name: 'news' }).waitFor()
  })

  it('comes back by itself when nobody reads what was kept', async () => {
    const { port } = new URL(server.url)
    server.child.kill('SIGKILL')
    await server.ended
    await page.goto(`${server.url}/search`)
    await page.getByRole('heading', { name: 'Nothing live can be shown now.' }).waitFor()
    server = await startServer(folder.path, { port: Number(port) })
    await page.getByRole('button', { name: 'Try now' }).click()
    await page.getByRole('heading', { name: 'Search what was said' }).waitFor()
  })

  it('tells of a new version, and loads it only when it is asked to, in that page alone', async () => {
    await using front = await serveBehind(server)
    const open = async (): Promise<Page> => {
      const one = await context.newPage()
      await one.goto(`${front.url}/search`)
      await one.getByRole('heading', { name: 'Search what was said' }).waitFor()
      await one.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
      return one
    }
    await (await open()).close()
    const [reader, other] = [await open(), await open()]
    for (const one of [reader, other]) await one.evaluate(() => (document.title = 'as it was'))
    front.update()
    await reader.evaluate(() => navigator.serviceWorker.ready.then((worker) => worker.update()))
    await reader.getByText('There is a new version of this site.').waitFor()
    await reader.screenshot({ path: 'artifacts/new-version.png' })
    assert.equal(await reader.title(), 'as it was', 'nothing is loaded by itself')
    await reader.getByRole('button', { name: 'Load it now' }).click()
    await until('the new version', async () => (await reader.title()) === 'Search · ccr')
    assert.equal(await other.title(), 'as it was', 'another page is left alone')
    // It goes on with the files of its own version.
    await other.getByRole('link', { name: 'Wall' }).click()
    await other.getByRole('heading', { name: 'Wall' }).waitFor()
    await reader.close()
    await other.close()
  })
})

/** The server behind an address of its own, where one letter of the worker can change, as with an update. */
async function serveBehind(
  server: Server,
): Promise<AsyncDisposable & { readonly url: string; readonly update: () => void }> {
  let isUpdated = false
  const front = createServer((request, response) => {
    void (async () => {
      const path = request.url ?? '/'
      const answer = await fetch(server.url + path)
      const body = Buffer.from(await answer.arrayBuffer())
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? '',
      })
      response.end(path === '/sw.js' && isUpdated ? Buffer.concat([body, Buffer.from(' ')]) : body)
    })()
  }).listen(0, '127.0.0.1')
  await once(front, 'listening')
  const address = front.address()
  assert.ok(typeof address === 'object' && address !== null)
  return {
    url: `http://127.0.0.1:${address.port}`,
    update: () => (isUpdated = true),
    async [Symbol.asyncDispose]() {
      front.closeAllConnections()
      front.close()
      await once(front, 'close')
    },
  }
}
