import assert from 'node:assert/strict'
import { Feeder, at, binEvent, runEvent } from './events.ts'
import type { RuleEverywhere, Storage } from './storage.ts'
import type { Rule } from './support.ts'

const always = { from: null, to: null }
const day = 86_400

/** The part of the archive's suite that is about original bytes. */
export function binRules(rule: Rule<Storage>, everywhere: RuleEverywhere): void {
  everywhere(
    'gives the original bytes of a range, chunk by chunk, over hours and runs',
    (feeder) =>
      feeder.store(
        ...[-7200, -7199, -3600, -1].map((s, n) => binEvent(n + 1, s)),
        binEvent(5, 0, { run: 'run-2' }),
        binEvent(6, 3599, { run: 'run-2' }),
      ),
    async (archive) => {
      const { signal } = new AbortController()
      const read = async (from: number, to: number): Promise<string[]> => {
        const found: string[] = []
        for await (const chunk of archive.bin('news', { from: at(from), to: at(to) }, signal))
          found.push(`${chunk.run} ${chunk.format} ${Buffer.from(chunk.data).toString()}`)
        return found
      }
      assert.deepEqual(await read(-7199, 3599), [
        'run-1 ttxt bytes of 2 at -7199',
        'run-1 ttxt bytes of 3 at -3600',
        'run-1 ttxt bytes of 4 at -1',
        'run-2 ttxt bytes of 5 at 0',
      ])
      assert.equal((await read(-10 * day, 10 * day)).length, 6)
      assert.deepEqual(await read(4000, 9000), [])
    },
  )

  everywhere(
    'gives the original bytes of one run, and lists the runs with the time of their last bytes',
    (feeder) =>
      feeder.store(
        runEvent(1),
        binEvent(2, 0),
        binEvent(3, 4000),
        runEvent(4, { run: 'run-2', startedAt: at(4001) }),
        binEvent(5, 4002, { run: 'run-2' }),
        { seq: 6, type: 'end', run: 'run-2' },
        runEvent(7, { run: 'run-3', startedAt: at(5000) }),
      ),
    async (archive) => {
      const { signal } = new AbortController()
      const found: string[] = []
      for await (const { data } of archive.bin('news', always, signal, { run: 'run-1' }))
        found.push(Buffer.from(data).toString())
      assert.deepEqual(found, ['bytes of 2 at 0', 'bytes of 3 at 4000'])
      const runs = await archive.runs('news', null, 10)
      assert.deepEqual(
        runs.map(({ announced, ended, binUntil }) => [announced.run, ended, binUntil]),
        [
          ['run-1', false, at(4000)],
          ['run-2', true, at(4002)],
          ['run-3', false, null],
        ],
      )
      const page = await archive.runs('news', 'run-1', 1)
      assert.deepEqual(page, runs.slice(1, 2))
      assert.deepEqual(await archive.runs('news', 'run-3', 10), [])
      assert.deepEqual(await archive.runs('nobody', null, 10), [])
    },
  )

  rule('adds bytes that come after their hour was put away', async (storage) => {
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(binEvent(1, 0), binEvent(2, 5))
    await storage.settle()
    await feeder.store(binEvent(3, 3), binEvent(4, 4))
    for (let round = 0; round < 2; round++) {
      const found: string[] = []
      for await (const { data } of storage.archive.bin(
        'news',
        always,
        new AbortController().signal,
      ))
        found.push(Buffer.from(data).toString())
      assert.deepEqual(found, [
        'bytes of 1 at 0',
        'bytes of 2 at 5',
        'bytes of 3 at 3',
        'bytes of 4 at 4',
      ])
      await storage.settle()
    }
  })

  rule('keeps once the bytes that a second producer of a run delivers again', async (storage) => {
    const first = await Feeder.connect(storage.log)
    await first.store(
      runEvent(1),
      binEvent(2, 0, { data: 'AAAA' }),
      binEvent(3, 5, { data: 'BBBB' }),
    )
    const second = await Feeder.connect(storage.log, 'news', 'producer-b')
    await second.store(
      ...[runEvent(1), binEvent(2, 0, { data: 'AAAA' }), binEvent(3, 5, { data: 'BBBB' })],
      binEvent(4, 9, { data: 'CCCC' }),
    )
    const found: string[] = []
    const { signal } = new AbortController()
    for await (const { data } of storage.archive.bin('news', always, signal))
      found.push(Buffer.from(data).toString('base64'))
    assert.deepEqual(found, ['AAAA', 'BBBB', 'CCCC'])
  })

  rule('stops a stream of bytes when its reader goes away', async (storage) => {
    const feeder = await Feeder.connect(storage.log)
    await feeder.store(...Array.from({ length: 20 }, (_, n) => binEvent(n + 1, n)))
    const stop = new AbortController()
    const read = async (): Promise<void> => {
      for await (const chunk of storage.archive.bin('news', always, stop.signal))
        if (chunk.at === at(3)) stop.abort()
    }
    await assert.rejects(read, { name: 'AbortError' })
  })
}
