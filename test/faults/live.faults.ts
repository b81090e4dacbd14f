import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FaultProxy, type Fault } from '../support/fault-proxy.ts'
import { Tuner, Viewer } from '../support/live.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  until,
  type Server,
} from '../support/processes.ts'
import { createRandom, type Random } from '../support/random.ts'
import { ViewerSocket } from '../support/viewer-socket.ts'

const seconds = Number(process.env['TEST_SECONDS'] ?? 250)
const seed = Number(process.env['TEST_SEED'] ?? 1)
const channels = 4
const viewers = 40
const linesPerRestart = 500
const longestLine = 300
/** Half-open connections are noticed by the viewer after 45 s of silence, by the server after two pings. */
const noticedWithinMs = 100_000
const env = { CCR_SOCKETS_PER_ADDRESS: '5000', CCR_DRAIN_SECONDS: '2' }

describe('live readers on a bad network', () => {
  it('end with everything that was said, in order and once', async (t) => {
    const random = createRandom(seed)
    await using folder = await temporaryFolder()
    let server = await startServer(folder.path, { env })
    await using ended = new AsyncDisposableStack()
    ended.defer(() => server[Symbol.asyncDispose]())
    const current = {
      get url() {
        return server.url
      },
    }
    const names = Array.from({ length: channels }, (_, n) => `bad-${n}`)
    const tuners: Tuner[] = []
    for (const name of names) {
      const tuner = new Tuner(current, name, await addChannel(folder.path, name))
      await tuner.open()
      tuners.push(tuner)
    }
    let isCalm = false
    await using proxy = await FaultProxy.start(
      () => new URL(server.url),
      () => (isCalm ? { kind: 'none' } : faultOf(random)),
    )
    using gathered = new DisposableStack()
    const readers = Array.from({ length: viewers }, () => {
      const reader = gathered.use(new Viewer(() => proxy.url))
      for (const name of names) reader.follow(name)
      return reader
    })
    const said = new Map(names.map((name) => [name, [] as string[]]))
    const say = async (n: number, text: string): Promise<void> => {
      tuners[n]?.draft(text.slice(0, 10))
      await tuners[n]?.cue(text)
      said.get(names[n] ?? '')?.push(text)
    }
    await until(
      'every channel of all is open',
      () => readers.every(({ events }) => new Set(events.map(channelOf)).size >= channels),
      noticedWithinMs,
    )
    let restarts = 0
    let lines = 0
    const speakUntil = Date.now() + Math.max(20_000, (seconds - 170) * 1000)
    while (Date.now() < speakUntil) {
      await say(random.below(channels), `LINE ${++lines} ${'x'.repeat(random.below(longestLine))}`)
      if (random.below(40) === 0) readers[random.below(viewers)]?.cut()
      if (lines % linesPerRestart !== 0) continue
      server.child.kill(restarts++ % 2 === 0 ? 'SIGTERM' : 'SIGKILL')
      await server.ended
      server = await startServer(folder.path, { env })
      for (const tuner of tuners) await tuner.open()
    }
    // Connections keep the faults they have; those that follow are good.
    isCalm = true
    for (let n = 0; n < channels; n++) await say(n, 'THE END')
    for (const reader of readers) {
      await until(
        'the end of each channel',
        () => names.every((name) => reader.cuesOf(name).at(-1) === 'THE END'),
        noticedWithinMs,
      )
      for (const name of names) assert.deepEqual(reader.cuesOf(name), said.get(name), name)
    }
    const fired = [...proxy.fired].map((one) => one.join(' ')).join(', ')
    t.diagnostic(`${lines} lines, ${restarts} restarts, ${fired}`)
    for (const kind of ['cut', 'half-open', 'delay']) assert.ok(proxy.fired.has(kind), kind)
    for (const tuner of tuners) await tuner.close()
  })

  it('are let go when they never read, vanish without a word, or follow nothing', async () => {
    await using folder = await temporaryFolder()
    await using server = await startServer(folder.path, { env })
    const tuner = new Tuner(server, 'silence', await addChannel(folder.path, 'silence'))
    await tuner.open()
    const opened = { count: 0 }
    const idle = openSocket(server.url, [], opened)
    const deaf = openSocket(server.url, ['silence'], opened)
    await using proxy = await FaultProxy.start(
      () => new URL(server.url),
      () => ({ kind: 'half-open', afterDown: 1000 }),
    )
    const gone = openSocket(proxy.url, ['silence'], opened)
    using reader = new Viewer(() => server.url).follow('silence')
    await until('all are there', async () => opened.count === 3 && (await viewersOf(server)) === 4)
    deaf.pause()
    const speaking = setInterval(() => void tuner.cue('x'.repeat(longestLine)), 50)
    await until('one is left', async () => (await viewersOf(server)) === 1, noticedWithinMs)
    clearInterval(speaking)
    assert.equal(proxy.fired.get('half-open'), 1)
    await tuner.cue('STILL HERE')
    await reader.sees('STILL HERE')
    for (const socket of [idle, deaf, gone]) socket.destroy()
    await tuner.close()
  })
})

function faultOf(random: Random): Fault {
  return random.pick<Fault>([
    { kind: 'none' },
    { kind: 'cut', afterDown: 500 + random.below(20_000) },
    { kind: 'half-open', afterDown: 500 + random.below(20_000) },
    { kind: 'delay', ms: random.below(400) },
  ])
}

function channelOf(event: { readonly type: string; readonly channel?: string }): string {
  return event.channel ?? ''
}

function openSocket(
  url: string,
  names: readonly string[],
  opened: { count: number },
): ViewerSocket {
  const socket = new ViewerSocket(Number(new URL(url).port), {
    upgraded() {
      opened.count++
      for (const channel of names) socket.send(JSON.stringify({ type: 'subscribe', channel }))
    },
    frame: () => undefined,
    closed: () => undefined,
  })
  socket.upgrade('/api/v1/live', 'ccr.live.v1')
  return socket
}

async function viewersOf(server: Server): Promise<number> {
  const text = await (await fetch(`${server.url}/metrics`)).text()
  return Number(/^ccr_viewers (\d+)$/m.exec(text)?.[1])
}
