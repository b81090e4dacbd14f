import { SqliteAlerts } from '../../src/server/engines/sqlite/sqlite-alerts.ts'
import type { AlertSubject } from '../conformance/alert-records.ts'
import { alertsConformance } from '../conformance/alerts.conformance.ts'
import { alertsTellingConformance } from '../conformance/alerts-telling.conformance.ts'
import { silent } from '../support/alert-rig.ts'
import { createFolder } from './temporary.ts'

async function open(): Promise<AlertSubject> {
  const opening = new AsyncDisposableStack()
  const folder = opening.use(await createFolder())
  const store = opening.use(new SqliteAlerts({ dataDir: folder.path, logger: silent }))
  return {
    ...{ store, other: store, ledger: store.ledger() },
    [Symbol.asyncDispose]: () => opening.disposeAsync(),
  }
}

alertsConformance('sqlite', open)
alertsTellingConformance('sqlite', open)
