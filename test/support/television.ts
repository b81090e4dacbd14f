import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Frame } from '../../src/simulator/line21.ts'
import { TransportStreamWriter } from '../../src/simulator/transport-stream.ts'
import { makeEvening } from '../captions/support/television.ts'

const tickMs = 50
const frameMs = 33.367

/** A tuner that serves live transport streams with captions, whatever is asked for, each from its beginning at the pace of television. */
export class Television implements AsyncDisposable {
  readonly #server: Server
  readonly #watching = new Map<ServerResponse, string>()
  /** Addresses that were asked for, in order. */
  readonly asked: string[] = []

  private constructor(server: Server) {
    this.#server = server
    const { frames } = makeEvening(7, 2, ['roll-up'])
    server.on('request', (request, response) => {
      this.asked.push(request.url ?? '')
      this.#watching.set(response, request.url ?? '')
      const timer = play(frames, response)
      response.on('error', () => undefined)
      response.on('close', () => {
        clearInterval(timer)
        this.#watching.delete(response)
      })
    })
  }

  static async open(): Promise<Television> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Television(server)
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo
    return `http://127.0.0.1:${port}`
  }

  /** What is being watched now. */
  get watched(): string[] {
    return [...this.#watching.values()].sort()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }
}

function play(frames: readonly Frame[], response: ServerResponse): NodeJS.Timeout {
  const writer = new TransportStreamWriter({ codec: 'mpeg-2' })
  const beganMs = performance.now()
  let shown = 0
  response.flushHeaders()
  return setInterval(() => {
    const due = Math.floor((performance.now() - beganMs) / frameMs)
    const pieces: Uint8Array[] = []
    for (; shown < due; shown++) {
      const frame = frames[shown % frames.length]
      if (frame !== undefined) pieces.push(writer.push(frame))
    }
    response.write(Buffer.concat(pieces))
  }, tickMs)
}
