import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { rebuildMark, volumeMonths } from '../../src/server/engines/sqlite/data-folder.ts'
import {
  openSqliteStorage,
  type SqliteStorage,
} from '../../src/server/engines/sqlite/sqlite-storage.ts'
import type { SearchedStorage } from './search-agreement.ts'
import { createFolder } from './temporary.ts'

/** The embedded index, which is filed, merged and made again as chance has it. */
export async function openSqliteSearched(now: () => number): Promise<SearchedStorage> {
  const folder = await createFolder()
  const storage = await openSqliteStorage({ dataDir: folder.path, fileEveryMs: null, now })
  return {
    log: storage.log,
    search: storage.search,
    rest: async (random) => {
      if (random.next() < 0.15) await rebuild(folder.path, storage)
      else if (random.next() < 0.5) await storage.settle()
      else if (random.next() < 0.5) await storage.file()
      // What the log has told within the last moment may be overlooked once.
      await new Promise((resolve) => setTimeout(resolve, 210))
    },
    [Symbol.asyncDispose]: async () => {
      await storage[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}

/** Makes the index of all months again from their cues. */
async function rebuild(dataDir: string, storage: SqliteStorage): Promise<void> {
  await storage.settle()
  for (const month of volumeMonths(dataDir)) writeFileSync(rebuildMark(dataDir, month), '')
  await storage.settle()
  for (const month of volumeMonths(dataDir))
    assert.ok(!existsSync(rebuildMark(dataDir, month)), 'the index was made again')
}
