import { readFileSync } from 'node:fs'
import { after, before, describe } from 'node:test'
import type { Subject } from '../conformance/feed/peer.ts'
import { feedConformance } from '../conformance/feed/suite.ts'
import { FaultProxy, type Fault } from '../support/fault-proxy.ts'
import { hasNginx, hasOpenssl, makeCertificate, startNginx } from '../support/nginx.ts'
import {
  addChannel,
  startServer,
  temporaryFolder,
  type Folder,
  type Server,
} from '../support/processes.ts'

/** The feed protocol against our own server, in every set-up that it is used in. */

let folder: Folder
let server: Server
let adminToken: string
const opened = new AsyncDisposableStack()

before(async () => {
  folder = await temporaryFolder()
  adminToken = await addChannel(folder.path, 'administration', 'admin')
  server = await startServer(folder.path)
})
after(async () => {
  await opened.disposeAsync()
  await server[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

/** Slow rules wait beside each other, and those of one set-up are enough. */
feedConformance('ccr serve', {
  way: 'stream',
  slow: true,
  drains: true,
  subject: () => ({
    url: server.url,
    adminToken,
    drain: async () => {
      const port = Number(new URL(server.url).port)
      server.child.kill('SIGTERM')
      await server.ended
      server = await startServer(folder.path, { port })
    },
  }),
})

describe('with TLS', { skip: hasOpenssl ? false : 'openssl is not installed' }, () => {
  let subject: Subject
  before(async () => {
    const own = opened.use(await temporaryFolder())
    const { key, certificate } = makeCertificate(own.path)
    const token = await addChannel(`${own.path}/data`, 'administration', 'admin')
    const env = { CCR_TLS_CERT: certificate, CCR_TLS_KEY: key }
    const secure = opened.use(await startServer(`${own.path}/data`, { env }))
    subject = { url: secure.url, adminToken: token, ca: readFileSync(certificate, 'utf8') }
  })
  feedConformance('ccr serve with TLS', { way: 'stream', subject: () => subject })
})

describe('behind nginx', { skip: hasNginx ? false : 'nginx is not installed' }, () => {
  const unlimited = 'client_max_body_size 0;'
  const streaming = `${unlimited} proxy_http_version 1.1; proxy_request_buffering off; proxy_read_timeout 1h;`
  for (const [name, directives, way] of [
    ['passing requests on', streaming, 'stream'],
    ['holding requests back', unlimited, 'bodies'],
  ] as const) {
    let subject: Subject
    before(async () => {
      const nginx = opened.use(await startNginx(server.url, directives))
      const ca = readFileSync(nginx.certificate, 'utf8')
      subject = { url: nginx.url, adminToken, ca }
    })
    feedConformance(`behind nginx ${name}`, { way, subject: () => subject })
  }
})

describe('behind proxies that do harm', () => {
  const harm: readonly (readonly [string, 'any' | 'stream', (n: number) => Fault])[] = [
    ['delay', 'stream', () => ({ kind: 'delay', ms: 15 })],
    ['cut requests', 'any', (n) => ({ kind: 'cut', afterBytes: 400 + ((n * 1777) % 5000) })],
    ['cut answers', 'any', (n) => ({ kind: 'cut', afterDown: 1 + ((n * 97) % 1200) })],
    ['truncate', 'any', (n) => ({ kind: 'truncate', afterBytes: 500 + ((n * 1231) % 6000) })],
    ['swallow answers', 'any', () => ({ kind: 'lost-acks', afterBytes: 1500, ms: 100 })],
    ['are overloaded', 'any', () => ({ kind: 'unavailable', retryAfterSeconds: 1 })],
  ]
  for (const [name, way, fault] of harm) {
    let proxy: FaultProxy
    let connections = 0
    before(async () => {
      // Every third connection is left alone where connections break, as the rest of the world would.
      const next = (): Fault =>
        way === 'any' && ++connections % 3 === 0 ? { kind: 'none' } : fault(connections)
      proxy = opened.use(await FaultProxy.start(() => new URL(server.url), next))
    })
    after(() => {
      if (proxy.fired.size === 0) throw new Error(`the proxy that should ${name} never did`)
    })
    feedConformance(`behind proxies that ${name}`, {
      way,
      subject: () => ({ url: proxy.url, adminToken, readFrom: { url: server.url } }),
    })
  }
})
