import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import path from 'node:path'
import { it } from 'node:test'
import { Fleet } from '../../../src/client/fleet/fleet.ts'
import { parsePlanFile } from '../../../src/client/fleet/plan-file.ts'
import { statusOf, type ChannelStatus } from '../../../src/client/status/facts.ts'
import { addChannel, startServer, temporaryFolder, until } from '../../support/processes.ts'
import { fetchCues } from '../../support/recording.ts'
import { Television } from '../../support/television.ts'

it('gives a tuner to one channel after the other, and the time between is a tuner-offline gap', async () => {
  await using folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const tokens = { news: await addChannel(data, 'news'), sport: await addChannel(data, 'sport') }
  await using server = await startServer(data)
  await using television = await Television.open()
  // Turns are by a clock of ours; captions and gaps have the real time, which lies in none of them.
  const hour = (n: number): string =>
    `${String((new Date().getUTCHours() + n) % 24).padStart(2, '0')}:00`
  const text = `server: ${server.url}
spool: ${folder.path}/spool
timeZone: UTC
tuners:
  - name: attic
    rotate:
      - { channel: news, from: "${hour(4)}", to: "${hour(5)}", input: "${television.url}/5.1", token: ${tokens.news} }
      - { channel: sport, from: "${hour(5)}", to: "${hour(6)}", input: "${television.url}/7.1", token: ${tokens.sport} }
`
  const said = { name: 'ccr.yaml', said: {}, readFile: () => '', decoder: 'ccr' }
  const { plan } = parsePlanFile(text, said)
  const hourMs = 3_600_000
  const beganMs = Math.floor(Date.now() / hourMs) * hourMs
  let nowMs = beganMs + 4.5 * hourMs
  const fleet = new Fleet(plan, { now: () => nowMs, onEnded: () => undefined })
  const of = (channel: string): ChannelStatus => {
    const found = fleet.reports().find((one) => one.channel === channel)
    if (found === undefined) throw new Error(`no ${channel}`)
    return statusOf(found)
  }
  const gapsOf = async (channel: string): Promise<{ reason: string; to: string | null }[]> => {
    const answer = await fetch(`${server.url}/api/v1/channels/${channel}/gaps`)
    return ((await answer.json()) as { items: { reason: string; to: string | null }[] }).items
  }
  const stop = new AbortController()
  const ended = fleet.run(stop.signal)
  const hasCue = async (channel: string): Promise<boolean> =>
    (await fetchCues(server.url, channel)).length > 0
  await until('news is heard', () => hasCue('news'))
  assert.deepEqual(television.watched, ['/5.1'])
  const five = new Date(beganMs + 5 * hourMs).toISOString()
  assert.deepEqual(of('news').tuner, { name: 'attic', from: null, until: five })
  assert.equal(of('sport').state, 'off')
  assert.deepEqual(of('sport').tuner, { name: 'attic', from: five, until: null })

  nowMs = beganMs + 5 * hourMs
  await until('sport is heard', () => hasCue('sport'))
  assert.deepEqual(television.watched, ['/7.1'])
  await until('news is off', () => of('news').state === 'off')
  assert.deepEqual(
    await gapsOf('news').then((gaps) => gaps.map(({ reason, to }) => [reason, to])),
    [['tuner-offline', null]],
  )

  nowMs = beganMs + 28 * hourMs
  await until('news is back', async () => (await gapsOf('news')).every(({ to }) => to !== null))
  assert.deepEqual(
    (await gapsOf('news')).map(({ reason }) => reason),
    ['tuner-offline'],
  )
  assert.deepEqual(television.watched, ['/5.1'])
  stop.abort()
  assert.ok((await ended).every((result) => result.ok))
})

it('sends after its turn what the server was away for, also when it was started between turns', async () => {
  await using folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  const token = await addChannel(data, 'news')
  await using television = await Television.open()
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as AddressInfo
  free.close()
  const text = `server: http://127.0.0.1:${port}
spool: ${folder.path}/spool
timeZone: UTC
tuners:
  - name: attic
    rotate: [{ channel: news, to: "12:00", input: "${television.url}/5.1", token: ${token} }]
`
  const { plan } = parsePlanFile(text, {
    ...{ name: 'ccr.yaml', said: {}, readFile: () => '', decoder: 'ccr' },
  })
  let nowMs = Date.parse('2026-11-30T11:00Z')
  const open = (): { fleet: Fleet; end: () => Promise<unknown>; state: () => string } => {
    const fleet = new Fleet(plan, { now: () => nowMs, onEnded: () => undefined })
    const stop = new AbortController()
    const ended = fleet.run(stop.signal)
    return {
      fleet,
      end: () => {
        stop.abort()
        return ended
      },
      state: () => fleet.reports().map((report) => statusOf(report).state)[0] ?? '',
    }
  }
  const first = open()
  const cues = (): number => first.fleet.reports()[0]?.sender?.cues ?? 0
  await until('captions wait', () => cues() > 0)
  nowMs += 3_600_000
  await until('the tuner is free', () => television.watched.length === 0)
  const heard = cues()
  assert.ok(['waiting', 'connecting'].includes(first.state()), first.state())
  await first.end()

  await using server = await startServer(data, { port })
  const second = open()
  await until('they are stored', async () => (await fetchCues(server.url, 'news')).length >= heard)
  await until('it is off', () => second.state() === 'off')
  assert.deepEqual(television.asked, ['/5.1'])
  await second.end()
})
