import assert from 'node:assert/strict'
import { it } from 'node:test'
import fc from 'fast-check'
import {
  clipSpans,
  lengthOfSpans,
  unionOfSpans,
  type TimeSpan,
} from '../../src/protocol/time/time-spans.ts'
import { MemoryArchive } from '../../src/server/engines/memory/memory-archive.ts'
import { MemoryLog } from '../../src/server/engines/memory/memory-log.ts'
import {
  isOwnGapId,
  ownGapId,
  serverProducer,
  type Monitoring,
} from '../../src/server/ports/log.ts'
import { Feeder, at, binEvent, gapEvent, noonMs, runEvent } from '../conformance/events.ts'

type Step =
  | { readonly do: 'goes on' | 'ends' | 'looks' | 'opens' | 'loses source' | 'has source' }
  | { readonly do: 'begins'; readonly tells: 'nothing' | 'all' | 'less' | 'more' }

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.constantFrom(
    ...(
      ['goes on', 'goes on', 'ends', 'looks', 'opens', 'loses source', 'has source'] as const
    ).map((name) => ({ do: name })),
  ),
  fc
    .constantFrom(...(['nothing', 'all', 'less', 'more'] as const))
    .map((tells) => ({ do: 'begins', tells }) as const),
)

const always = { from: null, to: null }

/** A tuner and a server's keeper in any order; between any two steps either may have been killed. */
it('whatever the order of events, one hole is told once, and none stays open when a run is heard', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      let second = 0
      const log = new MemoryLog({ now: () => noonMs + 86_400_000 })
      const archive = new MemoryArchive(log)
      const feeder = await Feeder.connect(log)
      let seq = 0
      let run = 0
      let lost = -1
      /** What the keeper has read, perhaps long before it acts. */
      let looked: Monitoring | null = null
      const begin = (): ReturnType<typeof runEvent> =>
        runEvent(++seq, { run: `run-${++run}`, startedAt: at(second) })
      await feeder.store(begin())
      for (const one of steps) {
        const last = second
        second += 40
        const name = { run: `run-${run}` }
        if (one.do === 'goes on') await feeder.store(binEvent(++seq, second, name))
        if (one.do === 'ends') await feeder.store({ seq: ++seq, type: 'end', ...name })
        if (one.do === 'looks') looked = await log.monitoring('news')
        if (one.do === 'opens' && looked !== null) await open(log, looked)
        if (one.do === 'loses source' && lost < 0)
          await feeder.store({ ...gapEvent(++seq, `lost-${run}`, (lost = last), null), ...name })
        if (one.do === 'has source' && lost >= 0) {
          await feeder.store({ ...gapEvent(++seq, `lost-${run}`, lost, second), ...name })
          lost = -1
        }
        if (one.do === 'begins') {
          // An input that ends closes what it has open.
          if (lost >= 0)
            await feeder.store({ ...gapEvent(++seq, `lost-${run}`, lost, last), ...name })
          lost = -1
          await feeder.store(begin())
          const from = { nothing: null, all: last, less: last + 7, more: last - 7 }[one.tells]
          if (from !== null) await feeder.store(gapEvent(++seq, `restart-${run}`, from, second))
        }
        const isHeard = one.do === 'goes on' || one.do === 'begins'
        await check(log, archive, isHeard)
      }
    }),
    { numRuns: 500 },
  )
})

async function open(log: MemoryLog, { run, lastMs }: Monitoring): Promise<void> {
  const { received } = await log.producer('news', serverProducer)
  const from = new Date(lastMs).toISOString()
  const event = { seq: received + 1, type: 'gap', run, id: ownGapId(run, lastMs), from } as const
  const fence = Number.POSITIVE_INFINITY
  const events = [{ ...event, to: null, reason: 'tuner-offline' } as const]
  assert.ok((await log.append({ channel: 'news', producer: serverProducer, fence, events })).ok)
}

async function check(log: MemoryLog, archive: MemoryArchive, isHeard: boolean): Promise<void> {
  const gaps = await archive.gaps('news', always, 1000)
  const spanOf = ({ from, to }: { from: string; to: string | null }): TimeSpan => ({
    fromMs: Date.parse(from),
    toMs: to === null ? Infinity : Date.parse(to),
  })
  const own = gaps.filter(({ id }) => isOwnGapId(id))
  const opened = own.filter(({ to }) => to === null)
  assert.ok(opened.length <= (isHeard ? 0 : 1), `${opened.length} are open`)
  const bounded = clipSpans(own.map(spanOf), { fromMs: 0, toMs: noonMs + 86_400_000 })
  assert.equal(lengthOfSpans(unionOfSpans(bounded)), lengthOfSpans(bounded), 'none is doubled')
  for (const told of gaps.filter(({ id }) => !isOwnGapId(id)))
    assert.deepEqual(clipSpans(own.map(spanOf), spanOf(told)), [], `${told.id} is told once`)
  if (isHeard) assert.equal((await log.monitoring('news'))?.isAbsent, false)
}
