import type { OutboxEntry, OutboxLetter, WholeLetter } from '../../../ports/mail.ts'

/** Calls of the delivery's worker. */
export type DeliveryCalls = {
  outboxAdd: [{ readonly letter: WholeLetter; readonly nowMs: number }, null]
  outboxList: [{ readonly before: number | null; readonly limit: number }, readonly OutboxEntry[]]
  outboxRead: [number, OutboxLetter | undefined]
  outboxClear: [null, null]
}

export interface DeliveryWorkerData {
  readonly dataDir: string
}
