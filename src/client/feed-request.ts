import { request as httpRequest, type ClientRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

/** A request to feed a channel whose body is still to come; `received` is as its producer numbers. */
export function openFeedRequest(feed: {
  readonly server: string
  readonly channel: string
  readonly token: string
  readonly producer: string
  readonly received: number
}): ClientRequest {
  const base = feed.server.endsWith('/') ? feed.server : `${feed.server}/`
  const url = new URL(`api/v1/channels/${feed.channel}/feed`, base)
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return send(url, {
    method: 'POST',
    agent: false,
    headers: {
      authorization: `Bearer ${feed.token}`,
      'ccr-producer': feed.producer,
      'ccr-received': String(feed.received),
      'content-type': 'application/x-ndjson',
    },
  })
}
