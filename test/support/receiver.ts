import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { until } from './processes.ts'

export interface ReceivedRequest {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
  readonly bytes: Buffer
}

export interface Receiver extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly requests: readonly ReceivedRequest[]
  /** What is answered to the n-th request (from 1): a status, headers, or never anything. */
  answer: (
    n: number,
    request: ReceivedRequest,
  ) => number | { readonly status: number; readonly headers: Record<string, string> } | 'hang'
  /** Resolves with the n-th request, from 1. */
  request(n: number): Promise<ReceivedRequest>
}

/** A real web server that takes what is posted to it, at an address of this machine. */
export async function startReceiver(address = '127.0.0.1'): Promise<Receiver> {
  const requests: ReceivedRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const bytes = Buffer.concat(chunks)
      const { headers, url: path = '' } = request
      const received = { path, headers, bytes, body: bytes.toString('utf8') }
      requests.push(received)
      const answer = receiver.answer(requests.length, received)
      if (answer === 'hang') return
      if (typeof answer === 'number') response.writeHead(answer)
      else response.writeHead(answer.status, answer.headers)
      response.end('what it says is ignored')
    })
  })
  server.listen(0, address)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const receiver: Receiver = {
    port,
    url: `http://${address}:${port}/hook`,
    requests,
    answer: () => 204,
    async request(n) {
      await until(`request ${n}`, () => requests.length >= n)
      const found = requests[n - 1]
      if (found === undefined) throw new Error(`there is no request ${n}`)
      return found
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return receiver
}
