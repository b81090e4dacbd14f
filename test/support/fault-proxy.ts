import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/** What happens to one connection. `afterBytes` are those of the client's upload, `afterDown` those of the answer. */
export type Fault =
  | { readonly kind: 'none' }
  /** Both sides are cut off in mid-stream. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  | { readonly kind: 'cut'; readonly afterDown: number }
  /** The client goes on sending and nothing comes back, ever: half open. */
  | { readonly kind: 'half-open'; readonly afterBytes: number }
  | { readonly kind: 'half-open'; readonly afterDown: number }
  /** Every chunk of both directions waits. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** A proxy that is overloaded. */
  | { readonly kind: 'unavailable'; readonly retryAfterSeconds: number }
  /** The upload is passed on without its last bytes. */
  | { readonly kind: 'truncate'; readonly afterBytes: number }
  /** The server's answers are swallowed: acknowledgements that never arrive. */
  | { readonly kind: 'lost-acks'; readonly afterBytes: number; readonly ms: number }

/** A TCP proxy that does to each connection what `next` says, and counts what it did. */
export class FaultProxy implements AsyncDisposable {
  readonly fired = new Map<string, number>()
  readonly #server: Server
  readonly #sockets = new Set<Socket>()

  private constructor(server: Server) {
    this.#server = server
  }

  static async start(target: () => URL, next: () => Fault): Promise<FaultProxy> {
    const server = createServer()
    const proxy = new FaultProxy(server)
    server.on('connection', (client) => proxy.#accept(client, target(), next()))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return proxy
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(client: Socket, target: URL, fault: Fault): void {
    if (fault.kind === 'unavailable') {
      this.#fire(fault)
      this.#sockets.add(client)
      client.once('close', () => this.#sockets.delete(client))
      client.on('error', () => undefined)
      // What it sends is read and forgotten: an unread socket never ends.
      client.resume()
      client.end(
        `HTTP/1.1 503 Service Unavailable\r\nRetry-After: ${fault.retryAfterSeconds}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
      )
      return
    }
    const server = connect(Number(target.port), target.hostname)
    for (const socket of [client, server]) {
      this.#sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => this.#sockets.delete(socket))
    }
    const wait = fault.kind === 'delay' ? fault.ms : 0
    if (fault.kind === 'delay') this.#fire(fault)
    const later = (run: () => void): void => {
      if (wait === 0) run()
      else setTimeout(run, wait)
    }
    let sent = 0
    let isMute = false
    client.on('data', (chunk: Buffer) => {
      sent += chunk.length
      const isDue = 'afterBytes' in fault && sent >= fault.afterBytes
      if (isDue && !isMute) {
        isMute = true
        this.#fire(fault)
        if (fault.kind === 'truncate') {
          server.end(chunk.subarray(0, Math.floor(chunk.length / 2)))
          return
        }
        if (fault.kind === 'cut') {
          client.destroy()
          server.destroy()
        } else if (fault.kind === 'lost-acks') {
          setTimeout(() => {
            client.destroy()
            server.destroy()
          }, fault.ms)
        }
      }
      const passes = !isMute || fault.kind === 'lost-acks'
      if (passes) later(() => server.writable && server.write(chunk))
    })
    let received = 0
    server.on('data', (chunk: Buffer) => {
      received += chunk.length
      if ('afterDown' in fault && received >= fault.afterDown && !isMute) {
        isMute = true
        this.#fire(fault)
        if (fault.kind === 'half-open') return
        client.destroy()
        server.destroy()
      }
      if (!isMute) later(() => client.writable && client.write(chunk))
    })
    client.once('end', () => {
      if (!isMute) later(() => server.end())
    })
    server.once('end', () => {
      if (!isMute) later(() => client.end())
    })
    client.once('close', () => server.destroy())
    server.once('close', () => {
      if (!isMute || fault.kind === 'cut' || fault.kind === 'truncate')
        later(() => client.destroy())
    })
  }

  #fire({ kind }: Fault): void {
    this.fired.set(kind, (this.fired.get(kind) ?? 0) + 1)
  }
}
