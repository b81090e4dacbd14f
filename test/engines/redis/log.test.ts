import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { isStorageDown } from '../../../src/protocol/codes.ts'
import { logKeys } from '../../../src/server/engines/redis/log/log-keys.ts'
import type { LogEntry } from '../../../src/server/ports/log.ts'
import {
  Feeder,
  airingEvent,
  at,
  binEvent,
  cueEvent,
  noonMs,
  runEvent,
} from '../../conformance/events.ts'
import { until } from '../../support/processes.ts'
import { startRedis, withoutRedis, type TestRedis } from '../../support/redis.ts'
import { openLogNode } from './log-rig.ts'
import { drain, MemoryKeeper } from './memory-keeper.ts'

describe('the log in Redis', { skip: withoutRedis }, () => {
  let server: TestRedis
  before(async () => void (server = await startRedis()))
  after(() => server[Symbol.asyncDispose]())
  beforeEach(() => void server.cli('FLUSHALL'))

  it('is one log for two nodes, between which a producer moves', async () => {
    const keeper = new MemoryKeeper()
    await using one = openLogNode(server.url, { keeper, archiveEveryMs: 5 })
    await using two = openLogNode(server.url, { keeper, archiveEveryMs: 5 })
    const { epoch } = await one.log.tip('news')
    const stored: LogEntry[] = []
    let fenced = 0
    let [seq, feeder] = [1, await Feeder.connect(one.log)]
    for (let move = 0; move < 12; move++) {
      const node = move % 2 === 0 ? two : one
      const old = feeder
      feeder = await Feeder.connect(node.log)
      // What the old connection still has under way is refused, or was in time: then the new one passes it over.
      const late = await old.send(cueEvent(seq, seq, seq))
      if (late.ok) stored.push(...late.entries)
      else fenced++
      const sends = [0, 1, 2].map((n) => feeder.send(cueEvent(seq + n, seq + n, seq + n)))
      for (const result of await Promise.all(sends)) {
        assert.ok(result.ok)
        stored.push(...result.entries)
      }
      seq += 3
    }
    assert.equal(fenced, 12)
    const ids = Array.from({ length: seq - 1 }, (_, n) => n + 1)
    assert.deepEqual(idsOf(stored), ids)
    for (const { log } of [one, two]) {
      const page = await log.read('news', { epoch, seq: 0 }, 1000)
      assert.ok(page.ok)
      assert.deepEqual(page.entries, stored)
    }
    await until('all is archived', () => keeper.of('news').entries.length === stored.length)
    assert.deepEqual(keeper.of('news').entries, stored)
  })

  it('opens one book though many ask both nodes for a new channel at once, without a new epoch', async () => {
    const keeper = new MemoryKeeper()
    await using one = openLogNode(server.url, { keeper })
    await using two = openLogNode(server.url, { keeper })
    const tips = await Promise.all([one, two, one, two].map(({ log }) => log.tip('news')))
    assert.equal(new Set(tips.map(({ epoch }) => epoch)).size, 1)
    assert.equal(keeper.of('news').book.epoch, tips[0]?.epoch)
  })

  it('begins one new epoch when both nodes find it lost at once, and asks for what is not archived', async () => {
    const keeper = new MemoryKeeper()
    await using one = openLogNode(server.url, { keeper })
    await using two = openLogNode(server.url, { keeper })
    const feeder = await Feeder.connect(one.log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 0), binEvent(3, 0))
    await drain(one.log, keeper)
    await feeder.store(cueEvent(4, 2, 1))
    const before = await one.log.tip('news')
    server.cli('FLUSHALL')
    const tips = await Promise.all([one, two, one, two].map(({ log }) => log.tip('news')))
    const [tip] = tips
    assert.deepEqual(new Set(tips.map(({ epoch }) => epoch)), new Set([tip?.epoch]))
    assert.notEqual(tip?.epoch, before.epoch)
    assert.equal(tip?.seq, 1)
    assert.deepEqual(await two.log.producer('news', 'producer-a'), { received: 3, stored: 3 })
    assert.deepEqual(await feeder.send(cueEvent(5, 3, 2)), {
      ...{ ok: false, code: 'sequence-gap', expected: 4 },
    })
    assert.deepEqual(idsOf(await feeder.store(cueEvent(4, 2, 1), cueEvent(5, 3, 2))), [2, 3])
    assert.deepEqual(await one.log.read('news', before, 10), {
      ...{ ok: false, position: await one.log.tip('news'), oldest: tip },
    })
    const fence = await two.log.fence('news')
    assert.ok((await one.log.fence('news')) > fence)
  })

  it('notices that a book is older than what it has stored, and than what the archive holds', async () => {
    await using node = openLogNode(server.url)
    const { log, keeper } = node
    const feeder = await Feeder.connect(log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 0))
    const { epoch } = await log.tip('news')
    const { book } = logKeys('news')
    server.cli('COPY', book, `${book}-old`)
    await feeder.store(cueEvent(3, 2, 1))
    server.cli('COPY', `${book}-old`, book, 'REPLACE')
    assert.equal((await feeder.send(cueEvent(4, 3, 2))).ok, false)
    const renewed = (await log.tip('news')).epoch
    assert.notEqual(renewed, epoch)

    await using other = openLogNode(server.url, { keeper })
    await feeder.store(runEvent(1), cueEvent(2, 1, 0))
    server.cli('COPY', book, `${book}-old`, 'REPLACE')
    await feeder.store(cueEvent(3, 2, 1))
    await drain(log, keeper)
    server.cli('COPY', `${book}-old`, book, 'REPLACE')
    // One who has seen nothing of it learns it from the archive.
    const found = await other.log.operations('news', keeper.of('news').book.version, 10)
    assert.deepEqual(found.operations, [])
    assert.notEqual(found.epoch, renewed)
    assert.equal(found.epoch, keeper.of('news').book.epoch)
  })

  it('notices a book that is older than its streams, before anything is stored on it', async () => {
    await using node = openLogNode(server.url)
    const { log, keeper } = node
    const feeder = await Feeder.connect(log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 0))
    const { epoch } = await log.tip('news')
    const { book } = logKeys('news')
    server.cli('COPY', book, `${book}-old`)
    await feeder.store(cueEvent(3, 2, 1))
    await drain(log, keeper)
    server.cli('COPY', `${book}-old`, book, 'REPLACE')
    await using other = openLogNode(server.url, { keeper })
    const late = await Feeder.connect(other.log)
    const refused = await late.send(cueEvent(3, 2, 1, { text: 'ANOTHER' }), cueEvent(4, 3, 2))
    assert.ok(refused.ok && refused.received === 4)
    assert.deepEqual(idsOf(refused.entries), [3])
    assert.notEqual(refused.entries[0]?.value.position.epoch, epoch)
    await drain(other.log, keeper)
    assert.deepEqual(idsOf(keeper.of('news').entries), [1, 2, 3])
  })

  it('begins again when what it gives does not fit what is archived, though the numbers do', async () => {
    await using node = openLogNode(server.url)
    const { log, keeper } = node
    const feeder = await Feeder.connect(log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 0))
    const { epoch, operations } = await log.operations('news', 0, 10)
    const [first] = operations
    assert.ok(first !== undefined)
    await keeper.keep('news', epoch, [{ ...first, producer: 'another' }])
    assert.equal(await keeper.keep('news', epoch, operations), 'stale')
    await log.verify('news')
    assert.notEqual((await log.tip('news')).epoch, epoch)
    assert.equal((await log.tip('news')).epoch, keeper.of('news').book.epoch)
  })

  it('begins again when the archive holds another epoch, or less than producers were told', async () => {
    await using node = openLogNode(server.url)
    const { log, keeper } = node
    const feeder = await Feeder.connect(log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 0))
    await drain(log, keeper)
    const { epoch } = await log.tip('news')
    await log.verify('news')
    assert.equal((await log.tip('news')).epoch, epoch)
    await feeder.store(cueEvent(3, 2, 1))
    await keeper.renew('news', epoch, 'another-epoch')
    await drain(log, keeper)
    assert.notEqual((await log.tip('news')).epoch, epoch)
    assert.deepEqual(idsOf(await feeder.store(cueEvent(3, 2, 1))), [2])
    await drain(log, keeper)
    assert.deepEqual(idsOf(keeper.of('news').entries), [1, 2])
  })

  it('tells all nodes what is stored of a producer, once it is archived', async () => {
    const keeper = new MemoryKeeper()
    await using one = openLogNode(server.url, { keeper })
    await using two = openLogNode(server.url, { keeper })
    const heard: unknown[][] = [[], []]
    const stop = new AbortController()
    for (const [n, { log }] of [one, two].entries())
      log.onStored((...news) => heard[n]?.push(news), stop.signal)
    const feeder = await Feeder.connect(one.log)
    const first = await feeder.send(runEvent(1), cueEvent(2, 1, 0))
    assert.ok(first.ok && first.received === 2 && first.stored === 0)
    // Whether the other listens yet is not known: what it missed it hears the next time.
    let seq = 2
    await until('both hear', async () => {
      seq++
      await feeder.store(cueEvent(seq, seq, seq))
      await drain(two.log, keeper)
      return heard.every((news) => news.length > 0)
    })
    await until('both hear the last', () =>
      heard.every((news) => JSON.stringify(news.at(-1)) === `["news","producer-a",${seq}]`),
    )
    const next = await feeder.send(cueEvent(seq + 1, seq + 1, seq + 1))
    assert.ok(next.ok && next.stored === seq)
    await drain(two.log, keeper)
    assert.deepEqual(await one.log.unarchived(), [])
    stop.abort()
  })

  it('keeps entries as long as it was told once they are archived, and tells whoever asks for more', async () => {
    let nowMs = noonMs
    await using node = openLogNode(server.url, { now: () => nowMs, keepMs: 60_000 })
    const { log, keeper } = node
    const feeder = await Feeder.connect(log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 0), cueEvent(3, 2, 1))
    const { epoch } = await log.tip('news')
    nowMs += 61_000
    const [third] = await feeder.store(cueEvent(4, 3, 2))
    const all = await log.read('news', { epoch, seq: 0 }, 10)
    assert.ok(all.ok && all.entries.length === 3)
    await drain(log, keeper)
    assert.deepEqual(await log.read('news', { epoch, seq: 1 }, 10), {
      ...{ ok: false, position: { epoch, seq: 3 }, oldest: { epoch, seq: 2 } },
    })
    const rest = await log.read('news', { epoch, seq: 2 }, 10)
    assert.ok(rest.ok)
    assert.deepEqual(rest.entries, [third])
    for (let seq = 5; seq < 40; seq++) await feeder.store(cueEvent(seq, seq, seq))
    nowMs += 61_000
    await drain(log, keeper)
    const { position } = await log.read('news', { epoch, seq: 0 }, 1)
    const none = await log.read('news', position, 10)
    assert.ok(none.ok && none.entries.length === 0)
    assert.equal((await log.read('news', { epoch, seq: position.seq - 1 }, 10)).ok, false)
  })

  it('takes no more when Redis is full, says so, and empties it all the same', async () => {
    await using node = openLogNode(server.url)
    const { log, keeper } = node
    const feeder = await Feeder.connect(log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 0))
    await using full = openLogNode(server.url, { keeper, mostBytes: 1 })
    await full.log.tip('news')
    const late = await Feeder.connect(full.log)
    await assert.rejects(late.send(cueEvent(3, 2, 1)), isStorageDown)
    server.cli('CONFIG', 'SET', 'maxmemory', '1')
    try {
      const other = await Feeder.connect(log).catch(() => late)
      await assert.rejects(other.send(cueEvent(3, 2, 1)), isStorageDown)
      await drain(full.log, keeper)
      assert.deepEqual(idsOf(keeper.of('news').entries), [1])
      assert.deepEqual(await log.unarchived(), [])
    } finally {
      server.cli('CONFIG', 'SET', 'maxmemory', '0')
    }
  })

  it('removes what is past a channel’s retention, and positions stay contiguous', async () => {
    await using node = openLogNode(server.url)
    const { log, keeper } = node
    const feeder = await Feeder.connect(log)
    await feeder.store(runEvent(1), cueEvent(2, 1, 0), airingEvent(3, 'old', 0, null))
    await feeder.store(airingEvent(4, 'old', 0, 10))
    await feeder.store(cueEvent(5, 2, 5), cueEvent(6, 3, 50))
    await drain(log, keeper)
    await feeder.store(cueEvent(7, 4, 6))
    await log.forget('news', noonMs + 20_000)
    const { epoch } = await log.tip('news')
    const page = await log.read('news', { epoch, seq: 0 }, 10)
    assert.ok(page.ok)
    assert.deepEqual(
      page.entries.map(({ value }) => value.position.seq),
      [1, 2, 3, 4, 5, 6],
    )
    const past = { what: 'past', before: at(20) }
    const told = page.entries.map(({ type, value }) =>
      type === 'removed' ? ('before' in value ? past : value.what) : idOf(value),
    )
    // The last is not archived yet, and is not shown either.
    assert.deepEqual(told, [past, past, past, 'cue', 3, 'cue'])
    assert.doesNotMatch(server.cli('XRANGE', logKeys('news').entries(epoch), '-', '+'), /Title of/)
    const few = await log.read('news', { epoch, seq: 1 }, 2)
    assert.ok(few.ok)
    assert.deepEqual(few.entries, page.entries.slice(1, 3))
    await drain(log, keeper)
    assert.equal(keeper.of('news').entries.length, 6)
  })
})

function idsOf(entries: readonly LogEntry[]): unknown[] {
  return entries.map(({ value }) => idOf(value))
}

function idOf(value: LogEntry['value']): unknown {
  return 'id' in value ? value.id : null
}
