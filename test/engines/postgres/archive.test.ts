import { after, before, describe } from 'node:test'
import { archiveConformance } from '../../conformance/archive.conformance.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'
import { openArchive, type ArchiveRig } from './archive-rig.ts'

describe('the archive in PostgreSQL', { skip: withoutPostgres }, () => {
  let server: TestPostgres
  let url: string
  before(async () => {
    server = await startPostgres({ fsync: 'off' })
    url = await server.newDatabase()
  })
  after(() => server[Symbol.asyncDispose]())

  archiveConformance('postgres', async () => {
    const rig = await openArchive(url)
    await empty(rig)
    return rig
  })
})

/** Quicker than a new database for every rule. */
async function empty({ database }: ArchiveRig): Promise<void> {
  await database.query('TRUNCATE log_channel, cue, object, loose_object CASCADE')
}
