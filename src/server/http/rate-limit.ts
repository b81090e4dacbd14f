import type { FastifyReply, FastifyRequest } from 'fastify'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { CcrError } from '../../protocol/codes.ts'

const windowSeconds = 60

/** Requests a minute for readers who show no token, by address; `RateLimit` headers as in draft-ietf-httpapi-ratelimit-headers-10. */
export class RateLimit {
  readonly #perMinute: number
  readonly #limiter: RateLimiterMemory

  constructor(perMinute: number) {
    this.#perMinute = perMinute
    this.#limiter = new RateLimiterMemory({ points: perMinute, duration: windowSeconds })
  }

  /** `too-many-requests` (CcrError) once the address has used its share. */
  async take(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    reply.header('ratelimit-policy', `"address";q=${this.#perMinute};w=${windowSeconds}`)
    try {
      this.#tell(reply, await this.#limiter.consume(request.ip))
    } catch (result) {
      if (!(result instanceof RateLimiterRes)) throw result
      this.#tell(reply, result)
      reply.header('retry-after', seconds(result))
      throw new CcrError(
        'too-many-requests',
        `More than ${this.#perMinute} requests a minute; a token lifts this limit.`,
      )
    }
  }

  /** The same for what can be left out: false once the address has used its share. */
  async allows(request: FastifyRequest): Promise<boolean> {
    try {
      await this.#limiter.consume(request.ip)
      return true
    } catch (result) {
      if (!(result instanceof RateLimiterRes)) throw result
      return false
    }
  }

  #tell(reply: FastifyReply, result: RateLimiterRes): void {
    reply.header('ratelimit', `"address";r=${result.remainingPoints};t=${seconds(result)}`)
  }
}

function seconds(result: RateLimiterRes): number {
  return Math.max(1, Math.ceil(result.msBeforeNext / 1000))
}
