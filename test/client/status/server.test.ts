import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { createServer } from 'node:net'
import { hostname } from 'node:os'
import path from 'node:path'
import { describe, it } from 'node:test'
import { isOwnHost, parseStatusAddress } from '../../../src/client/status/address.ts'
import { statusSchema, type Status } from '../../../src/client/status/facts.ts'
import { StatusServer } from '../../../src/client/status/server.ts'
import { run, temporaryFolder, until } from '../../support/processes.ts'

const channel: Status['channels'][number] = {
  ...{ channel: 'news', state: 'sending', source: 'udp://239.1.1.1:5000', run: 'r1' },
  ...{ extractor: null, trouble: 'a "bad" word\nand a line', cues: 7, cuesPerMinute: 3 },
  ...{ unacked: 2, lagMs: 1500, faults: { 'ts-lost': 4 }, sharing: 1, tuner: null },
  clock: { offsetMs: -2000, driftMs: 0, stepMs: 0, steps: 0 },
}
const config = { file: '/etc/ccr/channels.yaml', problems: ['a', 'b'] }

function ask(
  at: string,
  where: string,
  wish: { method?: string; host?: string } = {},
): Promise<{ status: number; text: string; type: string }> {
  const [host, port] = at.split(':')
  return new Promise((resolve, reject) => {
    const asked = request(
      { host, port, path: where, method: wish.method ?? 'GET', headers: { host: wish.host ?? at } },
      (answer) => {
        let text = ''
        answer.setEncoding('utf8').on('data', (piece: string) => (text += piece))
        const { statusCode: status = 0, headers } = answer
        answer.once('end', () => resolve({ status, text, type: headers['content-type'] ?? '' }))
      },
    )
    asked.once('error', reject)
    asked.end()
  })
}

describe('the status of a service', () => {
  it('is told as JSON and to Prometheus, to whoever asks by an address of this machine', async () => {
    let status: Status = { version: '1', startedAt: '', config, channels: [channel] }
    await using server = await StatusServer.open({ host: '127.0.0.1', port: 0 }, () => status)
    const json = await ask(server.at, '/status.json')
    assert.deepEqual(statusSchema.parse(JSON.parse(json.text)), status)
    const metrics = async (): Promise<string> => (await ask(server.at, '/metrics')).text
    const text = await metrics()
    for (const line of [
      'ccr_send_state{channel="news",state="sending"} 1',
      'ccr_send_state{channel="news",state="failed"} 0',
      'ccr_send_lag_seconds{channel="news"} 1.5',
      'ccr_send_clock_offset_seconds{channel="news"} -2',
      'ccr_send_trouble{channel="news"} 1',
      'ccr_send_faults{channel="news",fault="ts-lost"} 4',
      'ccr_send_config_problems 2',
    ])
      assert.ok(text.includes(`${line}\n`), line)
    assert.match(text, /ccr_process_cpu_seconds_total/)
    status = { ...status, channels: [] }
    assert.doesNotMatch(await metrics(), /channel="news"/)
    assert.deepEqual((await ask(server.at, '/healthz')).text, '{"ok":true}\n')
    assert.equal((await ask(server.at, '/other')).status, 404)
    assert.equal((await ask(server.at, '/healthz', { method: 'POST' })).status, 405)
    assert.deepEqual(
      await ask(server.at, '/healthz', { method: 'HEAD' }).then(({ text }) => text),
      '',
    )
    assert.equal((await ask(server.at, '/status.json', { host: 'evil.example' })).status, 421)
  })

  it('knows its own names, and places to listen', () => {
    const address = { host: 'tuner.lan', port: 8081 }
    for (const own of ['localhost:8081', '127.0.0.1', '[::1]:8081', 'TUNER.lan:8081', hostname()])
      assert.ok(isOwnHost(own, address), own)
    for (const other of [
      'evil.example',
      'tuner.lan.evil.example:8081',
      'localhost.evil:1',
      undefined,
    ])
      assert.ok(!isOwnHost(other, address), other)
    assert.deepEqual(parseStatusAddress('8081'), { host: '127.0.0.1', port: 8081 })
    assert.deepEqual(parseStatusAddress('[::1]:1'), { host: '::1', port: 1 })
    assert.deepEqual(parseStatusAddress('/run/ccr/status.sock'), { path: '/run/ccr/status.sock' })
    for (const wrong of ['', 'x', '99999', 'a:b', ':1', '::1:80'])
      assert.equal(parseStatusAddress(wrong), undefined, wrong)
  })

  it('is printed by ccr status as the terminal shows it, also through a socket that was left behind', async () => {
    await using folder = await temporaryFolder()
    const socket = path.join(folder.path, 'status.sock')
    const file = path.join(folder.path, 'channels.yaml')
    const entry = (name: string): string =>
      `  - { channel: ${name}, input: samples/the-cartographer.bin, loop: true }\n`
    writeFileSync(
      file,
      `server: http://127.0.0.1:1\ntoken: hidden-token\nspool: ${folder.path}/spool\nchannels:\n${entry('one')}${entry('two')}`,
    )
    const send = ['send', '--config', file, '--status', socket]
    {
      await using killed = run(send)
      await until('it listens', () => existsSync(socket))
      killed.child.kill('SIGKILL')
      await killed.ended
      assert.ok(existsSync(socket))
    }
    await using sender = run(send)
    await until('it tells', () => /"channel":"two".*"waiting"/.test(sender.stderr()))
    await using table = run(['status', socket])
    assert.equal(await table.ended, 0, table.stderr())
    assert.match(
      table.stdout(),
      /^one +waiting .* unacked +.*nothing listens at the server’s address\ntwo +/,
    )
    await using json = run(['status', '--json'], { CCR_STATUS: socket })
    assert.equal(await json.ended, 0, json.stderr())
    const status = statusSchema.parse(JSON.parse(json.stdout()))
    assert.deepEqual(
      status.channels.map(({ source }) => source),
      ['the-cartographer.bin', 'the-cartographer.bin'],
    )
    assert.equal(status.config?.file, file)
    assert.doesNotMatch(json.stdout(), /hidden-token/)
    await using second = run(send)
    assert.equal(await second.ended, 1)
    assert.match(
      second.stderr(),
      /status cannot be told at .*status\.sock: it is in use by another/,
    )
    sender.child.kill('SIGTERM')
    await sender.ended
    assert.ok(!existsSync(socket))
  })

  it('says what is wrong when there is none', async () => {
    await using nowhere = run(['status'])
    assert.equal(await nowhere.ended, 2)
    assert.match(nowhere.stderr(), /expected where ccr send tells its status.*ccr status 8081/)
    const none = createServer().listen(0, '127.0.0.1')
    const { port } = await new Promise<{ port: number }>((resolve) =>
      none.once('listening', () => resolve(none.address() as { port: number })),
    )
    none.close()
    await using unheard = run(['status', String(port)])
    assert.equal(await unheard.ended, 1)
    assert.match(unheard.stderr(), /nothing listens there; is it started with --status/)
  })
})
