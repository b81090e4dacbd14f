import assert from 'node:assert/strict'
import fc from 'fast-check'
import { MemoryArchive } from '../../src/server/engines/memory/memory-archive.ts'
import { MemoryLog } from '../../src/server/engines/memory/memory-log.ts'
import type { Archive, CuePage, CueQuery } from '../../src/server/ports/archive.ts'
import type { AppendResult, Batch, Log } from '../../src/server/ports/log.ts'
import {
  airingEvent,
  at,
  binEvent,
  cueEvent,
  gapEvent,
  noonMs,
  runEvent,
  skipEvent,
} from '../conformance/events.ts'
import type { Storage } from '../conformance/storage.ts'

/**
 * Random batches, by producers that repeat, contradict and leave holes, go to a storage and to the engine in memory, which
 * shares its rules but none of its storage; both must answer alike, at every moment of filing. Channels are never used
 * again, so one storage serves all runs.
 */

/** Over two months around a month's end. */
const seconds = fc.integer({ min: -40 * 24, max: 40 * 24 }).map((hours) => hours * 3600 + 1)
const run = fc.constantFrom('run-1', 'run-2', 'run-3')
const track = fc.constantFrom('CC1', 'CC3')

const event = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('cue'), seconds, run, track, fc.nat(8)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('bin'), seconds, run, track, fc.nat(8)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('run'), seconds, run, track, fc.nat(1)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('airing'), seconds, run, track, fc.nat(3)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('gap'), seconds, run, track, fc.nat(3)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('skip'), seconds, run, track, fc.nat(4)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('end'), seconds, run, track, fc.nat(0)) },
)

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      producer: fc.constantFrom('a', 'b'),
      /** How far before or beyond the next number the batch begins. */
      offset: fc.constantFrom(0, 0, 0, 0, -2, 1),
      events: fc.array(event, { minLength: 1, maxLength: 12 }),
    }),
  },
  { weight: 1, arbitrary: fc.constant('settle' as const) },
)

const query = fc.record({
  order: fc.constantFrom('oldest' as const, 'newest' as const),
  limit: fc.constantFrom(1, 3, 50),
  from: fc.option(seconds.map(at)),
  to: fc.option(seconds.map(at)),
  tracks: fc.option(fc.constantFrom(['CC1'], ['CC3'], ['CC1', 'CC3'])),
  run: fc.option(run),
})

let count = 0

/** What the storage under test must take for the present. */
export const modelNow = (): number => noonMs

/** Rejects, with the seed that repeats it, when the storage answers other than the engine in memory. */
export async function agreeWithMemory(
  storage: Storage,
  runs: Pick<fc.Parameters, 'numRuns' | 'seed'>,
): Promise<void> {
  const now = modelNow
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 12 }),
      fc.array(query, { minLength: 1, maxLength: 4 }),
      async (steps, queries) => {
        const channel = `channel-${++count}`
        await using log = new MemoryLog({ now })
        await using archive = new MemoryArchive(log)
        const [fence] = await Promise.all([storage.log.fence(channel), log.fence(channel)])
        for (const one of steps) {
          if (one === 'settle') await storage.settle()
          else {
            const { received } = await log.producer(channel, one.producer)
            const batch = batchOf(
              channel,
              one.producer,
              fence,
              received + 1 + one.offset,
              one.events,
            )
            const [found, expected] = await Promise.all([
              storage.log.append(batch),
              log.append(batch),
            ])
            assert.deepEqual(plain(found), plain(expected))
          }
        }
        await compareLogs(storage.log, log, channel)
        for (let round = 0; round < 2; round++) {
          for (const one of queries)
            assert.deepEqual(
              await pages(storage.archive, { channel, cursor: null, ...one }),
              await pages(archive, { channel, cursor: null, ...one }),
            )
          await compareRest(storage.archive, archive, channel)
          await storage.settle()
        }
      },
    ),
    runs,
  )
}

type Spec = readonly [kind: string, seconds: number, run: string, track: string, n: number]

