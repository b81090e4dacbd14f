import assert from 'node:assert/strict'
import { it } from 'node:test'
import { MemoryArchive } from '../../src/server/engines/memory/memory-archive.ts'
import { MemoryBroker } from '../../src/server/engines/memory/memory-broker.ts'
import { MemoryDirectory } from '../../src/server/engines/memory/memory-directory.ts'
import { MemoryLeases } from '../../src/server/engines/memory/memory-leases.ts'
import { MemoryLog } from '../../src/server/engines/memory/memory-log.ts'
import { archiveConformance } from '../conformance/archive.conformance.ts'
import { brokerConformance } from '../conformance/broker.conformance.ts'
import { directoryConformance } from '../conformance/directory.conformance.ts'
import { Feeder, cueEvent } from '../conformance/events.ts'
import { leasesConformance } from '../conformance/leases.conformance.ts'
import { logHolesConformance } from '../conformance/log-holes.conformance.ts'
import { logConformance } from '../conformance/log.conformance.ts'

logConformance('memory', (now) => Promise.resolve(new MemoryLog({ now })))
logHolesConformance('memory', (now) => Promise.resolve(new MemoryLog({ now })))
archiveConformance('memory', () => {
  const log = new MemoryLog()
  const archive = new MemoryArchive(log)
  const settle = (): Promise<void> => Promise.resolve()
  const dispose = (): Promise<void> => log[Symbol.asyncDispose]()
  return Promise.resolve({ log, archive, settle, [Symbol.asyncDispose]: dispose })
})
brokerConformance('memory', () => Promise.resolve(new MemoryBroker()))
leasesConformance('memory', (leaseMs) => Promise.resolve(new MemoryLeases({ leaseMs })))
directoryConformance('memory', (now) => Promise.resolve(new MemoryDirectory(now)))

it('keeps only as much of the memory log in reach as it was told', async () => {
  await using log = new MemoryLog({ keepEntries: 2 })
  const feeder = await Feeder.connect(log)
  await feeder.store(...[1, 2, 3, 4].map((n) => cueEvent(n, n, n)))
  const { epoch } = await log.tip('news')
  assert.equal((await log.read('news', { epoch, seq: 1 }, 10)).ok, false)
  assert.equal((await log.read('news', { epoch, seq: 2 }, 10)).ok, true)
})

it('keeps nothing of a batch in the memory log when storage fails', async () => {
  let broken = true
  await using log = new MemoryLog({
    beforeCommit: () => {
      if (broken) throw new Error('disk full')
    },
  })
  const feeder = await Feeder.connect(log)
  await assert.rejects(feeder.send(cueEvent(1, 1, 0)), /disk full/)
  broken = false
  assert.equal((await feeder.store(cueEvent(1, 1, 0))).length, 1)
})
