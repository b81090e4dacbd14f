import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { it } from 'node:test'
import { Spool } from '../../src/client/spool/spool.ts'
import { Uploader } from '../../src/client/uploader.ts'
import { temporaryFolder, until } from '../support/processes.ts'

const count = 40
/** Large, so that what is stored is whole segments of a small spool. */
const event = (n: number): string => JSON.stringify({ type: 'cue', text: `${n} `.repeat(2000) })

/**
 * A repository of several machines: what it has received is in a log that can be lost, what it has stored
 * lags behind. This one loses its log once, with the connection, and then stores everything.
 */
class TwoStepServer {
  readonly taken: number[] = []
  received = 0
  stored = 0
  #lives = 0

  readonly answer = (request: IncomingMessage, response: ServerResponse): void => {
    const isFirst = this.#lives++ === 0
    this.received = this.stored
    const say = (line: object): void => void response.write(`${JSON.stringify(line)}\n`)
    const state = (): object => ({ received: this.received, stored: this.stored })
    const now = new Date().toISOString()
    say({ type: 'welcome', producer: 'p', ...state(), epoch: 'e', now })
    const lines = createInterface({ input: request })
    lines.on('line', (text) => {
      const line = JSON.parse(text) as { readonly seq?: number }
      if (line.seq === undefined) return
      this.taken.push(line.seq)
      assert.equal(line.seq, this.received + 1, 'nothing is left out')
      this.received = line.seq
      this.stored = isFirst ? Math.min(this.received, 5) : this.received
      say({ type: 'ack', ...state() })
      // Everything was promised, and nearly nothing kept.
      if (isFirst && this.received === count) setTimeout(() => response.destroy(), 300)
    })
    // Cut off as it is meant to be.
    for (const stream of [request, lines]) stream.on('error', () => undefined)
  }
}

it('a sender keeps what is received and not stored, and sends it again when it was lost', async () => {
  await using folder = await temporaryFolder()
  const repository = new TwoStepServer()
  const server = createServer(repository.answer).listen(0, '127.0.0.1')
  await once(server, 'listening')
  await using spool = await Spool.open({ folder: folder.path, maxBytes: 600_000 })
  const stop = new AbortController()
  const uploader = new Uploader({
    ...{ server: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, spool },
    ...{ channel: 'news', token: 't', random: () => 0 },
    ...{ onStatus: () => undefined, onClock: () => undefined, tellOf: null },
  })
  const running = uploader.run(stop.signal)
  try {
    for (let n = 1; n <= count; n++) {
      spool.append(event(n))
      await spool.flush()
    }
    await until('all is received', () => repository.received === count, 5000)
    await until('all is stored', () => repository.stored === count, 5000)
    assert.ok(repository.taken.length > count, 'it was lost once')
    assert.deepEqual(repository.taken.slice(-(count - 5)), numbers(6, count))
  } finally {
    stop.abort()
    await running
    server.close()
    server.closeAllConnections()
  }
})

function numbers(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, n) => from + n)
}
