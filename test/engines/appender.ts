import { openSqliteStorage } from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { Feeder, binEvent, cueEvent, noonMs, runEvent } from '../conformance/events.ts'

/**
 * A process that appends to a data folder until it is killed, and prints `CHANNEL RECEIVED` once that
 * is acknowledged. It goes on where the folder is.
 */
const [dataDir = '', channels = '3'] = process.argv.slice(2)
// Hours of the events are over long before: the filer moves them while they are being appended.
const now = (): number => noonMs + 30 * 86_400_000 + performance.now()
const storage = await openSqliteStorage({ dataDir, fileEveryMs: 20, now })

async function feed(channel: string): Promise<never> {
  const feeder = await Feeder.connect(storage.log, channel)
  let { received } = await storage.log.producer(channel, feeder.producer)
  if (received === 0) {
    await feeder.store(runEvent(1))
    received = 1
  }
  for (;;) {
    // Every second an odd number is a cue, every even one its bytes; months go by.
    const events = Array.from({ length: 1 + (received % 7) }, (_, n) => {
      const seq = received + 1 + n
      const seconds = seq * 20_000
      return seq % 2 === 1 ? cueEvent(seq, seq, seconds) : binEvent(seq, seconds)
    })
    const result = await feeder.send(...events)
    if (!result.ok) throw new Error(result.code)
    received = result.received
    process.stdout.write(`${channel} ${received}\n`)
  }
}

await Promise.all(Array.from({ length: Number(channels) }, (_, n) => feed(`channel-${n}`)))
