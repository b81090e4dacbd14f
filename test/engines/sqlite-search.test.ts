import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  openSqliteStorage,
  type SqliteStorage,
} from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { noonMs } from '../conformance/events.ts'
import { searchConformance } from '../conformance/search.conformance.ts'
import type { SearchedArchive } from '../conformance/search-support.ts'
import { createFolder } from './temporary.ts'

/** Searches share a moment of the log for so long. */
const momentMs = 210

const folder = await createFolder()
let storage: SqliteStorage | undefined
let rules = 0

after(async () => {
  await storage?.[Symbol.asyncDispose]()
  await folder[Symbol.asyncDispose]()
})

/** One for all rules: it starts many threads. */
const open = async (): Promise<SearchedArchive> => {
  const options = { dataDir: folder.path, fileEveryMs: null, now: () => noonMs + 60_000 }
  const opened = (storage ??= await openSqliteStorage(options))
  const { log, archive, search } = opened
  rules++
  return {
    ...{ log, archive, search, channels: [`news-${rules}`, `sport-${rules}`] },
    settle: async () => {
      await opened.settle()
      await sleep(momentMs)
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
}

searchConformance('search in the embedded index', open)
