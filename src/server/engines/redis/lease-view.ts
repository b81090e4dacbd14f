import type { Holder } from '../../ports/leases.ts'

/** A lease as it was last seen. Times are of this process's clock that nobody sets. */
export interface SeenLease {
  readonly producer: string
  readonly session: string
  readonly isConnected: boolean
  readonly untilMs: number
}

/** What a node knows of all nodes' leases. */
export class LeaseView {
  readonly #leaseMs: number
  readonly #graceMs: number
  readonly #byChannel = new Map<string, SeenLease & { readonly isTold?: true }>()
  #lookedMs = -Infinity

  /** After a time of more than `graceMs` without a look, what seems to be over gets that long to be heard of. */
  constructor(leaseMs: number, graceMs: number) {
    this.#leaseMs = leaseMs
    this.#graceMs = graceMs
  }

  see(channel: string, lease: SeenLease): void {
    const known = this.#byChannel.get(channel)
    // Nodes and Redis put the end of one lease at slightly different times; it is told once.
    const isSame = known?.isTold === true && known.session === lease.session
    if (isSame && lease.untilMs <= known.untilMs + this.#graceMs) return
    this.#byChannel.set(channel, lease)
  }

  forget(channel: string): void {
    this.#byChannel.delete(channel)
  }

  sessionOf(channel: string): string | undefined {
    return this.#byChannel.get(channel)?.session
  }

  holderOf(channel: string, nowMs: number): Holder | undefined {
    const seen = this.#byChannel.get(channel)
    if (seen === undefined || seen.untilMs <= nowMs) return undefined
    const { producer, isConnected, untilMs } = seen
    const silentMs = Math.max(0, nowMs - (untilMs - this.#leaseMs))
    return { producer, isConnected, silentMs }
  }

  /** All leases were looked at: the channels of those that are over now, each once. */
  lapsed(nowMs: number): string[] {
    const wasBlind = nowMs - this.#lookedMs > this.#graceMs
    this.#lookedMs = nowMs
    const over: string[] = []
    for (const [channel, lease] of this.#byChannel) {
      if (lease.untilMs > nowMs || lease.isTold === true) continue
      if (wasBlind) this.see(channel, { ...lease, untilMs: nowMs + this.#graceMs })
      else {
        over.push(channel)
        this.#byChannel.set(channel, { ...lease, isTold: true })
      }
    }
    return over
  }
}
