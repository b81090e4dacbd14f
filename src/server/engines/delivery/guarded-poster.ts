import { lookup as systemLookup, type LookupAddress } from 'node:dns'
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import type { Answer, Poster, Posting } from '../../ports/sender.ts'
import { oneLine } from './one-line.ts'

type Resolve = (
  host: string,
  done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void

export interface GuardedPosterOptions {
  /** Lets private addresses and any port be used: for laboratories. */
  readonly allowPrivate: boolean
  readonly userAgent: string
  /** Test seam: the system's resolver. */
  readonly resolve?: Resolve | undefined
  readonly timeoutMs?: number | undefined
}

/** Standard Webhooks asks for 15 to 30 s. */
const defaultTimeoutMs = 20_000
/** Of the web, and what programs of one's own usually listen on; not mail servers, databases or printers. */
const allowedPorts = new Set([80, 443, 8000, 8008, 8080, 8443, 8888, 9000, 9443])
/** A head larger than this is not read. */
const maxHeadBytes = 16 * 1024
const longestRetryAfterS = 7 * 24 * 3600

class ForbiddenError extends Error {
  override name = 'ForbiddenError'
}

/** POSTs to public addresses only; see the port. */
export class GuardedPoster implements Poster {
  readonly #options: GuardedPosterOptions
  readonly #resolve: Resolve

  constructor(options: GuardedPosterOptions) {
    this.#options = options
    this.#resolve =
      options.resolve ??
      ((host, done) => systemLookup(host, { all: true, order: 'verbatim' }, done))
  }

  refusal(url: string): string | null {
    try {
      this.#check(url)
      return null
    } catch (error) {
      if (error instanceof ForbiddenError) return error.message
      throw error
    }
  }

  async post(posting: Posting, signal: AbortSignal): Promise<Answer> {
    try {
      const url = this.#check(posting.url)
      return await this.#send(url, posting, signal)
    } catch (error) {
      if (error instanceof ForbiddenError) return { kind: 'forbidden', reason: error.message }
      const reason = error instanceof Error ? error.message || error.name : String(error)
      return { kind: 'failure', reason: oneLine(reason) }
    }
  }

  #check(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : null
    if (url === null || !/^https?:$/.test(url.protocol))
      throw new ForbiddenError('it is no address of the web')
    if (url.username !== '' || url.password !== '')
      throw new ForbiddenError('a password stands in the address')
    const port = url.port === '' ? (url.protocol === 'https:' ? 443 : 80) : Number(url.port)
    if (!this.#options.allowPrivate && !allowedPorts.has(port))
      throw new ForbiddenError(`port ${port} is not used for this`)
    // An address is not looked up, so it is looked at here.
    const host = url.hostname.replace(/^\[|\]$/g, '')
    if (isIP(host) !== 0) this.#checkAddress(host)
    return url
  }

  #checkAddress(address: string): void {
    if (this.#options.allowPrivate || isPublic(address)) return
    throw new ForbiddenError('its address is not a public one')
  }

  #send(url: URL, { headers, body }: Posting, signal: AbortSignal): Promise<Answer> {
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    const { timeoutMs = defaultTimeoutMs, userAgent } = this.#options
    return new Promise((resolve, reject) => {
      const request: ClientRequest = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
        method: 'POST',
        headers: { ...headers, 'user-agent': userAgent, 'content-length': bytes.byteLength },
        // A connection of its own: one that is kept could be another name's.
        agent: false,
        maxHeaderSize: maxHeadBytes,
        signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
        lookup: (host, { all }, done) =>
          this.#lookup(host, (error, addresses) => {
            const [first] = addresses
            if (all === true || first === undefined) done(error, addresses)
            else done(error, first.address, first.family)
          }),
      })
      request.on('error', (error) =>
        reject(
          error.name === 'AbortError' || error.name === 'TimeoutError'
            ? new Error(`no answer within ${timeoutMs / 1000} s`)
            : error,
        ),
      )
      request.on('response', (response: IncomingMessage) => {
        resolve({
          kind: 'answer',
          status: response.statusCode ?? 0,
          retryAfterMs: retryAfter(response.headers['retry-after']),
        })
        // What it says beyond the head is nobody's business here.
        response.on('error', () => undefined)
        response.destroy()
      })
      request.end(bytes)
    })
  }

  /** The addresses that are connected to are those that were looked at: the name is not asked for again. */
  #lookup(
    host: string,
    done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ): void {
    this.#resolve(host, (error, addresses) => {
      if (error !== null) {
        done(error, [])
        return
      }
      try {
        // One private address among public ones is a trap, too.
        for (const { address } of addresses) this.#checkAddress(address)
        done(null, addresses)
      } catch (forbidden) {
        done(forbidden as ForbiddenError, [])
      }
    })
  }
}

/** Nobody's own: not private, loopback, link-local, shared (CGNAT), local to a site, nor any of these in IPv6's clothes. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false
  return ipaddr.process(address).range() === 'unicast'
}

function retryAfter(value: string | undefined): number | null {
  if (value === undefined || !/^[0-9]{1,9}$/.test(value)) return null
  return Math.min(Number(value), longestRetryAfterS) * 1000
}
