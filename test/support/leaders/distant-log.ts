import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import type { Position } from '../../../src/protocol/position.ts'
import type { Announcement } from '../../../src/server/ports/broker.ts'
import type { Log, LogPage } from '../../../src/server/ports/log.ts'

/** One log for several processes: that of a test, asked over HTTP, and what is announced of it. */

export interface ServedLog extends AsyncDisposable {
  readonly url: string
  announce(announcement: Announcement): void
}

export async function serveLog(log: Pick<Log, 'read' | 'tip'>): Promise<ServedLog> {
  const listeners = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://log.example')
    const ask = (name: string): string => url.searchParams.get(name) ?? ''
    const channel = ask('channel')
    if (url.pathname === '/news') {
      response.writeHead(200).flushHeaders()
      listeners.add(response)
      response.on('close', () => listeners.delete(response))
      return
    }
    const since = { epoch: ask('epoch'), seq: Number(ask('seq')) }
    const answer =
      url.pathname === '/tip' ? log.tip(channel) : log.read(channel, since, Number(ask('limit')))
    void answer.then((value) => response.end(JSON.stringify(value)))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    announce: (announcement) => {
      for (const one of listeners) one.write(`${JSON.stringify(announcement)}\n`)
    },
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** The other end, in another process. */
export function distantLog(base: string): Pick<Log, 'read' | 'tip'> {
  const ask = async (path: string, query: Readonly<Record<string, string>>): Promise<unknown> => {
    const answer = await fetch(`${base}/${path}?${new URLSearchParams(query).toString()}`)
    return await answer.json()
  }
  return {
    tip: async (channel) => (await ask('tip', { channel })) as Position,
    read: async (channel, { epoch, seq }, limit) =>
      (await ask('read', {
        ...{ channel, epoch, seq: String(seq), limit: String(limit) },
      })) as LogPage,
  }
}

/** Calls the listener until the other end is gone. */
export async function hearNews(
  base: string,
  listener: (announcement: Announcement) => void,
): Promise<void> {
  const { body } = await fetch(`${base}/news`)
  if (body === null) return
  for await (const line of createInterface({ input: Readable.fromWeb(body as never) }))
    listener(JSON.parse(line) as Announcement)
}
