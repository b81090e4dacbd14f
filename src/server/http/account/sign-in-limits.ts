import type { FastifyReply } from 'fastify'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { CcrError } from '../../../protocol/codes.ts'

const windowSeconds = 15 * 60
/** Letters asked for from one address; a household or an office shares one. */
const asksPerAddress = 20
/** Letters to one mail address: more would fill a stranger's inbox. */
const lettersPerMail = 4
/** Secrets and passkeys tried from one address. 256 bits are not guessed; this keeps the log and the disk quiet. */
const triesPerAddress = 40

/** How often anybody may try to come in. These hold whatever CCR_RATE_LIMIT says. */
export class SignInLimits {
  readonly #asks = limiter(asksPerAddress)
  readonly #letters = limiter(lettersPerMail)
  readonly #tries = limiter(triesPerAddress)

  /** `too-many-requests` (CcrError), the same for known and unknown mail addresses. */
  async ask(address: string, reply: FastifyReply): Promise<void> {
    await consume(this.#asks, address, reply)
  }

  async try(address: string, reply: FastifyReply): Promise<void> {
    await consume(this.#tries, address, reply)
  }

  /** Whether another letter may go to a mail address; who asked is not told. */
  async mayWrite(email: string): Promise<boolean> {
    try {
      await this.#letters.consume(email)
      return true
    } catch (result) {
      if (!(result instanceof RateLimiterRes)) throw result
      return false
    }
  }
}

function limiter(points: number): RateLimiterMemory {
  return new RateLimiterMemory({ points, duration: windowSeconds })
}

async function consume(
  limiter: RateLimiterMemory,
  key: string,
  reply: FastifyReply,
): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (result) {
    if (!(result instanceof RateLimiterRes)) throw result
    reply.header('retry-after', Math.max(1, Math.ceil(result.msBeforeNext / 1000)))
    throw new CcrError('too-many-requests', 'Too many attempts to sign in; wait a while.')
  }
}
