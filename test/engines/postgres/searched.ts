import type { TestPostgres } from '../../support/database.ts'
import type { OpenSearched } from '../search-agreement.ts'
import { openArchive } from './archive-rig.ts'
import { checkPassages } from './check-passages.ts'

/** Search on PostgreSQL, whose passages must always be as if they were made of all cues at once. */
export function openPostgresSearched(server: TestPostgres): OpenSearched {
  return async (now) => {
    const rig = await openArchive(await server.newDatabase(), { now })
    const { log, search, database } = rig
    return {
      ...{ log, search },
      rest: () => checkPassages(database),
      [Symbol.asyncDispose]: () => rig[Symbol.asyncDispose](),
    }
  }
}
