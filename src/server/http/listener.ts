import { readFileSync } from 'node:fs'
import { createServer as createHttp, type RequestListener, type Server } from 'node:http'
import { createServer as createHttps } from 'node:https'

export interface TlsFiles {
  readonly certFile: string
  readonly keyFile: string
}

/** A head that does not come in this time is an attack; bodies may take for ever. */
const headersTimeoutMs = 60_000

/** HTTP, or HTTPS with these files. */
export function createListener(tls: TlsFiles | null, handler: RequestListener): Server {
  const server =
    tls === null
      ? createHttp(handler)
      : createHttps({ cert: readFileSync(tls.certFile), key: readFileSync(tls.keyFile) }, handler)
  server.requestTimeout = 0
  server.headersTimeout = headersTimeoutMs
  server.timeout = 0
  return server
}
