import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ServerLine } from '../../src/protocol/events.ts'
import { IngestSession } from '../../src/server/core/ingest/ingest-session.ts'
import { MemoryBroker } from '../../src/server/engines/memory/memory-broker.ts'
import { MemoryLog } from '../../src/server/engines/memory/memory-log.ts'
import { createLogger } from '../../src/server/log.ts'
import type { AppendResult, Batch } from '../../src/server/ports/log.ts'
import { cueEvent, runEvent } from '../conformance/events.ts'

/** A log whose storage takes as long as the test wants, or fails. */
class SlowLog extends MemoryLog {
  readonly asked: PromiseWithResolvers<undefined> = Promise.withResolvers()
  readonly #storage: Promise<unknown>

  constructor(storage: Promise<unknown>) {
    super({ now: Date.now })
    this.#storage = storage
  }

  override async append(batch: Batch): Promise<AppendResult> {
    this.asked.resolve(undefined)
    await this.#storage
    return super.append(batch)
  }
}

/** What a session says, to its producer and to readers, in order. */
async function feed(storage: Promise<unknown>): Promise<{ log: SlowLog; said: string[] }> {
  const log = new SlowLog(storage)
  const broker = new MemoryBroker()
  const said: string[] = []
  broker.listen(({ type }) => said.push(`announced ${type}`), new AbortController().signal)
  const session = new IngestSession({
    ...{ channel: 'news', producer: 'p', fence: await log.fence('news'), received: 0, stored: 0 },
    ...{ log, broker, logger: createLogger('silent'), now: Date.now },
    send: (line: ServerLine) => said.push(line.type === 'ack' ? `acked ${line.stored}` : line.type),
    ended: (problem) => said.push(`ended ${problem?.code ?? ''}`),
    ...{ released: () => undefined, heard: () => undefined },
  })
  for (const event of [runEvent(1), cueEvent(2, 1, 0)]) session.line(JSON.stringify(event))
  void session.settle()
  return { log, said }
}

describe('an ingest session', () => {
  it('says nothing before the log has it, then tells readers, then acknowledges', async () => {
    const storage = Promise.withResolvers<undefined>()
    const { log, said } = await feed(storage.promise)
    await log.asked.promise
    await turn()
    assert.deepEqual(said, [])
    storage.resolve(undefined)
    await turn()
    assert.deepEqual(said, ['acked 1', 'announced entries', 'acked 2'])
  })

  it('says nothing of what could not be stored', async () => {
    const failing = Promise.reject(new Error('the disk is full'))
    failing.catch(() => undefined)
    const { said } = await feed(failing)
    await turn()
    assert.deepEqual(said, ['ended storage-unavailable'])
  })
})

/** Long enough for every promise that can settle. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20))
}
