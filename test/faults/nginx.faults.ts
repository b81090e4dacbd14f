import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { describe, it } from 'node:test'
import { temporaryFile } from '../support/crash-run.ts'
import { hasNginx, startNginx } from '../support/nginx.ts'
import { addChannel, run, startServer, temporaryFolder, until } from '../support/processes.ts'
import { fetchCues, plain, readRecording, sortCues } from '../support/recording.ts'

const streaming = 'proxy_http_version 1.1; proxy_request_buffering off; proxy_read_timeout 1h;'
const skip = hasNginx ? false : 'nginx is not installed'

/** A recording of more than the megabyte that nginx allows a body unless it is told otherwise. */
function longRecording(): string {
  const bytes = readFileSync('samples/the-cartographer.bin')
  const header = bytes.subarray(0, 11)
  const groups = bytes.subarray(11)
  const copies = Array.from({ length: Math.ceil(1_300_000 / groups.length) }, () => groups)
  return temporaryFile('long.bin', Buffer.concat([header, ...copies]))
}

it('a sender of short requests does not hurry where nothing answers well', async () => {
  let requests = 0
  const broken = createServer((request, response) => {
    requests++
    // The first is held back; the short ones after it are refused.
    if (requests === 1) request.resume()
    else request.resume().once('end', () => response.writeHead(500).end())
  }).listen(0, '127.0.0.1')
  await once(broken, 'listening')
  const { port } = broken.address() as AddressInfo
  await using folder = await temporaryFolder()
  const args = [
    'send',
    '--server',
    `http://127.0.0.1:${port}`,
    '--channel',
    'far',
    '--pace',
    'fast',
  ]
  await using sender = run(
    [...args, '--input', 'samples/the-cartographer.bin', '--spool', path.join(folder.path, 's')],
    { CCR_TOKEN: 'x' },
  )
  await until('a short request', () => /the server answered 500/.test(sender.stderr()))
  await new Promise((resolve) => setTimeout(resolve, 2000))
  assert.ok(requests > 1 && requests < 15, `${requests} requests`)
  broken.closeAllConnections()
  broken.close()
})

describe('ccr send through nginx, with TLS and under a path', { concurrency: 2, skip }, () => {
  for (const [name, directives] of [
    ['that holds requests back', ''],
    ['that lets them stream', streaming],
  ] as const)
    it(
      `${name}: more than its size limit arrives whole and once`,
      { timeout: 90_000 },
      async (t) => {
        await using folder = await temporaryFolder()
        const data = path.join(folder.path, 'data')
        const token = await addChannel(data, 'far')
        await using server = await startServer(data)
        await using nginx = await startNginx(server.url, directives)
        const file = longRecording()
        const args = ['send', '--server', nginx.url, '--channel', 'far', '--input', file]
        await using sender = run(
          [...args, '--pace', 'fast', '--spool', path.join(folder.path, 's')],
          {
            CCR_TOKEN: token,
            NODE_EXTRA_CA_CERTS: nginx.certificate,
          },
        )
        assert.equal(await sender.ended, 0, sender.stderr())
        const cues = await fetchCues(server.url, 'far')
        assert.deepEqual(sortCues(cues).map(plain), readRecording(file))
        t.diagnostic(`${cues.length} cues`)
      },
    )

  it(
    'that holds requests back: what is live arrives within seconds',
    { timeout: 60_000 },
    async () => {
      await using folder = await temporaryFolder()
      const data = path.join(folder.path, 'data')
      const token = await addChannel(data, 'live')
      await using server = await startServer(data)
      await using nginx = await startNginx(server.url, '')
      await using sender = run(
        [
          ...[
            'send',
            '--server',
            nginx.url,
            '--channel',
            'live',
            '--input',
            'samples/river-sport.bin',
          ],
          ...['--spool', path.join(folder.path, 's'), '--loop'],
        ],
        { CCR_TOKEN: token, NODE_EXTRA_CA_CERTS: nginx.certificate },
      )
      await until('the change to short requests', () => /sending short ones/.test(sender.stderr()))
      const delays = new Set<number>()
      await until(
        'live cues',
        async () => {
          for (const { end } of await fetchCues(server.url, 'live'))
            if (!delays.has(Date.parse(end))) delays.add(Date.parse(end))
          const newest = Math.max(...delays)
          return delays.size > 8 && Date.now() - newest < 5000
        },
        30_000,
      )
    },
  )
})
