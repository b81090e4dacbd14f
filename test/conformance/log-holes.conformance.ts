import assert from 'node:assert/strict'
import type { EndEvent, GapReason } from '../../src/protocol/events.ts'
import { ownGapId, serverProducer, type Log, type LogEntry } from '../../src/server/ports/log.ts'
import { Feeder, at, binEvent, cueEvent, gapEvent, noonMs, runEvent } from './events.ts'
import { conformance, type Skips } from './support.ts'

/** The gaps that the server tells itself: opened by it, ended by the log in the batch that ends them. */
export function logHolesConformance(
  engine: string,
  open: (now: () => number) => Promise<Log>,
  skip: Skips = {},
): void {
  let nowMs = noonMs
  const openLater = (): Promise<Log> => {
    nowMs = noonMs + 3_600_000
    return open(() => nowMs)
  }
  conformance(`holes in the log: ${engine}`, openLater, skip, (rule) => {
    rule('knows the latest live run, how far it has spoken, and whether it ended', async (log) => {
      assert.equal(await log.monitoring('news'), null)
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), cueEvent(2, 1, 5))
      const known = { run: 'run-1', ended: false, lastMs: noonMs + 6000, isAbsent: false }
      assert.deepEqual(await log.monitoring('news'), known)
      await feeder.store(end(3))
      assert.deepEqual(await log.monitoring('news'), { ...known, ended: true, isAbsent: true })
    })

    rule('opens a gap once, at the last time that was spoken of', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), binEvent(2, 9))
      assert.deepEqual(spans(await absent(log)), [['tuner-offline', at(9), null]])
      assert.deepEqual(spans(await absent(log, 'server-restart')), [])
      assert.equal((await log.producer('news', serverProducer)).received, 2)
    })

    rule('opens none when data came since the server looked', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), binEvent(2, 9))
      const before = await log.monitoring('news')
      await feeder.store(binEvent(3, 10))
      assert.deepEqual(spans(await append(log, 'tuner-offline', before)), [])
      assert.equal((await log.monitoring('news'))?.isAbsent, false)
    })

    rule('never fences the producer that comes back', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1))
      await absent(log)
      assert.ok((await feeder.send(binEvent(2, 1))).ok)
    })

    rule('withdraws the gap when the same run goes on, before what it brings', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), cueEvent(2, 1, 0))
      const [opened] = await absent(log)
      const entries = await feeder.store(cueEvent(3, 2, 40), cueEvent(4, 3, 50))
      assert.deepEqual(spans(entries), [['tuner-offline', at(1), at(1)]])
      assert.equal(idOf(entries[0]), idOf(opened))
      assert.equal(entries[0]?.value.position.seq, 3)
      assert.equal(entries.length, 3)
      assert.equal((await log.monitoring('news'))?.isAbsent, false)
    })

    rule('opens another gap when the run goes away a second time', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), binEvent(2, 5))
      const [first] = await absent(log)
      await feeder.store(binEvent(3, 60))
      const [second] = await absent(log)
      assert.deepEqual(spans([second]), [['tuner-offline', at(60), null]])
      assert.notEqual(idOf(first), idOf(second))
    })

    rule('ends the gap where the next live run begins', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), binEvent(2, 5))
      await absent(log, 'server-restart')
      const next = runEvent(3, { run: 'run-2', startedAt: at(100) })
      assert.deepEqual(spans(await feeder.store(next)), [['server-restart', at(5), at(100)]])
      assert.deepEqual(spans(await feeder.store(binEvent(4, 120, { run: 'run-2' }))), [])
    })

    rule('opens a gap by itself when a live run says end', async (log) => {
      const feeder = await Feeder.connect(log)
      const entries = await feeder.store(runEvent(1), binEvent(2, 7), end(3))
      assert.deepEqual(spans(entries), [['tuner-offline', at(7), null]])
      assert.deepEqual(spans(await absent(log)), [])
      const other = await Feeder.connect(log, 'news', 'producer-b')
      const next = await other.store(runEvent(1, { run: 'run-2', startedAt: at(8) }))
      assert.deepEqual(spans(next), [['tuner-offline', at(7), at(8)]])
    })

    rule('tells nothing of recordings, and no recording ends a gap', async (log) => {
      const feeder = await Feeder.connect(log)
      const recording = runEvent(1, { run: 'recording', live: false })
      const over = end(3, 'recording')
      const entries = await feeder.store(recording, cueEvent(2, 1, 5, { run: 'recording' }), over)
      assert.deepEqual(spans(entries), [])
      assert.equal(await log.monitoring('news'), null)
      await feeder.store(runEvent(4), end(5))
      const again = { run: 'recording-2', live: false, startedAt: at(50) }
      const more = await feeder.store(runEvent(6, again), binEvent(7, 60, { run: 'recording-2' }))
      assert.deepEqual(spans(more), [])
      assert.equal((await log.monitoring('news'))?.isAbsent, true)
    })

    rule('withdraws or trims the gap where a client tells one for the same time', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), binEvent(2, 10))
      await absent(log)
      const next = runEvent(3, { run: 'run-2', startedAt: at(100) })
      const told = await feeder.store(next, gapEvent(4, 'g', 12, 100))
      const own = (entries: readonly LogEntry[]) => spans(entries.filter(isOwn))
      assert.deepEqual(own(told).at(-1), ['tuner-offline', at(10), at(12)])
      assert.deepEqual(own(await feeder.store(gapEvent(5, 'g', 9, 100))), [
        ['tuner-offline', at(10), at(10)],
      ])
      assert.deepEqual(own(await feeder.store(gapEvent(6, 'g', 9, 9))), [
        ['tuner-offline', at(10), at(100)],
      ])
      const split = (await feeder.store(gapEvent(7, 'g', 40, 50))).filter(isOwn)
      assert.deepEqual(spans(split), [
        ['tuner-offline', at(10), at(40)],
        ['tuner-offline', at(50), at(100)],
      ])
      assert.notEqual(idOf(split[0]), idOf(split[1]))
    })

    rule('tells no hole twice that the client has open when it goes away', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), binEvent(2, 10), gapEvent(3, 'lost', 10, null))
      assert.deepEqual(spans(await absent(log)), [])
      assert.equal((await log.monitoring('news'))?.isAbsent, true)
      const closed = await feeder.store(gapEvent(4, 'lost', 10, 30))
      assert.deepEqual(spans(closed.filter(isOwn)), [['tuner-offline', at(30), null]])
    })

    rule('keeps the gap of one run when it is away again after another’s', async (log) => {
      const a = await Feeder.connect(log)
      await a.store(runEvent(1), binEvent(2, 10))
      const [first] = await absent(log)
      const b = await Feeder.connect(log, 'news', 'producer-b')
      await b.store(
        runEvent(1, { run: 'run-2', startedAt: at(50) }),
        binEvent(2, 60, two),
        end(3, 'run-2'),
      )
      const again = await Feeder.connect(log)
      await again.store(binEvent(3, 20))
      assert.equal((await log.monitoring('news'))?.isAbsent, true, 'that was only late')
      await again.store(binEvent(4, 80))
      const [third] = await absent(log)
      assert.deepEqual(spans([third]), [['tuner-offline', at(80), null]])
      assert.notEqual(idOf(first), idOf(third))
    })

    rule('misses the time between a run that went on and the next one', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), binEvent(2, 10))
      await absent(log)
      const entries = await feeder.store(
        binEvent(3, 15),
        runEvent(4, { run: 'run-2', startedAt: at(100) }),
      )
      assert.deepEqual(spans(entries), [
        ['tuner-offline', at(10), at(10)],
        ['tuner-offline', at(15), at(100)],
      ])
    })

    rule('begins no gap in the future of a clock that is ahead', async (log) => {
      const feeder = await Feeder.connect(log)
      nowMs = noonMs + 20_000
      await feeder.store(runEvent(1), binEvent(2, 500))
      assert.deepEqual(spans(await absent(log)), [['tuner-offline', at(20), null]])
    })
  })
}

