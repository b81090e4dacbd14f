import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { newAlertSchema } from '../../src/protocol/alerts.ts'
import { hasNegation } from '../../src/query/language/query.ts'
import { parseQuery } from '../../src/query/language/parse.ts'
import { findMatches } from '../../src/query/match/find-matches.ts'
import { createRandom } from '../../src/simulator/random.ts'
import { MemoryDirectory } from '../../src/server/engines/memory/memory-directory.ts'
import { MemoryArchive } from '../../src/server/engines/memory/memory-archive.ts'
import { MemoryLog } from '../../src/server/engines/memory/memory-log.ts'
import { openAlerts, type Alerts } from '../../src/server/open-alerts.ts'
import type { Log, LogEntry } from '../../src/server/ports/log.ts'
import { channelRecord } from '../conformance/directory.conformance.ts'
import { createFolder, eventually } from '../engines/temporary.ts'
import { queryText } from '../query/generate.ts'
import { createCue, timeline, type Timeline } from '../query/timelines.ts'
import { Inbox, silent } from '../support/alert-rig.ts'

/** For as long as it is given: alerts find what a search finds later, whenever they were stopped and started between. */

const seconds = Number(process.env['TEST_SECONDS'] ?? 10)
const seed = Number(process.env['TEST_SEED'] ?? 1)
const random = createRandom(seed)
const queriesPerRound = 40
const channel = { id: 'one', network: 'Net', timeZone: 'UTC' }
const none = (): Promise<null> => Promise.resolve(null)

/** A channel's log that holds what it is given. */
class GivenLog implements Pick<Log, 'read' | 'tip'> {
  readonly entries: LogEntry[] = []
  readonly #epoch = 'epoch0123'

  tip(): ReturnType<Log['tip']> {
    return Promise.resolve({ epoch: this.#epoch, seq: this.entries.length })
  }

  async read(_channel: string, since: { seq: number }, limit: number): ReturnType<Log['read']> {
    const entries = this.entries.slice(since.seq, since.seq + limit)
    return { ok: true, entries, position: await this.tip() }
  }

  take(entry: LogEntry): void {
    this.entries.push(entry)
  }
}

describe('alerts, and a search of the same time', () => {
  it('find the same in random streams, across stops', async (t) => {
    const untilMs = performance.now() + seconds * 1000
    const told = { rounds: 0, mentions: 0, withNegation: 0, stops: 0, seed }
    await using folder = await createFolder()
    do {
      const sample = { seed: random.below(2 ** 31), numRuns: 1 }
      const [stream] = fc.sample(timeline, sample)
      const queries = [...new Set(fc.sample(queryText, { ...sample, numRuns: queriesPerRound }))]
      assert.ok(stream !== undefined)
      const dataDir = `${folder.path}/${++told.rounds}`
      mkdirSync(dataDir)
      await runRound(dataDir, stream, queries, told)
    } while (performance.now() < untilMs)
    t.diagnostic(JSON.stringify(told))
    assert.ok(told.mentions > 0 && told.withNegation > 0)
  })
})

async function runRound(
  dataDir: string,
  { events, cues, gaps }: Timeline,
  queries: readonly string[],
  told: { mentions: number; withNegation: number; stops: number; rounds: number },
): Promise<void> {
  const log = new GivenLog()
  const directory = new MemoryDirectory()
  await directory.createChannel(channelRecord('one', channel))
  let nowMs = Date.parse(cues[0]?.start ?? '2026-01-02T11:00:00.000Z') - 1000
  let alerts = open()
  const ids = new Map<string, string>()
  try {
    for (const query of [...queries, 'beacon']) ids.set(query, await make(query))
    for (const event of events) {
      if (random.below(8) === 0) await restart()
      const entry: LogEntry =
        event.kind === 'cue'
          ? { type: 'cue', late: false, value: event.cue }
          : { type: 'gap', value: event.gap }
      // As fast as they can be sent: after half a minute of silence an alert would decide what a search still takes away.
      nowMs += 100
      hear(entry)
      // Heard one by one, or together.
      if (random.below(3) === 0) await new Promise(setImmediate)
    }
    // When a beacon is found, all before it was heard; when the next is, half a minute later, all of it is decided.
    for (const n of [1, 2]) {
      nowMs += 31_000
      const of = { text: 'beacon', track: 'CC4', run: 'beacons', id: n, atMs: nowMs - 1000 }
      hear({ type: 'cue', late: false, value: createCue({ ...of, seq: log.entries.length + 1 }) })
      await eventually('a beacon', async () => (await found('beacon')).length === n)
    }
    for (const query of queries) {
      const parsed = parseQuery(query)
      assert.ok(parsed.ok && parsed.query.kind === 'text')
      const matches = findMatches(parsed.query, { channel, showOf: () => null }, cues, gaps)
      const wanted = new Set(matches.map((match) => placeOf(match.cues[0].cue)))
      assert.deepEqual(
        [...(await found(query))].sort(),
        [...wanted].sort(),
        `${query}: round ${told.rounds} of TEST_SEED=${seed}`,
      )
      told.mentions += wanted.size
      if (hasNegation(parsed.query.expression)) told.withNegation += wanted.size
    }
  } finally {
    await alerts[Symbol.asyncDispose]()
  }

  function open(): Alerts {
    const memory = new MemoryLog()
    return openAlerts({
      ...{ dataDir, log, archive: new MemoryArchive(memory), directory, logger: silent },
      ...{ airing: () => null, readerOf: () => ({ kind: 'reader' }), queue: new Inbox() },
      ...{ searches: { counts: none, monitored: none }, destinationsOf: () => Promise.resolve([]) },
      ...{ now: () => nowMs, tickMs: 20 },
    })
  }

  async function restart(): Promise<void> {
    told.stops++
    await alerts[Symbol.asyncDispose]()
    alerts = open()
    await alerts.service.begin()
  }

  function hear(entry: LogEntry): void {
    log.take(entry)
    alerts.service.take({ type: 'entries', channel: 'one', entries: [entry] })
  }

  async function make(query: string): Promise<string> {
    const rate = { kind: 'never' } as const
    const wish = newAlertSchema.parse({ query, name: 'x', rate, foldRepeats: false })
    return (await alerts.service.create('ann', wish)).id
  }

  async function found(query: string): Promise<string[]> {
    const { service } = alerts
    const { items } = await service.mentions(service.get(ids.get(query) ?? '', null), null, 200)
    return items.map(placeOf)
  }
}

/** Each cue begins at a time of its own. */
function placeOf({ track, start }: { readonly track: string; readonly start: string }): string {
  return `${track} ${start}`
}
