import type { FastifyReply } from 'fastify'
import { CcrError } from '../../../protocol/codes.ts'
import type { Limit, OpenLimit } from '../../ports/limit.ts'

const inSeconds = 15 * 60
/** Letters asked for from one address; a household or an office shares one. */
const asksPerAddress = 20
/** Letters to one mail address: more would fill a stranger's inbox. */
const lettersPerMail = 4
/** Secrets and passkeys tried from one address. 256 bits are not guessed; this keeps the log and the disk quiet. */
const triesPerAddress = 40

/** How often anybody may try to come in. These hold whatever CCR_RATE_LIMIT says. */
export class SignInLimits {
  readonly #asks: Limit
  readonly #letters: Limit
  readonly #tries: Limit

  constructor(open: OpenLimit) {
    this.#asks = open({ name: 'ask', most: asksPerAddress, inSeconds })
    this.#letters = open({ name: 'letter', most: lettersPerMail, inSeconds })
    this.#tries = open({ name: 'try', most: triesPerAddress, inSeconds })
  }

  /** `too-many-requests` (CcrError), the same for known and unknown mail addresses. */
  async ask(address: string, reply: FastifyReply): Promise<void> {
    await take(this.#asks, address, reply)
  }

  async try(address: string, reply: FastifyReply): Promise<void> {
    await take(this.#tries, address, reply)
  }

  /** Whether another letter may go to a mail address; who asked is not told. */
  async mayWrite(email: string): Promise<boolean> {
    return (await this.#letters.take(email)) === 0
  }
}

async function take(limit: Limit, key: string, reply: FastifyReply): Promise<void> {
  const waitMs = await limit.take(key)
  if (waitMs === 0) return
  reply.header('retry-after', Math.ceil(waitMs / 1000))
  throw new CcrError('too-many-requests', 'Too many attempts to sign in; wait a while.')
}
