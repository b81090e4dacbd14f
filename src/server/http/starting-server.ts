import { once } from 'node:events'
import type { RequestListener, Server } from 'node:http'
import { CcrError } from '../../protocol/codes.ts'
import { formatProblem, problemType } from './error-response.ts'
import { createListener, type TlsFiles } from './listener.ts'

export interface StartingServerOptions {
  readonly host: string
  readonly port: number
  readonly tls: TlsFiles | null
}

/**
 * Answers in the place of a server that is still starting: `/healthz` that it lives, `/readyz` what it waits for, and all
 * else to come back. It leaves its address when it is disposed of.
 */
export class StartingServer implements AsyncDisposable {
  /** What `/readyz` says. */
  problems: () => readonly string[] = () => ['the node is starting']
  readonly #server: Server

  private constructor(tls: TlsFiles | null) {
    this.#server = createListener(tls, this.#answer)
  }

  /** Rejects when the address cannot be listened on. */
  static async open({ host, port, tls }: StartingServerOptions): Promise<StartingServer> {
    const starting = new StartingServer(tls)
    const server = starting.#server.listen({ host, port })
    await once(server, 'listening')
    return starting
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return
    const closed = once(this.#server, 'close')
    this.#server.close()
    this.#server.closeAllConnections()
    await closed
  }

  readonly #answer: RequestListener = ({ url }, response) => {
    const [path] = (url ?? '').split('?')
    // Whoever asks again is to find the server itself.
    const head = { connection: 'close', 'cache-control': 'no-store' }
    const json = { ...head, 'content-type': 'application/json; charset=utf-8' }
    if (path === '/healthz') response.writeHead(200, json).end(JSON.stringify({ ok: true }))
    else if (path === '/readyz')
      response.writeHead(503, json).end(JSON.stringify({ ready: false, problems: this.problems() }))
    else {
      const problem = formatProblem(
        new CcrError('storage-unavailable', 'This node is starting, and waits for its storage.'),
      )
      response
        .writeHead(problem.status, {
          ...{ ...head, 'content-type': problemType, 'x-content-type-options': 'nosniff' },
          // As of all public answers: a page elsewhere may read that it has to come back.
          'access-control-allow-origin': '*',
        })
        .end(JSON.stringify(problem))
    }
  }
}
