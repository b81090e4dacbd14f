import { parseCookie, stringifySetCookie } from 'cookie'
import type { FastifyReply } from 'fastify'
import type { IncomingHttpHeaders } from 'node:http'
import { sessionMaxMs } from '../../ports/accounts.ts'

/**
 * The cookie of a session. With TLS its name begins with `__Host-`: browsers then take it from this very host only,
 * never from a neighbour's page that would have us go on under its own session.
 */
export class SessionCookie {
  readonly #name: string
  readonly #isSecure: boolean

  /** `isSecure`: people reach this server by https. */
  constructor(isSecure: boolean) {
    this.#isSecure = isSecure
    this.#name = isSecure ? '__Host-ccr' : 'ccr-session'
  }

  /** The secret that a request shows; undefined when none. */
  read(headers: IncomingHttpHeaders): string | undefined {
    const { cookie } = headers
    if (cookie === undefined || cookie.length > 8192) return undefined
    const secret = parseCookie(cookie)[this.#name]
    return secret !== undefined && /^[\w-]{20,100}$/.test(secret) ? secret : undefined
  }

  write(reply: FastifyReply, secret: string): void {
    this.#set(reply, secret, sessionMaxMs / 1000)
  }

  clear(reply: FastifyReply): void {
    this.#set(reply, '', 0)
  }

  #set(reply: FastifyReply, value: string, maxAge: number): void {
    const cookie = { name: this.#name, value, maxAge, path: '/', httpOnly: true } as const
    reply.header(
      'set-cookie',
      stringifySetCookie({ ...cookie, sameSite: 'lax', secure: this.#isSecure }),
    )
  }
}
