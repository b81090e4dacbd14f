import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Subject } from './peer.ts'

/** What a server may do wrong. */
export type Fault =
  | 'acks before storing'
  | 'forgets dedupe'
  | 'accepts holes'
  | 'forgets the identity of cues'
  | 'lets in two producers'
  | 'forgets the run on resume'

interface Event {
  readonly seq: number
  readonly type: string
  readonly run: string
  readonly track: string
  readonly id: number
  readonly [field: string]: unknown
}

/** One channel of a server that keeps everything in memory. */
class Channel {
  readonly cues: object[] = []
  readonly received = new Map<string, number>()
  readonly identities = new Set<string>()
  readonly languages = new Map<string, string>()
  holder: string | null = null
}

/**
 * A small server of the feed protocol that does one thing wrong, to show that the suite fails then; without a
 * fault it keeps the rules for finite bodies that it is held against.
 */
export class WrongServer implements AsyncDisposable {
  readonly #fault: Fault | null
  readonly #channels = new Map<string, Channel>()
  readonly #server = createServer((request, response) => void this.#answer(request, response))

  private constructor(fault: Fault | null) {
    this.#fault = fault
  }

  static async start(fault: Fault | null): Promise<WrongServer> {
    const wrong = new WrongServer(fault)
    wrong.#server.listen(0, '127.0.0.1')
    await once(wrong.#server, 'listening')
    return wrong
  }

  get subject(): Subject {
    const { port } = this.#server.address() as AddressInfo
    return { url: `http://127.0.0.1:${port}`, adminToken: 'admin' }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, , , what, id = '', list] = (request.url ?? '').split(/[/?]/)
    const channel = this.#channels.get(id) ?? new Channel()
    if (request.method === 'PUT') {
      this.#channels.set(id, channel)
      response.writeHead(201).end('{}')
    } else if (what === 'tokens') {
      response.writeHead(201).end('{"token":"t"}')
    } else if (list === 'cues') {
      response.end(JSON.stringify({ items: channel.cues, next: null }))
    } else if (list === 'feed') {
      await this.#feed(channel, request, response)
    } else {
      response.writeHead(204).end()
    }
  }

  async #feed(channel: Channel, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const producer = String(request.headers['ccr-producer'])
    const isBusy = channel.holder !== null && channel.holder !== producer
    if (isBusy && this.#fault !== 'lets in two producers') {
      response.writeHead(409, { 'retry-after': '30' }).end('{"code":"channel-busy"}')
      return
    }
    channel.holder = producer
    const known = channel.received.get(producer) ?? 0
    const say = (line: object): void => void response.write(`${JSON.stringify(line)}\n`)
    const time = new Date().toISOString()
    const [received, stored] = [known, known]
    say({ type: 'welcome', producer, received, stored, epoch: 'epoch0000', now: time })
    let body = ''
    try {
      for await (const part of request.setEncoding('utf8')) body += String(part)
    } catch {
      // Cut: nothing of it is stored, which is allowed.
      return
    }
    const events = body
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Event)
    this.#take(channel, producer, events, say)
    response.end()
  }

  #take(
    channel: Channel,
    producer: string,
    events: readonly Event[],
    say: (line: object) => void,
  ): void {
    let received = channel.received.get(producer) ?? 0
    if (this.#fault === 'forgets the run on resume') channel.languages.clear()
    for (const event of events) {
      if (event.seq <= received && this.#fault !== 'forgets dedupe') continue
      if (event.seq > received + 1 && this.#fault !== 'accepts holes') {
        say({ type: 'problem', status: 409, code: 'sequence-gap', title: 'a hole' })
        break
      }
      received = Math.max(received, event.seq)
      if (event.type === 'end') channel.holder = null
      if (event.type === 'run') channel.languages.set(event.run, 'en')
      if (event.type === 'cue') this.#storeSoon(channel, event)
    }
    channel.received.set(producer, received)
    const isWhole = events.at(-1)?.seq === undefined || received >= (events.at(-1)?.seq ?? 0)
    if (isWhole) say({ type: 'ack', received, stored: received })
  }

  #storeSoon(channel: Channel, event: Event): void {
    if (this.#fault === 'acks before storing') setTimeout(() => this.#store(channel, event), 300)
    else this.#store(channel, event)
  }

  #store(channel: Channel, { run, track, id, start, end, mode, text }: Event): void {
    // A server that forgets numbers would be saved by identities, were they not forgotten too.
    const forgets =
      this.#fault === 'forgets the identity of cues' || this.#fault === 'forgets dedupe'
    const identity = `${run} ${track} ${id}`
    if (channel.identities.has(identity) && !forgets) return
    channel.identities.add(identity)
    channel.cues.push({
      ...{ channel: 'c', track, id, start, end, text, mode, run, airing: null },
      language: channel.languages.get(run) ?? null,
      position: { epoch: 'epoch0000', seq: channel.cues.length + 1 },
    })
  }
}
