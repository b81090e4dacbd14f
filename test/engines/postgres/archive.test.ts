import { after, before, describe, it } from 'node:test'
import { startPostgres, withoutPostgres, type TestPostgres } from '../../support/database.ts'
import { startS3, type TestS3 } from '../../support/s3.ts'
import { agreeWithMemory, modelNow } from '../archive-model.ts'
import { openArchive } from './archive-rig.ts'
import { binRules } from './bin-rules.ts'
import { keeperRules } from './keeper-rules.ts'

describe('the archive in PostgreSQL', { skip: withoutPostgres }, () => {
  let server: TestPostgres
  let store: TestS3
  before(async () => {
    server = await startPostgres()
    store = await startS3()
  })
  after(async () => {
    await store[Symbol.asyncDispose]()
    await server[Symbol.asyncDispose]()
  })
  const newDatabase = (): Promise<string> => server.newDatabase()

  describe('keeping what logs hold', () => keeperRules(newDatabase))
  describe('original bytes in S3', () => binRules(newDatabase, () => store))

  it('answers as the engine in memory does, whatever is appended and read', async () => {
    await using rig = await openArchive(await newDatabase(), { now: modelNow })
    await agreeWithMemory(rig, { numRuns: 2 })
  })
})
