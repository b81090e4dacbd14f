import { request as httpRequest, type ClientRequest } from 'node:http'
import { serverLineSchema, type ServerLine } from '../../src/protocol/events.ts'

/** An open feed: lines go up, and what came down can be waited for. */
export class Feed {
  readonly request: ClientRequest
  readonly lines: ServerLine[] = []
  readonly status: Promise<number>
  readonly closed: Promise<void>
  #news: () => void = () => undefined

  constructor(server: { readonly url: string }, channel: string, headers: Record<string, string>) {
    this.request = httpRequest(new URL(`/api/v1/channels/${channel}/feed`, server.url), {
      method: 'POST',
      agent: false,
      headers,
    })
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
