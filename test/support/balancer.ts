import { once } from 'node:events'
import {
  connect,
  createServer,
  type AddressInfo,
  type Server as TcpServer,
  type Socket,
} from 'node:net'

/** What stands before nodes: each connection goes to one of those that are there now. */
export class Balancer implements AsyncDisposable {
  readonly #server: TcpServer
  readonly #sockets = new Set<Socket>()

  private constructor(server: TcpServer) {
    this.#server = server
  }

  /** `pick`: the address of a node; undefined while there is none. */
  static async start(pick: () => string | undefined): Promise<Balancer> {
    const server = createServer()
    const balancer = new Balancer(server)
    server.on('connection', (client) => balancer.#accept(client, pick()))
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return balancer
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
    await once(this.#server, 'close')
  }

  #accept(client: Socket, url: string | undefined): void {
    this.#keep(client)
    if (url === undefined) {
      client.destroy()
      return
    }
    const node = connect(Number(new URL(url).port), '127.0.0.1')
    this.#keep(node)
    client.pipe(node)
    node.pipe(client)
    client.once('close', () => node.destroy())
    node.once('close', () => client.destroy())
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket)
    socket.on('error', () => socket.destroy())
    socket.once('close', () => this.#sockets.delete(socket))
  }
}
