import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { launchBrowser, noBrowser } from '../support/browser.ts'
import { eventsOf, feedEvents, withFaults } from '../support/old-decoder.ts'
import { addChannel, run, startServer, temporaryFolder, until } from '../support/processes.ts'

describe(
  'a channel’s page that is open while its text is decoded anew',
  { skip: noBrowser },
  () => {
    it('shows the new text instead of the old, each line once', { timeout: 60_000 }, async () => {
      await using folder = await temporaryFolder()
      const token = await addChannel(folder.path, 'news')
      await using server = await startServer(folder.path)
      const events = eventsOf('harbour-news.ts').filter(
        (event) => event.type !== 'cue' || event.track === 'CC1',
      )
      await feedEvents(server.url, token, withFaults(events))
      const browser = await launchBrowser()
      try {
        const page = await browser.newPage()
        const problems: string[] = []
        page.on('pageerror', (error) => problems.push(error.message))
        // So that all of it is drawn.
        await page.setViewportSize({ width: 900, height: 6000 })
        await page.goto(`${server.url}/c/news`)
        const lines = (): Promise<string[]> => page.locator('.row:not(.draft) p').allInnerTexts()
        const all = async (): Promise<string> => (await lines()).join('\n')
        await until('the old text', async () => (await all()).includes('WRNOG. THE OLD LIGHTHOUSE'))
        const before = (await lines()).length
        await using command = run([
          ...['redecode', '--data', folder.path, '--channel', 'news', '--tracks', 'CC1'],
        ])
        assert.equal(await command.ended, 0, command.stderr())
        await until('the new text', async () => (await all()).includes('NEWS. THE OLD LIGHTHOUSE'))
        const after = await lines()
        assert.ok(!after.join('\n').includes('WRNOG'))
        assert.ok(!after.join('\n').includes('NEVER SAID AT ALL'))
        // One was added, and one taken away.
        assert.equal(after.length, before)
        assert.deepEqual(problems, [])
      } finally {
        await browser.close()
      }
    })
  },
)
