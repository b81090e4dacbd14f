import { once } from 'node:events'
import { rm } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { formatStatusAddress, isOwnHost, type StatusAddress } from './address.ts'
import type { Status } from './facts.ts'
import { StatusMetrics } from './metrics.ts'

/** A scrape, a table, a person at a browser: no more than that is served at a time. */
const mostConnections = 32
const patienceMs = 5000
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'",
  'x-content-type-options': 'nosniff',
}

/** Tells the status of a service to this machine: /status.json, /metrics and /healthz, for reading only. */
export class StatusServer implements AsyncDisposable {
  readonly #server: Server
  readonly #address: StatusAddress
  readonly #metrics = new StatusMetrics()
  readonly #read: () => Status

  private constructor(address: StatusAddress, read: () => Status) {
    this.#address = address
    this.#read = read
    this.#server = createServer(
      { headersTimeout: patienceMs, requestTimeout: patienceMs, keepAliveTimeout: patienceMs },
      (request, response) => void this.#answer(request, response),
    )
    this.#server.maxConnections = mostConnections
  }

  /** Throws the system's error when it cannot listen there. */
  static async open(address: StatusAddress, read: () => Status): Promise<StatusServer> {
    const status = new StatusServer(address, read)
    if ('path' in address) await removeDead(address.path)
    const target = 'path' in address ? { path: address.path } : { ...address }
    status.#server.listen(target)
    await once(status.#server, 'listening')
    // What goes wrong later concerns one connection.
    status.#server.on('error', () => undefined)
    return status
  }

  /** Where it listens, as it is asked for. */
  get at(): string {
    const bound = this.#server.address()
    if (bound === null || typeof bound === 'string' || 'path' in this.#address)
      return formatStatusAddress(this.#address)
    return formatStatusAddress({ ...this.#address, port: (bound satisfies AddressInfo).port })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
    await once(this.#server, 'close')
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    request.resume()
    const send = (code: number, type: string, text: string): void => {
      response.writeHead(code, { ...headers, 'content-type': type })
      response.end(request.method === 'HEAD' ? undefined : text)
    }
    const say = (code: number, value: object): void =>
      send(code, 'application/json', `${JSON.stringify(value)}\n`)
    if (!isOwnHost(request.headers.host, this.#address)) {
      say(421, { title: 'This machine is not known here by that name; ask by its address.' })
      return
    }
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      response.setHeader('allow', 'GET, HEAD')
      say(405, { title: 'This is for reading only.' })
      return
    }
    switch (request.url?.split('?')[0]) {
      case '/status.json':
        say(200, this.#read())
        break
      case '/metrics':
        send(200, this.#metrics.contentType, await this.#metrics.text(this.#read()))
        break
      case '/healthz':
        say(200, { ok: true })
        break
      default:
        say(404, { title: 'There is /status.json, /metrics and /healthz.' })
    }
  }
}

/** A socket that nobody listens at any more is in the way of the next. */
async function removeDead(path: string): Promise<void> {
  const socket = connect(path)
  const isDead = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(false))
    socket.once('error', (error) => resolve('code' in error && error.code === 'ECONNREFUSED'))
  })
  socket.destroy()
  if (isDead) await rm(path, { force: true })
}
