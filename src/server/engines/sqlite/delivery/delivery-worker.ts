import { workerData } from 'node:worker_threads'
import { CcrError } from '../../../../protocol/codes.ts'
import { deliveryFile } from '../data-folder.ts'
import { openWritable, storageFailure } from '../database.ts'
import { openPort, serveHandlers, type Handlers } from '../workers/worker-host.ts'
import type { DeliveryCalls, DeliveryWorkerData } from './delivery-calls.ts'
import { deliveryMigrations } from './delivery-schema.ts'
import { OutboxStore } from './outbox-store.ts'

/** Owns data/delivery.db: its commits are synced, and the loop that serves readers does not wait for them. */
function start({ dataDir }: DeliveryWorkerData): void {
  const db = openWritable(deliveryFile(dataDir), deliveryMigrations)
  const outbox = new OutboxStore(db)
  const handlers: Handlers<DeliveryCalls> = {
    outboxAdd: ({ letter, nowMs }) => {
      outbox.add(letter, nowMs)
      return null
    },
    outboxList: ({ before, limit }) => outbox.list(before, limit),
    outboxRead: (id) => outbox.read(id),
    outboxClear: () => {
      outbox.clear()
      return null
    },
  }
  serveHandlers<DeliveryCalls>(
    guarded(handlers),
    () => db.close(),
    () => undefined,
  )
}

/** What the disk refuses is told as what it is. */
function guarded(handlers: Handlers<DeliveryCalls>): Handlers<DeliveryCalls> {
  const guard =
    (handler: (input: never) => unknown) =>
    (input: never): unknown => {
      try {
        return handler(input)
      } catch (error) {
        const failure = storageFailure(error)
        if (failure === undefined) throw error
        const detail = `delivery.db cannot be used: ${failure}.`
        throw new CcrError('storage-unavailable', detail, { cause: error })
      }
    }
  return Object.fromEntries(
    Object.entries(handlers).map(([name, handler]) => [name, guard(handler)]),
  ) as unknown as Handlers<DeliveryCalls>
}

try {
  start(workerData as DeliveryWorkerData)
} catch (error) {
  const message = error instanceof Error ? error.message : String(error)
  openPort().post({ type: 'failed', message })
}
