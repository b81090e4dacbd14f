import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { createServer as createHttp } from 'node:http'
import { once } from 'node:events'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import {
  addChannel,
  ccr,
  run,
  startServer,
  temporaryFolder,
  until,
  type Folder,
  type Server,
} from '../support/processes.ts'
import { fetchCues, plain, readRecording, sortCues } from '../support/recording.ts'

const sample = 'samples/the-cartographer.bin'

/** `ccr send` as an operator runs it, against a real server. */
describe('ccr send', { concurrency: 3 }, () => {
  let folder: Folder
  let server: Server
  let data: string
  before(async () => {
    folder = await temporaryFolder()
    data = path.join(folder.path, 'data')
    server = await startServer(data)
  })
  after(async () => {
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  const spool = (name: string): string => path.join(folder.path, 'spools', name)
  const send = (
    channel: string,
    token: string,
    args: readonly string[],
    url = server.url,
  ): ReturnType<typeof run> =>
    run(['send', '--server', url, '--channel', channel, '--spool', spool(channel), ...args], {
      CCR_TOKEN: token,
    })
  const gaps = async (channel: string): Promise<{ reason: string; from: string; to: string }[]> => {
    const answer = await fetch(`${server.url}/api/v1/channels/${channel}/gaps`)
    return ((await answer.json()) as { items: { reason: string; from: string; to: string }[] })
      .items
  }

  it('gives up after --give-up while it is still reading, and keeps the spool', async () => {
    const none = createServer().listen(0, '127.0.0.1')
    await once(none, 'listening')
    const { port } = none.address() as AddressInfo
    none.close()
    await using ended = send(
      'away',
      'x',
      ['--input', sample, '--give-up', '1s'],
      `http://127.0.0.1:${port}`,
    )
    assert.equal(await ended.ended, 1)
    assert.match(ended.stderr(), /gave up after 1 s without the server \(nothing listens/)
    assert.ok(readdirSync(spool('away')).some((name) => name.endsWith('.seg')))
  })

  it('does not give up while a quiet server has everything', async () => {
    const token = await addChannel(data, 'quiet')
    await using ended = send('quiet', token, ['--input', sample, '--give-up', '1s'])
    await until('a cue', async () => (await fetchCues(server.url, 'quiet')).length > 0)
    await new Promise((resolve) => setTimeout(resolve, 2500))
    assert.equal(ended.child.exitCode, null, ended.stderr())
  })

  it('ends with 1 when it is stopped before all of a recording is stored, and goes on later', async () => {
    const token = await addChannel(data, 'stopped')
    {
      await using ended = send('stopped', token, ['--input', sample])
      await until('a cue', async () => (await fetchCues(server.url, 'stopped')).length > 0)
      ended.child.kill('SIGTERM')
      assert.equal(await ended.ended, 1)
      assert.match(ended.stderr(), /stopped before all of .*the-cartographer.bin was stored/)
    }
    await using again = send('stopped', token, ['--input', sample, '--pace', 'fast'])
    assert.equal(await again.ended, 0, again.stderr())
    const cues = await fetchCues(server.url, 'stopped')
    assert.deepEqual(sortCues(cues).map(plain), readRecording(sample))
    assert.equal(new Set(cues.map((cue) => cue.run)).size, 1)
  })

  it('ends with 3 at once when it is refused, with the spool kept', async () => {
    const token = await addChannel(data, 'own')
    await addChannel(data, 'other')
    const refused: [string, string, RegExp][] = [
      ['own', 'nonsense', /The token is not known, has expired, or was revoked/],
      ['other', token, /does not feed other/],
      ['none', token, /There is no channel none/],
    ]
    for (const [channel, given, message] of refused) {
      await using ended = send(channel, given, ['--input', sample])
      assert.equal(await ended.ended, 3, channel)
      assert.match(ended.stderr(), message)
      assert.ok(readdirSync(spool(channel)).some((name) => name.endsWith('.seg')))
    }
  })

  it('says what is wrong with an input', async () => {
    const rubbish = path.join(folder.path, 'rubbish.ts')
    writeFileSync(rubbish, 'rubbish '.repeat(2000))
    const empty = path.join(folder.path, 'empty.ts')
    writeFileSync(empty, '')
    const wrong: [string, RegExp][] = [
      [rubbish, /is neither a transport stream nor RCWT, SCC, MCC or a transcript/],
      [folder.path, /is a folder; name a file in it/],
      [empty, /is empty/],
      ['/no/such/file', /there is no such file/],
      ['gopher://0.0.0.0:70', /gopher: is no source that can be read; there are file, ttxt, http/],
    ]
    for (const [input, message] of wrong) {
      await using ended = send('own', 'x', ['--input', input])
      assert.equal(await ended.ended, 1, input)
      assert.match(ended.stderr(), message)
    }
  })

  it('warns, and ends with 0, when there are no captions', async () => {
    const token = await addChannel(data, 'silent')
    const silent = path.join(folder.path, 'silent.bin')
    writeFileSync(silent, readFileSync(sample).subarray(0, 11))
    await using ended = send('silent', token, ['--input', silent, '--format', 'rcwt'])
    assert.equal(await ended.ended, 0, ended.stderr())
    assert.match(ended.stderr(), /no captions in this input/)
  })

  it('gives a live input’s absence as a gap, and what a damaged spool lost', async () => {
    const token = await addChannel(data, 'live')
    const pipe = async (url: string, args: readonly string[]): Promise<void> => {
      const child = spawn(
        ccr,
        ['send', '--server', url, '--channel', 'live', '--spool', spool('live'), ...args],
        {
          env: { PATH: process.env['PATH'], CCR_TOKEN: token },
          stdio: ['pipe', 'ignore', 'ignore'],
        },
      )
      child.stdin.end(readFileSync(sample))
      await once(child, 'exit')
    }
    const input = ['--input', '-', '--format', 'rcwt']
    await pipe('http://127.0.0.1:1', [...input, '--give-up', '1s'])
    const [segment] = readdirSync(spool('live')).filter((name) => name.endsWith('.seg'))
    const file = path.join(spool('live'), segment ?? '')
    const lines = readFileSync(file, 'utf8').split('\n')
    const damaged = lines.findIndex((line) => line.includes('"type":"cue"'))
    lines[damaged] = 'rubbish'
    writeFileSync(file, lines.join('\n'))
    await pipe(server.url, input)
    const whole = readRecording(sample)
    assert.equal((await fetchCues(server.url, 'live')).length, 2 * whole.length - 1)
    const reasons = (await gaps('live')).map(({ reason }) => reason).sort()
    // The input has ended, and nobody monitors the channel now.
    assert.deepEqual(reasons, ['client-restart', 'spool-overflow', 'tuner-offline'])
  })

  it('ends a live input that is silent when it is stopped', async () => {
    const token = await addChannel(data, 'silent-live')
    const args = ['send', '--server', server.url, '--channel', 'silent-live', '--format', 'rcwt']
    const child = spawn(ccr, [...args, '--input', '-', '--spool', spool('silent-live')], {
      env: { PATH: process.env['PATH'], CCR_TOKEN: token },
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    child.stdin.write(readFileSync(sample))
    await until('a cue', async () => (await fetchCues(server.url, 'silent-live')).length > 0)
    child.kill('SIGTERM')
    const [code] = (await once(child, 'exit')) as [number | null]
    assert.equal(code, 0)
    assert.deepEqual((await fetchCues(server.url, 'silent-live')).map(plain), readRecording(sample))
  })

  it('runs at the recording’s pace from --start-at, whenever that was', async () => {
    const token = await addChannel(data, 'past')
    await using ended = send('past', token, [
      ...['--input', sample, '--start-at', '2020-05-01T10:00:00Z'],
    ])
    await until('a cue', async () => (await fetchCues(server.url, 'past')).length > 0)
    const [first] = await fetchCues(server.url, 'past')
    assert.match(first?.start ?? '', /^2020-05-01T10:00/)
    assert.ok((await fetchCues(server.url, 'past')).length < readRecording(sample).length / 2)
    assert.equal(ended.child.exitCode, null)
  })

  it('feeds many channels from one file, each with a spool of its own, and names a wrong line', async () => {
    const file = path.join(folder.path, 'channels.yaml')
    const tokens = [await addChannel(data, 'many-a'), await addChannel(data, 'many-b')]
    const channels = ['many-a', 'many-b'].map(
      (id, i) => `  - { channel: ${id}, input: ${sample}, token: ${tokens[i] ?? ''} }\n`,
    )
    const head = `server: ${server.url}\npace: fast\nspool: ${spool('many')}\nchannels:\n`
    writeFileSync(file, head + channels.join(''))
    await using ended = run(['send', '--config', file])
    assert.equal(await ended.ended, 0, ended.stderr())
    assert.deepEqual(readdirSync(spool('many')).sort(), ['many-a', 'many-b'])
    for (const id of ['many-a', 'many-b'])
      assert.equal((await fetchCues(server.url, id)).length, readRecording(sample).length)

    const wrong: [string, RegExp][] = [
      [`${head}${channels[0] ?? ''}  - { chanel: x }\n`, /channels\.yaml:6: .*chanel/],
      [`${head}  - { channel: "a\n`, /channels\.yaml.*line \d/],
      [`${head}${channels[0] ?? ''}${channels[0] ?? ''}`, /many-a is there twice/],
    ]
    for (const [text, message] of wrong) {
      writeFileSync(file, text)
      await using refused = run(['send', '--config', file])
      assert.equal(await refused.ended, 2, refused.stderr())
      assert.match(refused.stderr(), message)
    }
  })

  it('tells of a clock that is not the server’s', async () => {
    const early = createHttp((request, response) => {
      const now = new Date(Date.now() + 3_600_000).toISOString()
      request.resume()
      response.write(
        `${JSON.stringify({ type: 'welcome', producer: request.headers['ccr-producer'], received: 0, stored: 0, epoch: 'abcdefgh', now })}\n`,
      )
    }).listen(0, '127.0.0.1')
    await once(early, 'listening')
    const { port } = early.address() as AddressInfo
    await using sender = send('early', 'x', ['--input', sample], `http://127.0.0.1:${port}`)
    await until('the warning', () => /clock is 36\d\d s behind the server’s/.test(sender.stderr()))
    early.closeAllConnections()
    early.close()
  })

  it('waits for another sender of the channel, and takes over when that one ends', async () => {
    const token = await addChannel(data, 'two')
    const command = ['send', '--server', server.url, '--channel', 'two', '--pace', 'fast']
    const first = spawn(
      ccr,
      [...command, '--input', '-', '--format', 'rcwt', '--spool', spool('two-a')],
      { env: { PATH: process.env['PATH'], CCR_TOKEN: token }, stdio: ['pipe', 'ignore', 'ignore'] },
    )
    first.stdin.write(readFileSync(sample))
    await until('a cue', async () => (await fetchCues(server.url, 'two')).length > 0)
    await using second = run([...command, '--input', sample, '--spool', spool('two-b')], {
      CCR_TOKEN: token,
    })
    await until('the answer', () => /Another producer is feeding/.test(second.stderr()))
    first.stdin.end()
    assert.equal(await second.ended, 0, second.stderr())
  })

  it('ends with 3 within 5 s of its token’s end or its channel’s removal, while it feeds', async () => {
    const list = async (): Promise<{ id: string; scope: unknown }[]> => {
      await using ended = run(['token', 'list', '--data', data, '--json'])
      assert.equal(await ended.ended, 0)
      return JSON.parse(ended.stdout()) as { id: string; scope: unknown }[]
    }
    for (const channel of ['revoked', 'removed']) {
      const token = await addChannel(data, channel)
      await using sender = send(channel, token, ['--input', sample, '--loop'])
      await until('a cue', async () => (await fetchCues(server.url, channel)).length > 0)
      const own = (await list()).find(({ scope }) => JSON.stringify(scope).includes(channel))
      const args =
        channel === 'revoked' ? ['token', 'revoke', own?.id ?? ''] : ['channel', 'remove', channel]
      await using changed = run([...args, '--data', data])
      assert.equal(await changed.ended, 0, changed.stderr())
      const began = performance.now()
      assert.equal(await sender.ended, 3, sender.stderr())
      assert.ok(performance.now() - began < 5000)
      assert.match(sender.stderr(), /the server refused this feed/)
    }
  })
})
