import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import fc from 'fast-check'
import type { Cue, Gap } from '../../src/protocol/api.ts'
import { parseQuery } from '../../src/query/language/parse.ts'
import type { Query } from '../../src/query/language/query.ts'
import { findMatches } from '../../src/query/match/find-matches.ts'
import { tokenize } from '../../src/query/text/tokenize.ts'
import { rebuildMark, volumeMonths } from '../../src/server/engines/sqlite/data-folder.ts'
import { openSqliteStorage, type SqliteStorage } from '../../src/server/engines/sqlite-storage.ts'
import type { Search, SearchChannel } from '../../src/server/ports/search.ts'
import { queryText } from '../query/generate.ts'
import { naiveMatches, naivePasses, naiveStreams } from '../query/naive.ts'
import { createRandom, type Random } from '../support/random.ts'
import { archiveBeginMs, ArchiveFeeder, type ArchiveModel } from './search-archive.ts'
import { createFolder } from './temporary.ts'

const channels = ['one', 'two', 'three']

interface Expected {
  readonly mentions: number
  readonly cues: ReadonlySet<string>
}

/** What the queries met with: a run that misses these shares proves too little. */
export interface Shares {
  queries: number
  matching: number
  matches: number
  crossing: number
  late: number
}

/** Compares search with everything scanned, in random archives, until the time is over. */
export async function compareArchives(seed: number, seconds: number): Promise<Shares> {
  const shares: Shares = { queries: 0, matching: 0, matches: 0, crossing: 0, late: 0 }
  const random = createRandom(seed)
  const end = performance.now() + seconds * 1000
  do {
    await using folder = await createFolder()
    let nowMs = archiveBeginMs
    await using storage = await openSqliteStorage({
      ...{ dataDir: folder.path, fileEveryMs: null },
      now: () => nowMs,
    })
    const feeder = new ArchiveFeeder(storage, random, channels)
    const lateRound = 1 + random.below(4)
    for (let round = 0; round < 6; round++) {
      const isLate = round === lateRound
      await feeder.step(10 + random.below(60), isLate)
      nowMs += 600_000
      if (random.next() < 0.15) await rebuild(folder.path, storage)
      else if (random.next() < 0.5) await storage.settle()
      else if (random.next() < 0.5) await storage.file()
      await compareAll(storage.search, feeder.model, random, isLate, shares)
    }
  } while (performance.now() < end)
  assert.ok(shares.matching >= 0.5 * shares.queries, 'half of the queries find something')
  assert.ok(shares.crossing >= 0.1 * shares.matches, 'matches run over cues')
  assert.ok(shares.late >= 0.05 * shares.queries, 'some follow late cues')
  return shares
}

/** Makes the index of all months again from their cues. */
async function rebuild(dataDir: string, storage: SqliteStorage): Promise<void> {
  await storage.settle()
  for (const month of volumeMonths(dataDir)) writeFileSync(rebuildMark(dataDir, month), '')
  await storage.settle()
  for (const month of volumeMonths(dataDir))
    assert.ok(!existsSync(rebuildMark(dataDir, month)), 'the index was made again')
}

async function compareAll(
  search: Search,
  model: ArchiveModel,
  random: Random,
  isLate: boolean,
  shares: Shares,
): Promise<void> {
  const texts = [
    ...fc.sample(queryText, { numRuns: 40, seed: random.below(2 ** 31) }),
    ...Array.from({ length: 40 }, () => quote(model, random)),
    'lang:es',
  ]
  // What the log has told within the last moment may be overlooked once.
  await new Promise((resolve) => setTimeout(resolve, 210))
  for (const text of texts) {
    const parsed = parseQuery(text)
    if (!parsed.ok) continue
    const expected = (random.next() < 0.05 ? scanPlainly : scan)(parsed.query, model)
    shares.queries++
    if (expected.size > 0) shares.matching++
    if (isLate) shares.late++
    for (const one of expected.values()) {
      shares.matches++
      if (one.cues.size > 1) shares.crossing++
    }
    await compare(search, parsed.query, expected, random, text)
  }
}

/** Words as they were said one after another, also from one cue to the next. */
function quote(model: ArchiveModel, random: Random): string {
  const cue = random.pick(model.cues)
  const following = model.cues.filter(
    (one) =>
      one.run === cue.run && one.track === cue.track && one.id >= cue.id && one.id < cue.id + 3,
  )
  const terms = following.flatMap(({ text }) => tokenize(text).terms)
  const from = random.below(Math.max(1, terms.length))
  return `"${terms.slice(from, from + 1 + random.below(4)).join(' ')}"`
}

