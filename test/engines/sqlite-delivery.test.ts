import { SqliteDelivery } from '../../src/server/engines/sqlite/sqlite-delivery.ts'
import { noon, type DeliverySubject } from '../conformance/delivery-records.ts'
import { deliveryConformance } from '../conformance/delivery.conformance.ts'
import { deliveryQueueConformance } from '../conformance/delivery-queue.conformance.ts'
import { silent } from '../support/alert-rig.ts'
import { createFolder } from './temporary.ts'

async function open(): Promise<DeliverySubject> {
  const opening = new AsyncDisposableStack()
  const folder = opening.use(await createFolder())
  const now = (): number => subject.nowMs
  const store = opening.use(new SqliteDelivery({ dataDir: folder.path, logger: silent, now }))
  const subject: DeliverySubject = {
    ...{ store, other: store, output: store.output(), outbox: store.outbox, nowMs: noon },
    [Symbol.asyncDispose]: () => opening.disposeAsync(),
  }
  return subject
}

deliveryConformance('sqlite', open)
deliveryQueueConformance('sqlite', open)
