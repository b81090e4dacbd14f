import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, isIP, type Socket } from 'node:net'
import { ChunkQueue } from '../chunk-queue.ts'
import { LostSource, reconnecting } from '../reconnecting.ts'
import { Silence } from '../silence.ts'
import {
  SourceError,
  streamSource,
  type Source,
  type SourcePiece,
  type TellTrouble,
} from '../source.ts'
import { whyNotListening } from '../why-not-listening.ts'
import { parseDescription, parseEpg } from './epg.ts'
import { answers, BlockReader, commands, FramingError, type Block } from './protocol.ts'

/** CCExtractor's own default. */
const usualPort = 2048
/** Both sides ping every 3 s, and CCExtractor gives up after 20 s without. */
const pingMs = 3000
const silentMs = 20_000
/** One that was silent for this long is taken for gone when another one comes. */
const takenOverMs = 7000
/** Captions of hours: what waits for a slow disk. */
const mostWaiting = 4 * 1024 * 1024
/** Connections that have not said who they are. */
const mostGuests = 8

interface Address {
  readonly host: string
  readonly port: number
  /** What CCExtractor is to give as --sendto's password; null = any. */
  readonly password: string | null
}

/** `sendto://[:PASSWORD@]HOST:PORT`: listens for a stock `ccextractor --sendto HOST:PORT`. */
export function openSendto(url: URL): Source {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host) === 0 && host !== 'localhost')
    throw new SourceError(
      `sendto: expected sendto://ADDRESS:PORT to listen at, such as sendto://127.0.0.1:2048`,
    )
  const port = url.port === '' ? usualPort : Number(url.port)
  const password = url.password === '' ? null : decodeURIComponent(url.password)
  const source = streamSource(
    `sendto://${url.host}`,
    'rcwt',
    reconnecting((signal, tell) => listen({ host, port, password }, signal, tell)),
  )
  // A CCExtractor that was there before us goes on counting.
  return { ...source, joinsMidway: true }
}

async function* listen(
  address: Address,
  signal: AbortSignal,
  tell: TellTrouble,
): AsyncGenerator<SourcePiece> {
  const queue = new ChunkQueue<SourcePiece>(mostWaiting)
  const desk = new Desk(address.password, queue)
  const server = createServer((socket) => desk.receive(socket))
  const silence = new Silence(tell, () => desk.trouble ?? nobody(address))
  desk.onData = () => silence.broken()
  server.maxConnections = mostGuests
  server.on('error', (error) => queue.fail(error))
  try {
    server.listen(address.port, address.host)
    await once(server, 'listening').catch((error: unknown) => {
      throw new LostSource(
        `${address.host}:${address.port} cannot be listened at: ${whyNotListening(error)}`,
        { cause: error },
      )
    })
    yield* queue.read(signal)
  } finally {
    silence.close()
    server.close()
    desk.close()
  }
}

function nobody({ host, port }: Address): string {
  return `no ccextractor has connected to ${host}:${port}; start one with --sendto`
}

/** Lets one sender at a time in. */
class Desk {
  readonly #password: string | null
  readonly #queue: ChunkQueue<SourcePiece>
  readonly #guests = new Set<Guest>()
  #sender: Guest | undefined
  #hasHeader = false
  #wasRefused = false
  onData: () => void = () => undefined

  constructor(password: string | null, queue: ChunkQueue<SourcePiece>) {
    this.#password = password
    this.#queue = queue
  }

  /** Why nobody is let in; null = nobody came. */
  get trouble(): string | null {
    if (this.#sender !== undefined) return 'the ccextractor that has connected sends no captions'
    return this.#wasRefused ? 'a ccextractor comes without the password (--tcp-password)' : null
  }

  receive(socket: Socket): void {
    const guest = new Guest(socket, (block) => this.#take(guest, block))
    this.#guests.add(guest)
    socket.on('close', () => {
      this.#guests.delete(guest)
      if (this.#sender === guest) this.#sender = undefined
    })
  }

  close(): void {
    for (const guest of this.#guests) guest.close()
  }

  #take(guest: Guest, { command, payload }: Block): void {
    if (command === commands.password && this.#isPassword(payload)) guest.isKnown = true
    else if (command === commands.password || (!guest.isKnown && this.#password !== null)) {
      this.#wasRefused = true
      guest.close(answers.wrongPassword)
    } else if (command === commands.binHeader || command === commands.binData)
      this.#pass(guest, command, payload)
    else if (command === commands.description || command === commands.epg)
      this.#note(guest, command, payload)
  }

  /** Of whoever is let in; a guide may come before the first caption. */
  #note(guest: Guest, command: number, payload: Uint8Array): void {
    if (this.#sender !== undefined && this.#sender !== guest) return
    if (command === commands.description) {
      const text = parseDescription(payload)
      if (text !== '') this.#queue.push({ note: 'about', text })
      return
    }
    const airing = parseEpg(payload)
    if (airing !== undefined && !this.#queue.isFull) this.#queue.push({ note: 'airing', airing })
  }

  #pass(guest: Guest, command: number, payload: Uint8Array): void {
    if (this.#sender !== guest) {
      if (this.#sender !== undefined && this.#sender.silentMs < takenOverMs) {
        guest.close(answers.busy)
        return
      }
      this.#sender?.close()
      this.#sender = guest
    }
    // After a reconnection the clock goes on: a second header would say that another file begins.
    const isRepeated = command === commands.binHeader && this.#hasHeader
    if (command === commands.binHeader) this.#hasHeader = true
    if (!isRepeated) this.#queue.push(payload)
    if (command === commands.binData) this.onData()
    if (this.#queue.isFull) guest.waitFor(this.#queue)
  }

  #isPassword(given: Uint8Array): boolean {
    if (this.#password === null) return true
    return timingSafeEqual(digest(given), digest(Buffer.from(this.#password)))
  }
}

/** A connection. */
class Guest {
  isKnown = false
  readonly #socket: Socket
  readonly #timer: NodeJS.Timeout
  #heardAtMs = performance.now()

  constructor(socket: Socket, onBlock: (block: Block) => void) {
    this.#socket = socket
    const reader = new BlockReader()
    socket.on('error', () => socket.destroy())
    socket.on('data', (chunk) => {
      this.#heardAtMs = performance.now()
      try {
        for (const block of reader.push(chunk)) if (!socket.destroyed) onBlock(block)
      } catch (error) {
        if (!(error instanceof FramingError)) throw error
        this.close(error.answer)
      }
    })
    this.#timer = setInterval(() => {
      if (this.silentMs > silentMs) this.close()
      else socket.write(Uint8Array.of(answers.ping))
    }, pingMs)
    socket.on('close', () => clearInterval(this.#timer))
  }

  get silentMs(): number {
    // What waits in the kernel because we do not read is no silence.
    return this.#socket.isPaused() ? 0 : performance.now() - this.#heardAtMs
  }

  waitFor(queue: ChunkQueue<SourcePiece>): void {
    this.#socket.pause()
    queue.whenRoom(() => this.#socket.resume())
  }

  /** `answer`: why, as CCExtractor knows it. */
  close(answer?: number): void {
    clearInterval(this.#timer)
    if (this.#socket.destroyed) return
    if (answer === undefined) this.#socket.destroy()
    else this.#socket.end(Uint8Array.of(answer), () => this.#socket.destroy())
  }
}

function digest(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest()
}
