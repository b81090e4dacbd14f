import { randomUUID } from 'node:crypto'
import { request, type ClientRequest } from 'node:http'

/** The open request of one channel's feed. */
export interface FeedRequest {
  readonly request: ClientRequest
  /** The server has said its first line. */
  readonly ready: Promise<void>
}

/** A request of its own, as every tuner has one; `onStored` is told how far the server has stored it. */
export function openFeed(
  url: string,
  token: string,
  channel: string,
  onStored: (seq: number) => void = () => undefined,
): FeedRequest {
  const open = request(new URL(`/api/v1/channels/${channel}/feed`, url), {
    method: 'POST',
    agent: false,
    headers: { authorization: `Bearer ${token}`, 'ccr-producer': randomUUID() },
  })
  open.flushHeaders()
  const ready = new Promise<void>((resolve, reject) => {
    open.on('error', reject)
    open.once('response', (response) => {
      if (response.statusCode !== 200)
        reject(new Error(`${channel}: status ${response.statusCode}`))
      response.setEncoding('utf8').on('data', (text: string) => {
        for (const [, stored] of text.matchAll(/"stored":(\d+)/g)) onStored(Number(stored))
        resolve()
      })
    })
  })
  return { request: open, ready }
}
