import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  openSqliteStorage,
  type SqliteStorage,
} from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { archiveConformance } from '../conformance/archive.conformance.ts'
import { logHolesConformance } from '../conformance/log-holes.conformance.ts'
import { logConformance } from '../conformance/log.conformance.ts'
import type { Log } from '../../src/server/ports/log.ts'

logConformance('sqlite', openLog)
logHolesConformance('sqlite', openLog)
archiveConformance('sqlite', () => openFresh({}))

async function openLog(now: () => number): Promise<Log> {
  const storage = await openFresh({ now })
  const { log } = storage
  return {
    append: (batch) => log.append(batch),
    fence: (channel) => log.fence(channel),
    producer: (channel, producer) => log.producer(channel, producer),
    read: (channel, since, limit) => log.read(channel, since, limit),
    monitoring: (channel) => log.monitoring(channel),
    tip: (channel) => log.tip(channel),
    onStored: () => undefined,
    [Symbol.asyncDispose]: () => storage[Symbol.asyncDispose](),
  } satisfies Log
}

/** A storage on a folder of its own, which goes with it. */
async function openFresh(options: { now?: () => number }): Promise<SqliteStorage> {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'ccr-storage-'))
  const storage = await openSqliteStorage({ dataDir, fileEveryMs: null, ...options })
  return {
    ...storage,
    [Symbol.asyncDispose]: async () => {
      await storage[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true })
    },
  }
}
