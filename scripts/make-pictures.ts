import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { openSqliteDirectory } from '../src/server/engines/sqlite/sqlite-directory.ts'
import { launchBrowser } from '../test/support/browser.ts'
import {
  addChannel,
  run,
  startServer,
  temporaryFolder,
  until,
  type Running,
} from '../test/support/processes.ts'
import { fetchCues } from '../test/support/recording.ts'

/**
 * Makes the pictures of the README: a real server and real senders, which first send the sample streams as if they had been
 * heard on the last days, and then go on with them live.
 */

const folder = path.resolve('docs/pictures')
const samples = path.resolve('samples')
const days = 10
/** Counted back from today: the chart shows what it looks like when nobody listened. */
const silentDay = 5
const dayMs = 86_400_000
/** What is live is read for so long before it is looked at. */
const liveMs = 45_000
const quality = 82

const wall = 'harbour-news,river-sport,quiet-cinema,harbour-news~CC3,sky-and-sea,canal-plaza'

interface Picture {
  readonly name: string
  readonly at: string
  /** It is there when this is. */
  readonly there: string
  readonly options: BrowserContextOptions
  readonly act?: (page: Page) => Promise<unknown>
}

const desk = { viewport: { width: 1280, height: 800 } }
const phone = { viewport: { width: 390, height: 780 }, deviceScaleFactor: 2, isMobile: true }

const pictures: readonly Picture[] = [
  { name: 'on-air', at: '/', there: '.card-line', options: { ...desk, colorScheme: 'light' } },
  { name: 'wall', at: `/wall?c=${wall}`, there: '.growing', options: desk },
  {
    ...{ name: 'search', at: '/search?q=water%20OR%20sea', there: '.passage' },
    options: { viewport: { width: 1280, height: 1000 }, colorScheme: 'light' },
  },
  {
    ...{ name: 'channel', at: '/c/harbour-news', there: '.rows .row.turn' },
    options: { ...desk, colorScheme: 'light' },
  },
  {
    ...{ name: 'phone', at: '/c/river-sport', there: '.rows .row.turn' },
    options: { ...phone, colorScheme: 'dark' },
  },
]

interface Sample {
  readonly id: string
  readonly file: string
  readonly tracks?: string
}

await mkdir(folder, { recursive: true })
await using place = await temporaryFolder()
const manifest = JSON.parse(await readFile(path.join(samples, 'channels.json'), 'utf8')) as {
  readonly channels: readonly Sample[]
}
const tokens = new Map<string, string>()
for (const { id } of manifest.channels) tokens.set(id, await addChannel(place.path, id))
{
  await using directory = openSqliteDirectory(place.path)
  for (const sample of manifest.channels) {
    const known = directory.channel(sample.id)
    if (known === undefined) throw new Error(`no ${sample.id}`)
    const fields = Object.entries(sample).filter(([name]) => name in known && name !== 'tracks')
    await directory.replaceChannel({ ...known, ...Object.fromEntries(fields) })
  }
}
await using server = await startServer(place.path)

function send(sample: Sample, more: readonly string[]): Running {
  return run(
    [
      ...['send', '--server', server.url, '--channel', sample.id, ...more],
      ...['--input', path.join(samples, sample.file)],
      ...['--spool', path.join(place.path, `spool-${sample.id}`)],
      ...(sample.tracks === undefined ? [] : ['--tracks', sample.tracks]),
    ],
    { CCR_TOKEN: tokens.get(sample.id) ?? '' },
  )
}

/** Some channels more often than others, and on no day all alike. */
function timesOn(day: number, channel: number): number {
  return day === silentDay ? 0 : 1 + ((((day * 7 + channel * 5) * 11) % 13) % 3)
}

const now = Date.now()
for (let day = days; day >= 1; day--) {
  console.log(`${day} days ago`)
  for (const [n, sample] of manifest.channels.entries())
    for (let time = 0; time < timesOn(day, n); time++) {
      const at = new Date(now - day * dayMs + time * 4 * 3_600_000).toISOString()
      await using sender = send(sample, ['--pace', 'fast', '--start-at', at])
      if ((await sender.ended) !== 0) throw new Error(sender.stderr())
    }
}
const senders = manifest.channels.map((sample) => send(sample, ['--loop']))
const browser = await launchBrowser()
try {
  await new Promise((resolve) => setTimeout(resolve, liveMs))
  await until('what was said just now', async () => {
    const cues = await fetchCues(server.url, 'harbour-news')
    return cues.some(({ start }) => Date.parse(start) > now)
  })
  for (const picture of pictures) await take(browser, picture)
} finally {
  await browser.close()
  for (const sender of senders) await sender[Symbol.asyncDispose]()
}

async function take(browser: Browser, { name, at, there, options, act }: Picture): Promise<void> {
  const context = await browser.newContext({ locale: 'en', timezoneId: 'UTC', ...options })
  const page = await context.newPage()
  await page.goto(server.url + at)
  await page.locator(there).first().waitFor()
  await act?.(page)
  // Lines come, and pictures of letters are drawn.
  await page.waitForTimeout(4000)
  const devtools = await context.newCDPSession(page)
  const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality })
  const picture = Buffer.from(data, 'base64')
  await writeFile(path.join(folder, `${name}.webp`), picture)
  console.log(`${name}.webp: ${Math.round(picture.length / 1024)} KB`)
  await context.close()
}
