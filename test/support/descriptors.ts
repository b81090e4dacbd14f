import { readdirSync } from 'node:fs'
import { Agent, get } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Server } from './processes.ts'

/** The number that the server's next file or connection would get. */
export function nextDescriptor(server: Server): number {
  const open = new Set(readdirSync(`/proc/${server.child.pid}/fd`).map(Number))
  let next = 0
  while (open.has(next)) next++
  return next
}

/** One connection for all requests, so that it is there when no other can be made. */
export class KeptConnection implements Disposable {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  readonly #url: string

  constructor(url: string) {
    this.#url = url
  }

  get(path: string): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      get(new URL(path, this.#url), { agent: this.#agent }, (response) => {
        let text = ''
        response
          .setEncoding('utf8')
          .on('data', (more: string) => (text += more))
          .once('end', () => resolve({ status: response.statusCode ?? 0, text }))
      }).once('error', reject)
    })
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}

/** Opens connections until one is turned away, and holds the others. */
export async function exhaust(url: string): Promise<Disposable & { refusal: string | undefined }> {
  const held: Socket[] = []
  let refusal: string | undefined
  for (let n = 0; n < 300 && refusal === undefined; n++) {
    const socket = connect(Number(new URL(url).port), '127.0.0.1')
    held.push(socket.resume())
    refusal = await new Promise<string | undefined>((resolve) => {
      socket.once('connect', () => setTimeout(() => resolve(undefined), 30))
      socket.once('error', (error) => resolve(error.message))
      socket.once('close', () => resolve('closed'))
    })
  }
  return {
    refusal,
    [Symbol.dispose]() {
      for (const socket of held) socket.destroy()
    },
  }
}
