import { objectsPart } from './postgres-objects.ts'
import { accountTables } from './accounts/account-tables.ts'
import { alertTables } from './alerts/alert-tables.ts'
import { archivePart } from './archive/archive-schema.ts'
import { deliveryTables } from './delivery/delivery-tables.ts'
import { directoryTables } from './directory/directory-tables.ts'
import { leaderTables } from './leadership/leader-tables.ts'
import type { Part } from './migrations.ts'

/** All tables that nodes share, in the order in which they refer to each other. */
export const allParts: readonly Part[] = [
  ...[leaderTables, directoryTables, accountTables, archivePart, objectsPart],
  ...[alertTables, deliveryTables],
]
