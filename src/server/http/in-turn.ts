import type { FastifyRequest } from 'fastify'
import { CcrError } from '../../protocol/codes.ts'

/** Lets so many costly questions of one address be under way at a time; whoever has a token is not counted. */
export class InTurn {
  readonly #mostAtOnce: number
  /** In the plural, for whoever is told to wait. */
  readonly #what: string
  readonly #running = new Map<string, number>()

  constructor(mostAtOnce: number, what: string) {
    this.#mostAtOnce = mostAtOnce
    this.#what = what
  }

  /** `too-many-requests` (CcrError) when too many are under way already. */
  async run<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> {
    if (request.headers.authorization !== undefined) return await work()
    const { ip } = request
    const count = this.#running.get(ip) ?? 0
    if (count >= this.#mostAtOnce)
      throw new CcrError(
        'too-many-requests',
        `${this.#mostAtOnce} ${this.#what} of this address are under way; wait for one of them.`,
      )
    this.#running.set(ip, count + 1)
    try {
      return await work()
    } finally {
      const left = (this.#running.get(ip) ?? 1) - 1
      if (left > 0) this.#running.set(ip, left)
      else this.#running.delete(ip)
    }
  }
}
