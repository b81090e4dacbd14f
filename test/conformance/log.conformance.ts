import assert from 'node:assert/strict'
import type { AppendResult, Log, LogEntry } from '../../src/server/ports/log.ts'
import {
  Feeder,
  airingEvent,
  at,
  binEvent,
  cueEvent,
  gapEvent,
  noonMs,
  rejectLine,
  runEvent,
  skipEvent,
} from './events.ts'
import { until } from '../support/processes.ts'
import { conformance, type Skips } from './support.ts'

/** `open` gets the clock that the log must take as the time of storage. */
export function logConformance(
  engine: string,
  open: (now: () => number) => Promise<Log>,
  skip: Skips = {},
): void {
  let nowMs = noonMs
  const openAtNoon = (): Promise<Log> => {
    nowMs = noonMs
    return open(() => nowMs)
  }
  conformance(`log conformance: ${engine}`, openAtNoon, skip, (rule) => {
    rule('begins at 0 under a random epoch of each channel’s own', async (log) => {
      const [news, sport] = [await log.tip('news'), await log.tip('sport')]
      assert.match(news.epoch, /^[0-9a-z]{8,26}$/)
      assert.equal(news.seq, 0)
      assert.notEqual(news.epoch, sport.epoch)
      assert.deepEqual(await log.tip('news'), news)
    })

    rule('numbers what readers see from 1 without a hole, whatever lies between', async (log) => {
      const feeder = await Feeder.connect(log)
      const first = await feeder.store(runEvent(1), cueEvent(2, 1, 0), binEvent(3, 0))
      const second = await feeder.store(
        rejectLine(4),
        airingEvent(5, 'air-1', 0, null),
        gapEvent(6, 'gap-1', 0, 5),
        cueEvent(7, 2, 1),
      )
      assert.deepEqual(seqs([...first, ...second]), [1, 2, 3, 4])
      assert.equal((await log.tip('news')).seq, 4)
      assert.deepEqual(kinds(second), ['airing', 'gap', 'cue'])
    })

    rule('answers the producer’s number, also after lines without an entry', async (log) => {
      const feeder = await Feeder.connect(log)
      assert.deepEqual(await log.producer('news', 'producer-a'), { received: 0, stored: 0 })
      const result = await feeder.send(runEvent(1), rejectLine(2), binEvent(3, 0))
      assert.ok(result.ok)
      assert.equal(result.received, 3)
      await holds(log, 'producer-a', 3)
      assert.deepEqual(await log.producer('news', 'producer-b'), { received: 0, stored: 0 })
    })

    rule('passes over what it has, across batches and inside one', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), cueEvent(2, 1, 0))
      const again = await feeder.store(cueEvent(2, 1, 0), cueEvent(3, 2, 1), cueEvent(3, 2, 1))
      assert.deepEqual(seqs(again), [2])
      // Unlike a cue, a gap has nothing but its number to be known by.
      const gap = gapEvent(4, 'g', 3, 4)
      assert.deepEqual(seqs(await feeder.store(gap)), [3])
      assert.deepEqual(seqs(await feeder.store(gap, binEvent(5, 5))), [])
      assert.equal((await log.tip('news')).seq, 3)
      assert.equal((await log.producer('news', 'producer-a')).received, 5)
    })

    rule('refuses a hole, names what it expects, and stores nothing of the batch', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1))
      const refused = await feeder.send(cueEvent(2, 1, 0), cueEvent(4, 2, 1))
      assert.deepEqual(refused, { ok: false, code: 'sequence-gap', expected: 3 })
      await holds(log, 'producer-a', 1)
      assert.deepEqual(seqs(await feeder.store(cueEvent(2, 1, 0))), [1])
    })

    rule('advances over a skip and stores a gap up to the next known time', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), cueEvent(2, 1, 0))
      const [open] = await feeder.store(skipEvent(3, 90))
      await holds(log, 'producer-a', 90)
      const [closed, cue] = await feeder.store(cueEvent(91, 40, 100))
      assert.ok(open?.type === 'gap' && closed?.type === 'gap' && cue?.type === 'cue')
      assert.deepEqual([open.value.from, open.value.to], [at(1), null])
      assert.equal(open.value.reason, 'spool-overflow')
      assert.equal(closed.value.id, open.value.id)
      assert.deepEqual([closed.value.from, closed.value.to], [at(1), at(100)])
    })

    rule('advances over a skip whose beginning it has', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), cueEvent(2, 1, 0))
      await feeder.store(skipEvent(2, 5))
      assert.equal((await log.producer('news', 'producer-a')).received, 5)
    })

    rule('stores no gap for a skip that lost only BIN', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), cueEvent(2, 1, 0))
      const entries = await feeder.store({ ...skipEvent(3, 7), lost: 'bin' }, cueEvent(8, 2, 5))
      assert.deepEqual(kinds(entries), ['cue'])
      assert.equal((await log.producer('news', 'producer-a')).received, 8)
    })

    // Both left the gap wrong: the run began before the hole, and the second skip forgot the first.
    rule('bounds a skip’s gap by times after it, whatever comes between', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(runEvent(1), cueEvent(2, 1, 10))
      const [open] = await feeder.store(skipEvent(3, 7), runEvent(8), skipEvent(9, 12))
      const entries = await feeder.store(cueEvent(13, 5, 60))
      const [closed] = entries
      assert.ok(open?.type === 'gap' && closed?.type === 'gap')
      assert.deepEqual(kinds(entries), ['gap', 'cue'])
      assert.equal(closed.value.id, open.value.id)
      assert.deepEqual([closed.value.from, closed.value.to], [at(11), at(60)])
    })

    rule('stores a cue’s identity once, whoever sends it again', async (log) => {
      const a = await Feeder.connect(log)
      await a.store(runEvent(1), cueEvent(2, 1, 0), cueEvent(3, 3, 2))
      const b = await Feeder.connect(log, 'news', 'producer-b')
      const result = await b.send(
        runEvent(1),
        cueEvent(2, 1, 0),
        cueEvent(3, 2, 1),
        cueEvent(4, 3, 2),
      )
      assert.ok(result.ok)
      assert.equal(result.duplicates, 2)
      assert.equal(result.received, 4)
      assert.deepEqual(texts(result.entries), ['CUE 2'])
    })

    rule('keeps one id apart in two runs, two tracks and two channels', async (log) => {
      const news = await Feeder.connect(log)
      const entries = await news.store(
        cueEvent(1, 1, 0),
        cueEvent(2, 1, 0, { track: 'CC3' }),
        cueEvent(3, 1, 0, { run: 'run-2' }),
      )
      assert.deepEqual(seqs(entries), [1, 2, 3])
      const sport = await Feeder.connect(log, 'sport')
      assert.deepEqual(seqs(await sport.store(cueEvent(1, 1, 0))), [1])
    })

    rule('gives out growing fences and refuses an older one', async (log) => {
      const old = await Feeder.connect(log)
      await old.store(runEvent(1))
      const young = await Feeder.connect(log)
      assert.deepEqual(await old.send(cueEvent(2, 1, 0)), { ok: false, code: 'fenced' })
      assert.deepEqual(seqs(await young.store(cueEvent(2, 1, 0))), [1])
      assert.ok((await log.fence('news')) < (await log.fence('news')))
      await assertFreeOf('sport', log)
    })

    rule('takes language from the run’s tracks, also from tracks added later', async (log) => {
      const feeder = await Feeder.connect(log)
      const entries = await feeder.store(
        runEvent(1),
        cueEvent(2, 1, 0),
        cueEvent(3, 1, 0, { track: 'CC3' }),
        runEvent(4, { tracks: [{ track: 'CC3', language: 'es' }] }),
        cueEvent(5, 2, 1, { track: 'CC3' }),
        cueEvent(6, 2, 1),
      )
      assert.deepEqual(
        cuesOf(entries).map(({ value }) => value.language),
        ['en', null, 'es', 'en'],
      )
    })

    rule('names the airing that is on at a cue’s start', async (log) => {
      const feeder = await Feeder.connect(log)
      const entries = await feeder.store(
        runEvent(1),
        cueEvent(2, 1, 0),
        airingEvent(3, 'air-1', 10, null),
        airingEvent(4, 'air-2', 20, 30),
        cueEvent(5, 2, 9),
        cueEvent(6, 3, 10),
        cueEvent(7, 4, 20),
        cueEvent(8, 5, 30),
        airingEvent(9, 'air-2', 20, 40),
        cueEvent(10, 6, 31),
      )
      assert.deepEqual(
        cuesOf(entries).map(({ value }) => value.airing),
        [null, null, 'air-1', 'air-2', null, 'air-2'],
      )
    })

    rule('marks late what a live run brings more than 30 s after its end', async (log) => {
      const feeder = await Feeder.connect(log)
      nowMs = noonMs + 100_000
      const entries = await feeder.store(
        runEvent(1),
        cueEvent(2, 1, 68),
        cueEvent(3, 2, 69),
        runEvent(4, { run: 'recording', live: false }),
        cueEvent(5, 1, 0, { run: 'recording' }),
      )
      assert.deepEqual(
        cuesOf(entries).map(({ late }) => late),
        [true, false, false],
      )
    })

    rule('gives a replaced airing and gap a new position under the same id', async (log) => {
      const feeder = await Feeder.connect(log)
      const entries = await feeder.store(
        airingEvent(1, 'air-1', 0, null),
        gapEvent(2, 'gap-1', 0, null),
        airingEvent(3, 'air-1', 0, 60),
        gapEvent(4, 'gap-1', 0, 0),
      )
      assert.deepEqual(seqs(entries), [1, 2, 3, 4])
    })

    rule('reads on from any position, in pages, up to the tip', async (log) => {
      const feeder = await Feeder.connect(log)
      const stored: LogEntry[] = []
      for (let n = 1; n <= 10; n++) stored.push(...(await feeder.store(cueEvent(n, n, n))))
      const { epoch } = await log.tip('news')
      for (const since of [0, 3, 9, 10])
        for (const limit of [0, 1, 4]) {
          const page = await log.read('news', { epoch, seq: since }, limit)
          assert.ok(page.ok)
          assert.deepEqual(page.entries, stored.slice(since, since + limit))
          assert.deepEqual(page.position, { epoch, seq: 10 })
        }
    })

    rule('reads back exactly what append answered, of every kind', async (log) => {
      const feeder = await Feeder.connect(log)
      const stored = await feeder.store(
        runEvent(1),
        cueEvent(2, 1, 0, { mode: 'pop-on', text: '♪ Été\n>> “YES” ' }),
        airingEvent(3, 'air-1', 0, null, { description: 'd', category: 'c', rating: 'TV-14' }),
        gapEvent(4, 'gap-1', 0, null),
        skipEvent(5, 9),
      )
      const { epoch } = await log.tip('news')
      const page = await log.read('news', { epoch, seq: 0 }, 100)
      assert.ok(page.ok)
      assert.deepEqual(page.entries, stored)
    })

    rule('tells a reader of another epoch, or ahead of the tip, where the tip is', async (log) => {
      const feeder = await Feeder.connect(log)
      await feeder.store(cueEvent(1, 1, 0))
      const tip = await log.tip('news')
      for (const since of [
        { epoch: 'otherepoch', seq: 0 },
        { epoch: tip.epoch, seq: 2 },
      ])
        assert.deepEqual(await log.read('news', since, 10), {
          ...{ ok: false, position: tip, oldest: { ...tip, seq: 0 } },
        })
    })

    rule('keeps channels apart when many append at once', async (log) => {
      const channels = Array.from({ length: 20 }, (_, n) => `channel-${n}`)
      const feeders = await Promise.all(channels.map((channel) => Feeder.connect(log, channel)))
      const results: Promise<AppendResult>[] = []
      for (let n = 1; n <= 10; n++)
        for (const feeder of feeders) results.push(feeder.send(cueEvent(n, n, n)))
      for (const result of await Promise.all(results)) assert.ok(result.ok)
      for (const channel of channels) {
        const { epoch } = await log.tip(channel)
        const page = await log.read(channel, { epoch, seq: 0 }, 100)
        assert.ok(page.ok)
        assert.deepEqual(
          texts(page.entries),
          Array.from({ length: 10 }, (_, n) => `CUE ${n + 1}`),
        )
        assert.deepEqual(seqs(page.entries), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
      }
    })

    rule('stores batches of one channel in the order of the calls', async (log) => {
      const feeder = await Feeder.connect(log)
      const results = await Promise.all(
        Array.from({ length: 50 }, (_, n) => feeder.send(cueEvent(n + 1, n + 1, n))),
      )
      assert.deepEqual(
        results.flatMap((result) => (result.ok ? seqs(result.entries) : [])),
        Array.from({ length: 50 }, (_, n) => n + 1),
      )
    })
  })
}

/** The producer's number is this, and all of it is stored at last. */
async function holds(log: Log, producer: string, number: number): Promise<void> {
  assert.equal((await log.producer('news', producer)).received, number)
  await until('all is stored', async () => {
    const { received, stored } = await log.producer('news', producer)
    assert.equal(received, number)
    assert.ok(stored <= received)
    return stored === number
  })
}

async function assertFreeOf(channel: string, log: Log): Promise<void> {
  const other = await Feeder.connect(log, channel)
  assert.ok((await other.send(runEvent(1))).ok)
}

function seqs(entries: readonly LogEntry[]): number[] {
  return entries.map(({ value }) => value.position.seq)
}

function kinds(entries: readonly LogEntry[]): string[] {
  return entries.map(({ type }) => type)
}

function cuesOf(entries: readonly LogEntry[]): Extract<LogEntry, { type: 'cue' }>[] {
  return entries.filter((entry) => entry.type === 'cue')
}

function texts(entries: readonly LogEntry[]): string[] {
  return cuesOf(entries).map(({ value }) => value.text)
}
