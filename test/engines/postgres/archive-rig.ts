import { archivePart } from '../../../src/server/engines/postgres/archive/archive-schema.ts'
import { BinFiler } from '../../../src/server/engines/postgres/archive/bin-filer.ts'
import { PostgresKeeper } from '../../../src/server/engines/postgres/archive/keeper.ts'
import { Postgres } from '../../../src/server/engines/postgres/database.ts'
import { migrate } from '../../../src/server/engines/postgres/migrations.ts'
import { PostgresSearch } from '../../../src/server/engines/postgres/postgres-search.ts'
import { PostgresArchive } from '../../../src/server/engines/postgres/postgres-archive.ts'
import {
  objectsPart,
  PostgresObjects,
} from '../../../src/server/engines/postgres/postgres-objects.ts'
import type { Objects } from '../../../src/server/ports/objects.ts'
import type { Storage } from '../../conformance/storage.ts'
import { KeptLog } from './kept-log.ts'

export interface ArchiveRig extends Storage {
  readonly url: string
  readonly log: KeptLog
  readonly archive: PostgresArchive
  readonly database: Postgres
  readonly objects: Objects
  readonly keeper: PostgresKeeper
  readonly filer: BinFiler
  readonly search: PostgresSearch
}

interface RigOptions {
  readonly now?: () => number
  readonly objects?: Objects
  /** Default that of the rig's log. */
  readonly forgetLog?: (channel: string, beforeMs: number) => Promise<void>
}

/** One node: a log that keeps at once, and the archive beside it. `settle` puts original bytes away. */
export async function openArchive(
  url: string,
  { now, objects: given, forgetLog }: RigOptions = {},
): Promise<ArchiveRig> {
  const database = new Postgres({ url })
  await migrate(database, [archivePart, objectsPart])
  const objects = given ?? new PostgresObjects(database)
  const keeper = new PostgresKeeper(database)
  const log = new KeptLog(keeper, now)
  const archive = new PostgresArchive({
    ...{ database, objects },
    forgetLog: forgetLog ?? log.forget.bind(log),
  })
  const filer = new BinFiler(database, objects)
  const search = new PostgresSearch(database)
  return {
    ...{ url, log, archive, search, database, objects, keeper, filer },
    settle: async () => {
      await filer.pass(Date.now(), true)
    },
    [Symbol.asyncDispose]: async () => {
      await log[Symbol.asyncDispose]()
      await database[Symbol.asyncDispose]()
    },
  }
}

/** Quicker than a new database for every rule. */
export async function emptyArchive({ database }: ArchiveRig): Promise<void> {
  await database.query('TRUNCATE log_channel, cue, object, loose_object CASCADE')
}