const two = { run: 'run-2' }

function end(seq: number, run = 'run-1'): EndEvent {
  return { seq, type: 'end', run, at: at(0) }
}

/** Opens a gap as the server does when nobody monitors the channel. */
async function absent(log: Log, reason: GapReason = 'tuner-offline') {
  return append(log, reason, await log.monitoring('news'))
}

async function append(
  log: Log,
  reason: GapReason,
  monitoring: Awaited<ReturnType<Log['monitoring']>>,
): Promise<readonly LogEntry[]> {
  assert.ok(monitoring !== null)
  const { run, lastMs } = monitoring
  const { received } = await log.producer('news', serverProducer)
  const result = await log.append({
    channel: 'news',
    producer: serverProducer,
    fence: Number.POSITIVE_INFINITY,
    events: [
      {
        ...{ seq: received + 1, type: 'gap', run, id: ownGapId(run, lastMs), reason },
        ...{ from: new Date(lastMs).toISOString(), to: null },
      },
    ],
  })
  assert.ok(result.ok)
  return result.entries
}

function spans(entries: readonly (LogEntry | undefined)[]): [string, string, string | null][] {
  return entries.flatMap((entry) =>
    entry?.type === 'gap' ? [[entry.value.reason, entry.value.from, entry.value.to]] : [],
  )
}

function idOf(entry: LogEntry | undefined): string {
  assert.ok(entry?.type === 'gap')
  return entry.value.id
}

function isOwn(entry: LogEntry): boolean {
  return entry.type === 'gap' && entry.value.id.startsWith(`${serverProducer}:`)
}
