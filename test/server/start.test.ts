import assert from 'node:assert/strict'
import { readdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { it } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { cueEvent, Feeder, runEvent } from '../conformance/events.ts'
import { addChannel, startServer, temporaryFolder } from '../support/processes.ts'

it('a start opens none of 24 volumes', async () => {
  await using folder = await temporaryFolder()
  const data = path.join(folder.path, 'data')
  await addChannel(data, 'news')
  {
    await using storage = await openSqliteStorage({ dataDir: data, fileEveryMs: null })
    const feeder = await Feeder.connect(storage.log)
    const month = 31 * 86_400
    const cues = Array.from({ length: 24 }, (_, n) => cueEvent(n + 2, n + 1, (n - 40) * month))
    await feeder.store(runEvent(1), ...cues)
    await storage.settle()
  }
  const archive = path.join(data, 'archive')
  assert.equal(readdirSync(archive).filter((name) => name.endsWith('.db')).length, 24)
  // Whoever opens a volume to read it leaves these beside it.
  const opened = (): string[] => readdirSync(archive).filter((name) => name.endsWith('-shm'))
  // What the making has left is made again by whoever needs it.
  for (const name of opened()) rmSync(path.join(archive, name))
  await using server = await startServer(data)
  // The filer has looked for work once.
  await sleep(2500)
  assert.deepEqual(opened(), [])
  await (await fetch(`${server.url}/api/v1/channels/news/cues?limit=1`)).text()
  assert.ok(opened().length > 0, 'a volume that is read is told by what lies beside it')
})
