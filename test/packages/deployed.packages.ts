import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import path from 'node:path'
import { after, before, describe, it } from 'node:test'
import { WebSocket } from 'ws'
import { Feed } from '../support/feed.ts'
import { hasNginx, hasOpenssl, startShippedNginx, type Nginx } from '../support/nginx.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  type Folder,
  type Server,
} from '../support/processes.ts'

/** What is set up around a server, held against one that runs. */
describe('around a running server', () => {
  let folder: Folder
  let server: Server
  let token: string

  before(async () => {
    folder = await temporaryFolder()
    const data = path.join(folder.path, 'data')
    token = await addChannel(data, 'news')
    server = await startServer(data, { env: { CCR_TRUST_PROXY: '1' } })
  })

  after(async () => {
    await server[Symbol.asyncDispose]()
    await folder[Symbol.asyncDispose]()
  })

  it('alerts and dashboard ask for figures that /metrics has', async () => {
    const told = new Set((await (await fetch(`${server.url}/metrics`)).text()).match(/^ccr_\w+/gm))
    // Those of several nodes are told by nodes that have engines to share, which this server has not.
    const shared = readFileSync('src/server/open-shared.ts', 'utf8').match(
      /\b[a-z_]+(?=: \{\s*help:)/g,
    )
    for (const name of shared ?? []) told.add(`ccr_${name}`)
    for (const part of ['monitoring', 'monitoring-cluster'])
      for (const file of ['dashboard.json', 'rules.yaml']) {
        const text = readFileSync(`deploy/kubernetes/components/${part}/${file}`, 'utf8')
        const asked = new Set(text.match(/\bccr_\w+/g))
        assert.ok(asked.size >= 5, file)
        for (const name of asked) assert.ok(told.has(name), `${part}/${file}: ${name}`)
      }
  })

  const skip = hasNginx && hasOpenssl ? false : 'nginx or openssl is not installed'
  describe('deploy/nginx, with TLS', { skip }, () => {
    let nginx: Nginx
    let ca: string

    before(async () => {
      nginx = await startShippedNginx(new URL(server.url).host)
      ca = readFileSync(nginx.certificate, 'utf8')
    })

    after(() => nginx[Symbol.asyncDispose]())

    it('passes a feed as it comes: the welcome is there while the request is open', async () => {
      const feed = new Feed({ url: nginx.url, ca }, 'news', {
        ...{ authorization: `Bearer ${token}`, 'ccr-producer': crypto.randomUUID() },
        'content-type': 'application/x-ndjson',
      })
      await feed.wait((line) => line.type === 'welcome')
      feed.request.destroy()
      await feed.closed
    })

    it('passes WebSockets', async () => {
      const address = `${nginx.url.replace('https', 'wss')}/api/v1/live`
      const socket = new WebSocket(address, 'ccr.live.v1', { ca })
      const answer = await new Promise<string>((resolve, reject) => {
        socket.once('open', () => socket.send('{"type":"subscribe","channel":"news"}'))
        socket.once('message', (message: Buffer) => resolve(message.toString()))
        socket.once('error', reject)
      })
      assert.match(answer, /news/)
      socket.terminate()
    })

    it('passes event streams, of which the first piece comes at once', async () => {
      const first = await new Promise<string>((resolve, reject) => {
        const address = `${nginx.url}/api/v1/channels/news/live`
        const events = request(address, { ca, agent: false }, (response) => {
          response.once('data', (part: Buffer) => {
            resolve(`${response.headers['content-type'] ?? ''}\n${part.toString()}`)
            events.destroy()
          })
        })
        events.once('error', reject).end()
      })
      assert.match(first, /^text\/event-stream.*\nretry: 2000/)
    })
  })
})
