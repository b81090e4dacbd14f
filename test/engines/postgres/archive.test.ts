import { after, before, describe, it } from 'node:test'
import { archiveConformance } from '../../conformance/archive.conformance.ts'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'
import { startS3, type TestS3 } from '../../support/s3.ts'
import { agreeWithMemory, modelNow } from '../archive-model.ts'
import { openArchive, type ArchiveRig } from './archive-rig.ts'
import { binRules } from './bin-rules.ts'
import { keeperRules } from './keeper-rules.ts'

describe('the archive in PostgreSQL', { skip: withoutPostgres }, () => {
  let server: TestPostgres
  let store: TestS3
  let url: string
  before(async () => {
    server = await startPostgres()
    store = await startS3()
    url = await server.newDatabase()
  })
  after(async () => {
    await store[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  const newDatabase = (): Promise<string> => server.newDatabase()

  archiveConformance('postgres', async () => {
    const rig = await openArchive(url)
    await empty(rig)
    return rig
  })
  describe('keeping what logs hold', () => keeperRules(newDatabase))
  describe('original bytes in S3', () => binRules(newDatabase, () => store))

  it('answers as the engine in memory does, whatever is appended and read', async () => {
    await using rig = await openArchive(await newDatabase(), { now: modelNow })
    await agreeWithMemory(rig, { numRuns: 2 })
  })
})

/** Quicker than a new database for every rule. */
async function empty({ database }: ArchiveRig): Promise<void> {
  await database.query('TRUNCATE log_channel, cue, object, loose_object CASCADE')
}
