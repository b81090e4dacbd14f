import { existsSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { alertMigrations } from '../alerts/alert-schema.ts'
import { AlertTable } from '../alerts/alert-table.ts'
import { alertsFile, deliveryFile } from '../data-folder.ts'
import { openWritable, type Migrations } from '../database.ts'
import { deliveryMigrations } from '../delivery/delivery-schema.ts'
import { DestinationStore } from '../delivery/destination-store.ts'

/** Removes what a person keeps outside of ccr.db: alerts and what they found, destinations and what waits for them. */
export function removeOwner(dataDir: string, owner: string): void {
  write(alertsFile(dataDir), alertMigrations, (db) => new AlertTable(db).removeOwner(owner))
  write(deliveryFile(dataDir), deliveryMigrations, (db) =>
    new DestinationStore(db).removeOwner(owner),
  )
}

/** Nothing is made by looking. */
function write(file: string, migrations: Migrations, work: (db: DatabaseSync) => void): void {
  if (!existsSync(file)) return
  const db = openWritable(file, migrations)
  try {
    work(db)
  } finally {
    db.close()
  }
}
