import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'
import { run, temporaryFolder } from '../support/processes.ts'
import { subtitleStream, teletext888 } from '../support/subtitle-stream.ts'

const sample = 'samples/the-cartographer.bin'

it('ccr inspect tells what is in a file, for people and for programs', async () => {
  await using shown = run(['inspect', sample, '--cues', '2'])
  assert.equal(await shown.ended, 0, shown.stderr())
  const text = shown.stdout()
  assert.match(text, /^the-cartographer.bin: RCWT \(BIN\), 25 kB, 00:01:4/)
  assert.match(text, /^CC1 +\? +pop-on +41 +1\d\d +00:00:00.634$/m)
  assert.match(text, /^ {2}00:00:01.435 {2}The Cartographer, TV-G, Quiet Cinema$/m)
  assert.equal(text.match(/The Cartographer/g)?.length, 1)
  assert.match(text, /Faults: none\n$/)
  assert.equal(text.match(/ {2}CC1 {2}/g)?.length, 2)

  await using json = run(['inspect', sample, '--json'])
  assert.equal(await json.ended, 0)
  const found = JSON.parse(json.stdout()) as { tracks: { track: string; cues: number }[] }
  assert.deepEqual(
    found.tracks.map(({ track, cues }) => [track, cues]),
    [['CC1', 41]],
  )
})

it('ccr inspect listens to a live source for a while, and says when nothing comes', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/live.bin') response.write(readFileSync(sample))
    else response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const live = (name: string): ReturnType<typeof run> =>
    run(['inspect', `${url}/${name}`, '--seconds', '1', '--format', 'rcwt'])
  await using heard = live('live.bin')
  await using silent = live('none')
  await using wrong = run(['inspect', 'no/such/file'])
  assert.equal(await heard.ended, 0, heard.stderr())
  assert.match(heard.stdout(), /CC1 +\? +pop-on +4\d/)
  assert.equal(await silent.ended, 1)
  assert.match(silent.stderr(), /there is no such stream \(404\)/)
  assert.equal(await wrong.ended, 1)
  assert.match(wrong.stderr(), /there is no such file/)
  server.closeAllConnections()
  server.close()
})

it('ccr inspect names the subtitles that take ccextractor, and follows a file that grows', async () => {
  await using folder = await temporaryFolder()
  const stream = path.join(folder.path, 'page.ts')
  writeFileSync(stream, subtitleStream(teletext888, 300))
  await using looked = run(['inspect', stream])
  assert.equal(await looked.ended, 1)
  assert.match(looked.stdout(), /Subtitles that take ccextractor[^]*TT888 +pl +teletext +1/)
  assert.match(looked.stderr(), /^ccr: programme 1 has no video/)
  const lines = path.join(folder.path, 'now.ttxt')
  writeFileSync(lines, '1,000|2,000|POP|HELLO\n')
  await using followed = run(['inspect', `${lines}?follow=yes`, '--seconds', '1'])
  assert.equal(await followed.ended, 0, followed.stderr())
  assert.match(followed.stdout(), /CC1 +\? +pop-on +1/)
})
