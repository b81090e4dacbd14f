import { it } from 'node:test'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { agreeWithMemory, modelNow } from './archive-model.ts'
import { createFolder } from './temporary.ts'

it('answers as the engine in memory does, whatever is appended and read', async () => {
  await using folder = await createFolder()
  await using storage = await openSqliteStorage({
    ...{ dataDir: folder.path, fileEveryMs: null, now: modelNow },
  })
  await agreeWithMemory(storage, { numRuns: 20 })
})