function batchOf(
  channel: string,
  producer: string,
  fence: number,
  first: number,
  specs: readonly Spec[],
): Batch {
  let seq = Math.max(1, first)
  const events = specs.map(([kind, second, runId, trackId, n]) => {
    const own = seq++
    const id = `${kind}-${n}`
    switch (kind) {
      case 'cue':
        return cueEvent(own, n + 1, second, { run: runId, track: trackId })
      case 'bin':
        return binEvent(own, second, { run: runId })
      case 'run':
        return runEvent(own, {
          run: runId,
          tracks: [{ track: trackId, language: n === 0 ? null : 'es' }],
          ...(runId === 'run-3' ? { of: 'run-1', revision: 2 } : {}),
        })
      case 'end':
        return { seq: own, type: 'end' as const, run: runId }
      case 'airing':
        return airingEvent(own, id, second, n === 0 ? null : second + n * 3600, { run: runId })
      case 'gap':
        return gapEvent(own, id, second, n === 0 ? null : second + (n - 1) * 3600)
      default:
        seq = own + n + 1
        return skipEvent(own, own + n)
    }
  })
  return { channel, producer, fence, events }
}

/** Epochs are random: they are left out of the comparison. */
function plain(value: AppendResult | readonly unknown[] | CuePage): unknown {
  return JSON.parse(
    JSON.stringify(value, (key, part: unknown) => (key === 'epoch' ? undefined : part)),
  )
}

async function compareLogs(a: Log, b: Log, channel: string): Promise<void> {
  const read = async (log: Log): Promise<unknown> => {
    const { epoch } = await log.tip(channel)
    const page = await log.read(channel, { epoch, seq: 0 }, 1000)
    return page.ok ? plain(page.entries) : page
  }
  assert.deepEqual(await read(a), await read(b))
}

async function pages(archive: Archive, query: CueQuery): Promise<unknown[]> {
  const found: unknown[] = []
  let cursor: string | null = null
  do {
    const page: CuePage = await archive.cues({ ...query, cursor })
    found.push(plain(page.cues), page.position.seq)
    cursor = page.cursor
  } while (cursor !== null)
  return found
}

async function compareRest(a: Archive, b: Archive, channel: string): Promise<void> {
  const always = { from: null, to: null }
  const some = { from: at(-86_400 * 3), to: at(86_400 * 3) }
  const read = async (archive: Archive): Promise<unknown[]> => {
    const bins: string[] = []
    for await (const { run: runId, at: time, data } of archive.bin(
      channel,
      always,
      new AbortController().signal,
    ))
      bins.push(`${time.slice(0, 13)} ${runId} ${Buffer.from(data).toString()}`)
    return [
      plain(await archive.airings(channel, always, 100)),
      plain(await archive.airings(channel, some, 2)),
      plain(await archive.gaps(channel, always, 100)),
      plain(await archive.gaps(channel, some, 2)),
      await archive.tracks(channel),
      // In memory a run has its place from its first mention on, which may store nothing.
      (await archive.runs(channel, null, 100)).toSorted((x, y) =>
        x.announced.run < y.announced.run ? -1 : 1,
      ),
      await archive.coverage(channel, always),
      await archive.coverage(channel, some),
      await archive.tally(channel, always, null),
      await archive.tally(channel, some, ['CC3']),
      plain(await archive.programmes(channel, some, { terms: ['title'], newest: 2 })),
      await fileOf(archive, channel),
      // Within an hour files hold one run after the other: what arrived first of each comes first.
      bins.sort(),
    ]
  }
  assert.deepEqual(await read(a), await read(b))
}

async function fileOf(archive: Archive, channel: string): Promise<unknown> {
  const range = { from: at(-86_400 * 30), to: at(86_400 * 30) }
  const facts = { format: 'json', channel, name: channel, timeZone: 'UTC' } as const
  const { bytes, counts, next } = await archive.file(
    {
      ...{ channel, range, tracks: null, cues: null },
      facts: { ...facts, ...range, tracks: [], zeroMs: noonMs },
    },
    null,
    'bytes',
  )
  return [plain(JSON.parse(Buffer.from(bytes ?? []).toString()) as CuePage), counts, next]
}
