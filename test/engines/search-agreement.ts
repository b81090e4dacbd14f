import assert from 'node:assert/strict'
import fc from 'fast-check'
import type { Cue, Gap } from '../../src/protocol/api.ts'
import { parseQuery } from '../../src/query/language/parse.ts'
import type { Query } from '../../src/query/language/query.ts'
import { findMatches, matchesOfStream } from '../../src/query/match/find-matches.ts'
import { Evaluator } from '../../src/query/text/segment.ts'
import { tokenize, type Tokens } from '../../src/query/text/tokenize.ts'
import type { Log } from '../../src/server/ports/log.ts'
import type { Search, SearchChannel, TimelineRequest } from '../../src/server/ports/search.ts'
import { queryText } from '../query/generate.ts'
import { naiveMatches, naivePasses, naiveStreams } from '../query/naive.ts'
import { createRandom, type Random } from '../support/random.ts'
import { archiveBeginMs, ArchiveFeeder, type ArchiveModel } from './search-archive.ts'

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

/** An archive of its own, whose log stores at once. */
export interface SearchedStorage extends AsyncDisposable {
  readonly log: Pick<Log, 'append'>
  readonly search: Search
  /** Does at random what an engine does on the side with what it has; searches know of all that was stored when it is over. */
  readonly rest: (random: Random) => Promise<void>
}

export type OpenSearched = (now: () => number) => Promise<SearchedStorage>

export interface Comparison {
  readonly open: OpenSearched
  readonly seed: number
  readonly seconds: number
  /** What is asked of an archive each time that more of it is there. */
  readonly queriesPerRound: number
  /** Goes on until so many were asked, for twice as long and three minutes more at most. */
  readonly atLeast?: number
}

/** Compares search with everything scanned, in random archives, until the time is over. */
export async function compareArchives({
  open,
  seed,
  seconds,
  queriesPerRound,
  atLeast = 0,
}: Comparison): Promise<Shares> {
  const shares: Shares = { queries: 0, matching: 0, matches: 0, crossing: 0, late: 0 }
  const random = createRandom(seed)
  const began = performance.now()
  const passed = (): number => (performance.now() - began) / 1000
  const lastSeconds = 2 * seconds + 180
  do {
    let nowMs = archiveBeginMs
    await using storage = await open(() => nowMs)
    const feeder = new ArchiveFeeder(storage.log, random, channels)
    const lateRound = 1 + random.below(4)
    for (let round = 0; round < 6; round++) {
      const isLate = round === lateRound
      await feeder.step(10 + random.below(40), isLate)
      nowMs += 600_000
      await storage.rest(random)
      const half = queriesPerRound / 2
      const texts = [
        ...fc.sample(queryText, { numRuns: half, seed: random.below(2 ** 31) }),
        ...Array.from({ length: half }, () => quote(feeder.model, random)),
        'lang:es',
      ]
      await compareAll(storage.search, feeder.model, { random, texts, isLate }, shares)
    }
  } while (passed() < seconds || (shares.queries < atLeast && passed() < lastSeconds))
  assert.ok(shares.queries >= atLeast, `${shares.queries} queries in ${lastSeconds} s`)
  assert.ok(shares.matching >= 0.5 * shares.queries, 'half of the queries find something')
  assert.ok(shares.crossing >= 0.1 * shares.matches, 'matches run over cues')
  assert.ok(shares.late >= 0.05 * shares.queries, 'some follow late cues')
  return shares
}

/** Searches under way at a time. */
const atOnce = 12

interface Round {
  readonly random: Random
  readonly texts: readonly string[]
  readonly isLate: boolean
}

