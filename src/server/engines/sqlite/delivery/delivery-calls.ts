import type { DeliveryOutput, DeliveryStore } from '../../../ports/delivery.ts'
import type { OutboxEntry, OutboxLetter, WholeLetter } from '../../../ports/mail.ts'

/** The store's methods as they cross to its thread: no functions among what they take. */
interface Methods extends Omit<DeliveryStore, 'secret' | 'output'>, Omit<DeliveryOutput, 'settle'> {
  settle(all: readonly Settled[]): Promise<void>
  outboxAdd(letter: WholeLetter, nowMs: number): Promise<void>
  outboxList(before: number | null, limit: number): Promise<readonly OutboxEntry[]>
  outboxRead(id: number): Promise<OutboxLetter | undefined>
  outboxClear(): Promise<void>
  /** The secret that is kept: `made`, unless there was one; null when there is none. */
  secret(name: string, made: string | null): Promise<string | null>
}

/** A try that has ended. */
export type Settled = Parameters<DeliveryOutput['settle']>[0]

/** Calls of the delivery's worker: a method's arguments, and what it resolves with. */
export type DeliveryCalls = {
  readonly [N in keyof Methods]: readonly [Parameters<Methods[N]>, Awaited<ReturnType<Methods[N]>>]
}

export interface DeliveryWorkerData {
  readonly dataDir: string
}