type Found = Map<string, { mentions: number; cues: Set<string> }>

function addMatch(found: Found, first: Cue, marked: readonly Cue[]): void {
  const key = `${first.channel} ${first.run} ${first.track} ${first.start.slice(0, 16)}`
  const one = found.get(key) ?? { mentions: 0, cues: new Set() }
  one.mentions++
  for (const { id } of marked) one.cues.add(String(id))
  found.set(key, one)
}

/** Every stream of tokens is looked at whole. */
function scan(query: Query, model: ArchiveModel): Map<string, Expected> {
  const found: Found = new Map()
  for (const id of channels) {
    const facts = { channel: { id, network: 'Net', timeZone: 'UTC' }, showOf: () => null }
    const { said, holes } = ofChannel(id, model)
    for (const { cues } of findMatches(query, facts, said, holes))
      addMatch(
        found,
        cues[0].cue,
        cues.map(({ cue }) => cue),
      )
  }
  return found
}

/** The same, as plainly as it can be said; slow. */
function scanPlainly(query: Query, model: ArchiveModel): Map<string, Expected> {
  const found: Found = new Map()
  for (const channel of channels) {
    const facts = { channel, network: 'net', show: '' }
    const { said, holes } = ofChannel(channel, model)
    if (query.kind === 'filters') {
      for (const cue of said) if (naivePasses(query.filter, cue, facts)) addMatch(found, cue, [cue])
      continue
    }
    for (const stream of naiveStreams(said, holes))
      for (const match of naiveMatches(query.expression, stream, facts))
        addMatch(found, match.first, match.cues)
  }
  return found
}

function ofChannel(id: string, { cues, gaps }: ArchiveModel): { said: Cue[]; holes: Gap[] } {
  return {
    said: cues
      .filter(({ channel }) => channel === id)
      .sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : a.id - b.id)),
    holes: [...gaps.values()].filter(({ channel }) => channel === id),
  }
}

async function compare(
  search: Search,
  query: Query,
  expected: ReadonlyMap<string, Expected>,
  random: Random,
  text: string,
): Promise<void> {
  const scope = {
    ...{ query, tracks: null, from: null, to: null, timeLimitMs: 60_000 },
    channels: channels.map((id): SearchChannel => ({
      id,
      network: 'Net',
      timeZone: 'UTC',
      from: null,
      to: null,
    })),
  }
  const order = random.pick(['newest', 'oldest', 'relevance'] as const)
  const limit = random.pick([1, 7, 100])
  const got = new Map<string, Expected>()
  let cursor: string | null = null
  let pages = 0
  do {
    const page = await search.page({ ...scope, order, cursor, limit: pages > 8 ? 500 : limit })
    assert.ok(page.complete, text)
    for (const { channel, run, track, mentions, cues } of page.passages) {
      const minute = cues[0]?.cue.start.slice(0, 16) ?? ''
      const key = `${channel} ${run} ${track} ${minute}`
      assert.ok(!got.has(key), `${text}: twice ${key}`)
      got.set(key, { mentions, cues: new Set(cues.map(({ cue }) => String(cue.id))) })
    }
    cursor = page.next
    pages++
  } while (cursor !== null)
  assert.deepEqual(
    [...got].sort(([a], [b]) => (a < b ? -1 : 1)),
    [...expected].sort(([a], [b]) => (a < b ? -1 : 1)),
    `${text} (${order}, ${limit})`,
  )
  const edges = Array.from({ length: 73 }, (_, n) => archiveBeginMs - 2_400_000 + n * 3_600_000)
  const timeline = await search.timeline({ ...scope, edges, byAiring: random.next() < 0.5 })
  const counted = timeline.cells.reduce(
    (sum, cell) => ({
      mentions: sum.mentions + cell.mentions,
      minutes: sum.minutes + cell.minutes,
    }),
    { mentions: 0, minutes: 0 },
  )
  const all = [...expected.values()].reduce((sum, one) => sum + one.mentions, 0)
  assert.deepEqual(counted, { mentions: all, minutes: expected.size }, `timeline of ${text}`)
}
