import { workerData } from 'node:worker_threads'
import { messageOf } from '../../../../protocol/message-of.ts'
import { deliveryFile } from '../data-folder.ts'
import { openWritable } from '../database.ts'
import { guardStorage } from '../guard-storage.ts'
import { openPort, serveHandlers } from '../../workers/worker-host.ts'
import type { DeliveryCalls, DeliveryWorkerData } from './delivery-calls.ts'
import { deliveryMigrations } from './delivery-schema.ts'
import { DestinationStore } from './destination-store.ts'
import { OutboxStore } from './outbox-store.ts'
import { QueueStore } from './queue-store.ts'

/** Owns data/delivery.db: its commits are synced, and the loop that serves readers does not wait for them. */
function start({ dataDir }: DeliveryWorkerData): void {
  const db = openWritable(deliveryFile(dataDir), deliveryMigrations)
  const outbox = new OutboxStore(db)
  const destinations = new DestinationStore(db)
  const queue = new QueueStore(db)
  serveHandlers<DeliveryCalls>(
    guardStorage<DeliveryCalls>('delivery.db', {
      outboxAdd: (args) => outbox.add(...args),
      outboxList: (args) => outbox.list(...args),
      outboxRead: (args) => outbox.read(...args),
      outboxClear: () => outbox.clear(),
      destinations: ([owner]) => destinations.ofOwner(owner),
      destination: ([id]) => destinations.get(id),
      addDestination: (args) => destinations.add(...args),
      changeDestination: (args) => destinations.change(...args),
      removeDestination: (args) => destinations.remove(...args),
      removeOwner: (args) => destinations.removeOwner(...args),
      add: (args) => queue.add(...args),
      due: (args) => queue.due(...args),
      settle: (args) => queue.settle(...args),
      deliveries: (args) => queue.list(...args),
      replay: (args) => queue.replay(...args),
      sweep: (args) => queue.sweep(...args),
      stop: ([{ destination, alert, until }]) => {
        destinations.stop(destination, alert, queue.alertName(destination, alert), until)
        queue.giveUp(destination, alert)
      },
      stops: (args) => destinations.stops(...args),
      resume: (args) => destinations.resume(...args),
      take: (args) => destinations.take(...args),
      block: (args) => destinations.block(...args),
      isBlocked: (args) => destinations.isBlocked(...args),
      secret: (args) => destinations.secret(...args),
    }),
    () => db.close(),
    () => undefined,
  )
}

try {
  start(workerData as DeliveryWorkerData)
} catch (error) {
  const message = messageOf(error)
  openPort().post({ type: 'failed', message })
}
