import { request as httpRequest, type ClientRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { serverLineSchema, type ServerLine } from '../../src/protocol/events.ts'

/** Where a server is: its address, which may have a path, and who has signed its certificate. */
export interface Address {
  readonly url: string
  readonly ca?: string | undefined
}

/** A request below the prefix of the API. */
export function openRequest(
  { url, ca }: Address,
  path: string,
  method: string,
  headers: Record<string, string | number>,
): ClientRequest {
  const address = new URL(`${url.replace(/\/$/, '')}/api/v1${path}`)
  const options = { method, agent: false as const, headers }
  return address.protocol === 'https:'
    ? httpsRequest(address, { ...options, ca })
    : httpRequest(address, options)
}

/** An open feed: lines go up, and what came down can be waited for. */
export class Feed {
  readonly request: ClientRequest
  readonly lines: ServerLine[] = []
  readonly status: Promise<number>
  readonly closed: Promise<void>
  #news: () => void = () => undefined

  constructor(server: Address, channel: string, headers: Record<string, string>) {
    this.request = openRequest(server, `/channels/${channel}/feed`, 'POST', headers)
    this.request.on('error', () => undefined)
    this.request.flushHeaders()
    const closed = Promise.withResolvers<undefined>()
    this.closed = closed.promise
    this.request.once('close', () => closed.resolve(undefined))
    this.status = new Promise((resolve) =>
      this.request.once('response', (response) => {
        let rest = ''
        response.setEncoding('utf8').on('data', (text: string) => {
          const parts = (rest + text).split('\n')
          rest = parts.pop() ?? ''
          for (const part of parts) this.lines.push(serverLineSchema.parse(JSON.parse(part)))
          this.#news()
        })
        response.once('close', () => {
          closed.resolve(undefined)
          this.#news()
        })
        resolve(response.statusCode ?? 0)
      }),
    )
  }

  send(...events: readonly (object | string)[]): void {
    for (const event of events)
      this.request.write(`${typeof event === 'string' ? event : JSON.stringify(event)}\n`)
  }

  async wait<T extends ServerLine>(wanted: (line: ServerLine) => line is T): Promise<T>
  async wait(wanted: (line: ServerLine) => boolean): Promise<ServerLine>
  async wait(wanted: (line: ServerLine) => boolean): Promise<ServerLine> {
    const end = Date.now() + 10_000
    for (;;) {
      const found = this.lines.find(wanted)
      if (found !== undefined) return found
      if (Date.now() > end) throw new Error(`did not come; came: ${JSON.stringify(this.lines)}`)
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, 200)
        this.#news = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }

  ack(seq: number): Promise<ServerLine> {
    return this.wait((line) => line.type === 'ack' && line.stored >= seq)
  }

  problem(code: string): Promise<ServerLine> {
    return this.wait((line) => line.type === 'problem' && line.code === code)
  }

  async end(): Promise<void> {
    this.request.end()
    await this.closed
  }
}
