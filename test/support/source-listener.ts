import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SourceNote } from '../../src/client/sources/source.ts'
import { openSource } from '../../src/client/sources/open-source.ts'

/** What a source delivers, and what it says is wrong, until it is closed. */
export class Listener implements AsyncDisposable {
  readonly troubles: (string | null)[] = []
  readonly notes: SourceNote[] = []
  readonly #chunks: Uint8Array[] = []
  readonly #stop = new AbortController()
  readonly #ended: Promise<void>

  /** What went wrong for good. */
  failure: Error | undefined

  constructor(source: Awaited<ReturnType<typeof openSource>>) {
    this.#ended = this.#read(source).catch((error: unknown) => {
      if (!this.#stop.signal.aborted) this.failure = error as Error
    })
  }

  static async to(input: string): Promise<Listener> {
    return new Listener(await openSource(input, undefined))
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  get text(): string {
    return this.bytes.toString()
  }

  /** Resolves when the source ends by itself. */
  get ended(): Promise<void> {
    return this.#ended
  }

  async #read(source: Awaited<ReturnType<typeof openSource>>): Promise<void> {
    const tell = (trouble: string | null): void => void this.troubles.push(trouble)
    for await (const chunk of source.open(this.#stop.signal, tell)) {
      if (chunk instanceof Uint8Array) this.#chunks.push(chunk)
      else this.notes.push(chunk)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#ended
  }
}

export async function serve(
  listener: RequestListener,
): Promise<Server & AsyncDisposable & { at: string }> {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return Object.assign(server, {
    at: `127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