async function compareAll(
  search: Search,
  model: ArchiveModel,
  { random, texts, isLate }: Round,
  shares: Shares,
): Promise<void> {
  const scanner = new Scanner(model)
  for (let from = 0; from < texts.length; from += atOnce) {
    const group = texts.slice(from, from + atOnce).map(async (text) => {
      const parsed = parseQuery(text)
      if (!parsed.ok) return
      const { query } = parsed
      const own = createRandom(random.below(2 ** 31))
      const expected = own.next() < 0.02 ? scanPlainly(query, model) : scanner.scan(query)
      shares.queries++
      if (expected.size > 0) shares.matching++
      if (isLate) shares.late++
      for (const one of expected.values()) {
        shares.matches++
        if (one.cues.size > 1) shares.crossing++
      }
      await compare(search, { text, query, expected, scanner }, own)
    })
    await Promise.all(group)
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

/** Every stream of tokens is looked at whole; what each cue says is cut into words once. */
class Scanner {
  readonly #channels: { readonly id: string; said: Cue[]; holes: Gap[]; streams: Cue[][] }[]
  readonly #tokens = new Map<Cue, Tokens>()

  constructor(model: ArchiveModel) {
    this.#channels = channels.map((id) => {
      const { said, holes } = ofChannel(id, model)
      const byStream = Map.groupBy(said, ({ run, track }) => `${track} ${run}`)
      return { id, said, holes, streams: [...byStream.values()] }
    })
  }

  scan(query: Query): Map<string, Expected> {
    const found: Found = new Map()
    for (const { id, said, holes, streams } of this.#channels) {
      const facts = { channel: { id, network: 'Net', timeZone: 'UTC' }, showOf: () => null }
      const evaluator = query.kind === 'text' ? new Evaluator(query.expression, facts) : null
      const matches =
        evaluator === null
          ? findMatches(query, facts, said, holes)
          : streams.flatMap((stream) =>
              matchesOfStream(evaluator, stream, holes, (cue) => this.#tokensOf(cue)),
            )
      for (const { cues } of matches)
        addMatch(
          found,
          cues[0].cue,
          cues.map(({ cue }) => cue),
        )
    }
    return found
  }

  #tokensOf(cue: Cue): Tokens {
    let tokens = this.#tokens.get(cue)
    if (tokens === undefined) this.#tokens.set(cue, (tokens = tokenize(cue.text)))
    return tokens
  }
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

interface Asked {
  readonly text: string
  readonly query: Query
  readonly expected: ReadonlyMap<string, Expected>
  readonly scanner: Scanner
}

async function compare(search: Search, asked: Asked, random: Random): Promise<void> {
  const { text, query, expected } = asked
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
  const limit = random.pick([1, 7, 100, 100])
  const got = new Map<string, Expected>()
  let cursor: string | null = null
  let pages = 0
  do {
    const page = await search.page({ ...scope, order, cursor, limit: pages > 3 ? 500 : limit })
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
  await compareTimeline(search, { ...scope, ...part(random, 0.3) }, asked, random)
}

/** Counts by time, of all that there is or of a part of it, in hours or in steps that part them. */
async function compareTimeline(
  search: Search,
  scope: Omit<TimelineRequest, 'edges' | 'byAiring'>,
  { text, expected, scanner }: Asked,
  random: Random,
): Promise<void> {
  const { from, to } = scope
  const within = `(${text})${from === null ? '' : ` from:${from}`}${to === null ? '' : ` to:${to}`}`
  const narrowed = parseQuery(within)
  assert.ok(narrowed.ok, within)
  const wanted = from === null && to === null ? expected : scanner.scan(narrowed.query)
  const offsetMs = random.pick([0, 0, 900_000])
  const edges = Array.from(
    { length: 74 },
    (_, n) => archiveBeginMs - 4_800_000 + offsetMs + n * 3_600_000,
  )
  const { cells } = await search.timeline({ ...scope, edges, byAiring: random.next() < 0.5 })
  const counts = new Map<number, [mentions: number, minutes: number]>()
  const add = (bucket: number, mentions: number, minutes: number): void => {
    const before = counts.get(bucket) ?? [0, 0]
    counts.set(bucket, [before[0] + mentions, before[1] + minutes])
  }
  for (const { bucket, mentions, minutes } of cells) add(bucket, mentions, minutes)
  for (const [key, { mentions }] of wanted) {
    const atMs = Date.parse(`${key.slice(-16)}Z`)
    add(
      edges.findLastIndex((edge) => edge <= atMs),
      ...([-mentions, -1] as const),
    )
  }
  const differing = [...counts].filter(([, [mentions, minutes]]) => mentions !== 0 || minutes !== 0)
  assert.deepEqual(differing, [], `timeline of ${within}`)
}

/** Often all; else a time that begins or ends somewhere, also within a minute. */
function part(random: Random, share: number): Pick<TimelineRequest, 'from' | 'to'> {
  if (random.next() >= share) return { from: null, to: null }
  const at = (): string | null =>
    random.next() < 0.2
      ? null
      : new Date(
          archiveBeginMs + random.below(5_400_000) - (random.next() < 0.5 ? 0 : 1),
        ).toISOString()
  const [a, b] = [at(), at()]
  return a !== null && b !== null && a > b ? { from: b, to: a } : { from: a, to: b }
}
