import type { Signatures } from '../../ports/signatures.ts'

const verifyMs = 3 * 24 * 3_600_000

/**
 * Addresses in letters that do what they say for whoever holds the letter, without signing in. They carry what they are
 * about and a keyed hash of it: nothing is kept, and none can be made up.
 */
export class Links {
  readonly #mac: Signatures['mac']

  constructor({ mac }: Pick<Signatures, 'mac'>) {
    this.#mac = mac
  }

  /** For no more of an alert, and for less of it. */
  async stopToken(destination: string, alert: string): Promise<string> {
    const about = `${destination}.${alert}`
    return `${about}.${await this.#mac(`stop.${about}`)}`
  }

  /** undefined for what is no token of ours. */
  async readStop(
    token: string,
  ): Promise<{ readonly destination: string; readonly alert: string } | undefined> {
    const [destination, alert, mac] = split(token)
    if (!isSame(mac, await this.#mac(`stop.${destination}.${alert}`))) return undefined
    return { destination, alert }
  }

  /** For the confirmation of an address, during three days. */
  async verifyToken(destination: string, nowMs: number): Promise<string> {
    const about = `${destination}.${Math.floor(nowMs + verifyMs).toString(36)}`
    return `${about}.${await this.#mac(`verify.${about}`)}`
  }

  /** undefined for what is no token of ours, or none any more. */
  async readVerify(token: string, nowMs: number): Promise<string | undefined> {
    const [destination, until, mac] = split(token)
    if (!isSame(mac, await this.#mac(`verify.${destination}.${until}`))) return undefined
    return Number.parseInt(until, 36) > nowMs ? destination : undefined
  }
}

function split(token: string): readonly [string, string, string] {
  const [a = '', b = '', c = ''] = token.split('.', 3)
  return [a, b, c]
}

/** In a time that does not tell where they differ. */
function isSame(a: string, b: string): boolean {
  let difference = a.length ^ b.length
  for (let n = 0; n < b.length; n++) difference |= (a.charCodeAt(n) || 0) ^ b.charCodeAt(n)
  return difference === 0
}
