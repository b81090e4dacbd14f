import assert from 'node:assert/strict'
import path from 'node:path'
import { describe, it } from 'node:test'
import { launchBrowser, noBrowser } from '../support/browser.ts'
import { addChannel, run, startServer, temporaryFolder, until } from '../support/processes.ts'

describe('a channel’s page', { skip: noBrowser }, () => {
  it(
    'shows what a real ccr send decodes, growing letter by letter',
    { timeout: 60_000 },
    async () => {
      await using folder = await temporaryFolder()
      const token = await addChannel(folder.path, 'sport')
      await using server = await startServer(folder.path)
      const browser = await launchBrowser()
      try {
        const page = await browser.newPage()
        const problems: string[] = []
        page.on('pageerror', (error) => problems.push(error.message))
        page.on('console', (message) => {
          if (message.type() === 'error') problems.push(message.text())
        })
        await page.goto(`${server.url}/c/sport`)
        await page.getByRole('heading', { name: 'sport' }).waitFor()
        const input = path.resolve('samples/river-sport.bin')
        await using sender = run(
          [
            'send',
            '--server',
            server.url,
            '--channel',
            'sport',
            '--input',
            input,
            '--spool',
            path.join(folder.path, 'spool'),
          ],
          { CCR_TOKEN: token },
        )
        const seen = new Set<string>()
        // An empty row stands where the next line will grow.
        const row = page.locator('.draft p')
        await until(
          'a growing line',
          async () => {
            if (sender.child.exitCode !== null) throw new Error(sender.stderr())
            const text = (await row.count()) > 0 ? await row.first().innerText() : ''
            if (text.trim() !== '') seen.add(text)
            return seen.size >= 5
          },
          30_000,
        )
        const texts = [...seen]
        assert.ok(
          texts.some(
            (text, i) => i > 0 && text.startsWith(texts[i - 1] ?? '') && text !== texts[i - 1],
          ),
          `grows: ${texts.join(' | ')}`,
        )
        await page.locator('.row:not(.draft) p', { hasText: 'TWO ON, ONE OUT, AND THE' }).waitFor()
        assert.deepEqual(problems, [], 'nothing goes wrong in the page')
      } finally {
        await browser.close()
      }
    },
  )
})
