import { CcrError } from '../../../protocol/codes.ts'
import type { Credential } from '../auth.ts'
import { SocketCount } from './socket-count.ts'

/** How many live connections one reader may have: by token, or by address for those who show none. */
export class LiveLimits {
  readonly #byAddress: SocketCount
  readonly #byToken: SocketCount

  constructor(perAddress: number, perToken: number) {
    this.#byAddress = new SocketCount(perAddress)
    this.#byToken = new SocketCount(perToken)
  }

  /** Returns what gives the place back; throws `too-many-requests` (CcrError) when there is none. */
  take(credential: Credential | undefined, address: string): () => void {
    const [counts, who, whose] =
      credential === undefined
        ? ([this.#byAddress, address, 'from this address'] as const)
        : ([this.#byToken, credential.id, 'with this token'] as const)
    if (!counts.take(who))
      throw new CcrError('too-many-requests', `Too many live connections ${whose}.`)
    let isTaken = true
    return () => {
      if (isTaken) counts.release(who)
      isTaken = false
    }
  }
}
