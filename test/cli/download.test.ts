import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { airingEvent, at, cueEvent, runEvent } from '../conformance/events.ts'
import { bytesOf, feedAll, unzip } from '../support/download.ts'
import { FaultProxy, type Fault } from '../support/fault-proxy.ts'
import {
  addChannel,
  ccr,
  startServer,
  temporaryFolder,
  type Folder,
  type Server,
} from '../support/processes.ts'

const cueCount = 3000

let folder: Folder
let server: Server

const range = ['--from', at(0), '--to', at(4 * 3600)]

before(async () => {
  folder = await temporaryFolder()
  const token = await addChannel(path.join(folder.path, 'data'), 'news')
  server = await startServer(path.join(folder.path, 'data'))
  await feedAll(server, 'news', token, [
    runEvent(1),
    airingEvent(2, 'a1', 0, 60, { title: 'The Évening' }),
    airingEvent(3, 'a2', 60, 120, { title: 'Weather' }),
    ...Array.from({ length: cueCount }, (_, n) => cueEvent(n + 4, n + 1, n * 4)),
    { seq: cueCount + 4, type: 'end' },
  ])
})

after(async () => {
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

interface Ended {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

/** `ccr download` in a folder. */
async function download(cwd: string, ...args: readonly string[]): Promise<Ended> {
  const child = spawn(ccr, ['download', ...args], {
    cwd,
    env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const stdout: Buffer[] = []
  let stderr = ''
  child.stdout.on('data', (piece: Buffer) => stdout.push(piece))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, stdout: Buffer.concat(stdout), stderr }
}

/** The file as the server gives it. */
async function expected(format: string): Promise<Buffer> {
  const query = `from=${at(0)}&to=${at(4 * 3600)}&format=${format}`
  return bytesOf(await fetch(`${server.url}/api/v1/channels/news/download?${query}`))
}

describe('ccr download', () => {
  it('saves a range under the server’s name, to a named file, or to standard output', async () => {
    await using own = await temporaryFolder()
    const flags = ['--server', server.url, '--channel', 'news', ...range]
    const named = await download(own.path, ...flags)
    assert.deepEqual([named.code, named.stderr, named.stdout.length], [0, '', 0])
    const name = 'news-2026-11-10T12.00Z-to-2026-11-10T16.00Z.srt'
    assert.deepEqual(await readdir(own.path), [name])
    assert.deepEqual(await readFile(path.join(own.path, name)), await expected('srt'))
    // A format is read off the name that was given; what was there before makes room.
    await writeFile(path.join(own.path, 'mine.vtt'), 'old')
    assert.equal((await download(own.path, ...flags, '--out', 'mine.vtt')).code, 0)
    assert.deepEqual(await readFile(path.join(own.path, 'mine.vtt')), await expected('vtt'))
    const out = await download(own.path, ...flags, '--format', 'csv', '--out', '-')
    assert.deepEqual([out.code, out.stdout], [0, await expected('csv')])
    const again = await download(own.path, ...flags)
    assert.equal(again.code, 2)
    assert.match(again.stderr, /exists already; name a file with --out\n$/)
  })

  it('saves an airing, and several as one zip', async () => {
    await using own = await temporaryFolder()
    const flags = ['--server', server.url, '--channel', 'news', '--track', 'CC1', '--format', 'txt']
    assert.equal((await download(own.path, ...flags, '--airing', 'a1')).code, 0)
    assert.deepEqual(await readdir(own.path), ['news-The Évening-2026-11-10T12.00Z-CC1.txt'])
    const zip = await download(own.path, ...flags, '--airing', 'a1', 'a2', '--out', '-')
    assert.equal(zip.code, 0)
    const names = [...(await unzip(zip.stdout)).keys()]
    assert.deepEqual(names, [
      'news-The Évening-2026-11-10T12.00Z-CC1.txt',
      'news-Weather-2026-11-10T12.01Z-CC1.txt',
    ])
  })

  it('goes on where the connection was cut, and asks again while the server is busy', async () => {
    await using own = await temporaryFolder()
    const faults: Fault[] = [
      { kind: 'unavailable', retryAfterSeconds: 0 },
      { kind: 'cut', afterDown: 20_000 },
      { kind: 'cut', afterDown: 60_000 },
      { kind: 'none' },
    ]
    let asked = 0
    await using proxy = await FaultProxy.start(
      () => new URL(server.url),
      () => faults[asked++] ?? { kind: 'none' },
    )
    const flags = ['--server', proxy.url, '--channel', 'news', ...range]
    for (const out of ['cut.srt', '-']) {
      asked = 0
      const ended = await download(own.path, ...flags, '--out', out)
      assert.equal(ended.code, 0, ended.stderr)
      assert.equal(asked, 4)
      const bytes = out === '-' ? ended.stdout : await readFile(path.join(own.path, out))
      assert.deepEqual(bytes, await expected('srt'))
      assert.match(ended.stderr, /trying again in \d+ s/)
    }
    assert.deepEqual([proxy.fired.get('unavailable'), proxy.fired.get('cut')], [2, 4])
    assert.deepEqual(await readdir(own.path), ['cut.srt'], 'nothing half is left behind')
  })

  it('says in one sentence what is wrong, by the exit code of its kind', async () => {
    await using own = await temporaryFolder()
    const to = ['--server', server.url]
    const wrong: [string[], number, RegExp][] = [
      [['--channel', 'none', ...to], 3, /There is no channel none\./],
      [['--channel', 'news', '--token', 'ccr_wrong', ...to], 3, /token is not known/],
      [['--channel', 'news', '--format', 'scc', ...to], 3, /at most 24 hours/],
      [['--channel', 'news', '--airing', 'x', ...to], 3, /no airing x/],
      [['--channel', 'news', '--format', 'doc', ...to], 2, /doc/],
      [['--channel', '../x', ...to], 2, /--channel/],
      [['--channel', 'news', '--from', 'noon', ...to], 2, /--from: expected a time/],
      [['--channel', 'news', '--from', '2026-11-24 18:00', ...to], 2, /--from/],
      [['--channel', 'news', '--airing', 'a1', '--from', '1h', ...to], 2, /--airing/],
      [['--channel', 'news', '--out', 'no/such/file.srt', ...to], 2, /no folder no\/such/],
      [['--channel', 'news', '--server', 'localhost'], 2, /--server/],
      [[...to], 2, /--channel/],
    ]
    for (const [args, code, says] of wrong) {
      const ended = await download(own.path, ...args)
      assert.equal(ended.code, code, `${args.join(' ')}: ${ended.stderr}`)
      assert.match(ended.stderr, says)
      assert.doesNotMatch(ended.stderr, /\n\s+at /)
    }
    assert.deepEqual(await readdir(own.path), [])
    const help = await download(own.path, '--help')
    assert.match(help.stdout.toString(), /Examples:\n {2}ccr download --channel news-one/)
  })

  it('ends quietly when its reader has read enough', async () => {
    const flags = `--server ${server.url} --channel news --format json --out -`
    const child = spawn('sh', ['-c', `${ccr} download ${flags} | head -c 10`], {
      env: { PATH: process.env['PATH'] },
    })
    let stderr = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.stdout.resume()
    await once(child, 'close')
    assert.equal(stderr, '')
  })
})
