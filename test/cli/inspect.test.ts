import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { readFileSync } from 'node:fs'
import { it } from 'node:test'
import { run } from '../support/processes.ts'

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
