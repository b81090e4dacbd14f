import { cpus } from 'node:os'
import type { Cue } from '../src/protocol/api.ts'
import { parseQuery } from '../src/query/language/parse.ts'
import type { Query } from '../src/query/language/query.ts'
import { StandingMatcher } from '../src/query/live/standing-matcher.ts'
import { StandingIndex } from '../src/query/standing/standing-index.ts'
import type { Match } from '../src/query/text/segment.ts'
import { tokenize } from '../src/query/text/tokenize.ts'
import { measureLetters } from './alerts/letters.ts'
import { standingQueries } from './alerts/queries.ts'
import { cuesOf } from './search/speech.ts'
import { Vocabulary } from './search/vocabulary.ts'

/**
 * What a cue costs while many queries wait for it: 200 channels of made speech, a cue after the other as they would
 * come, matched against 1,000 to 100,000 standing queries; beside it the same queries asked one by one, as the peer
 * that any program can be. On a sample of the queries the answers are held against the peer's. One thread, in time of
 * the processor. And from air to the mail server, with all that is between.
 */

const channelCount = 200
const minutes = Number(process.env['BENCH_MINUTES'] ?? 6)
const sampleQueries = 300
const sampleChannels = 20
/** Speech that is not counted: windows fill, and the index learns which words are common. */
const warmCues = 3000
/** That wait for the same cues while letters are measured. */
const letterQueries = 2000

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores`)
const vocabulary = new Vocabulary()
const cues = speech()
const texts = [...new Set(standingQueries(vocabulary, 130_000))].slice(0, 100_000)
const table: Record<string, Record<string, string | number>> = {}
const figures: Record<string, number> = {}
for (const count of [1000, 10_000, 100_000]) {
  const { us, matches, mib, addUs } = measureIndex(texts.slice(0, count))
  const peerUs = count > 10_000 ? null : measurePeer(texts.slice(0, count))
  table[count.toLocaleString('en')] = {
    'µs a cue': us.toFixed(1),
    'matches a cue': matches.toFixed(2),
    MiB: mib.toFixed(0),
    'bytes a query': Math.round((mib * 2 ** 20) / count),
    'µs to add one': addUs.toFixed(1),
    'one by one, µs a cue': peerUs?.toFixed(0) ?? '',
  }
  figures[count] = us
}
console.table(table)
const compared = compareSample()
const letters = await measureLetters({
  ...{ channels: channelCount, seconds: Number(process.env['BENCH_SECONDS'] ?? 30) },
  queries: texts.slice(0, letterQueries),
})
console.table({
  'letters, each for a beacon of 200 channels': letters.letters,
  'from air to the mail server, p50 / p99': `${letters.p50Ms} / ${letters.p99Ms} ms`,
  'nodemailer alone, as many, p50 / p99': `${letters.floorP50Ms} / ${letters.floorP99Ms} ms`,
})
console.log(
  `${compared.toLocaleString('en')} matches of ${sampleQueries} queries on ${sampleChannels} channels are those of the peer`,
)
console.log(
  JSON.stringify({
    matchUsAt1k: round(figures[1000]),
    matchUsAt10k: round(figures[10_000]),
    matchUsAt100k: round(figures[100_000]),
    airToSmtpP50Ms: letters.p50Ms,
    airToSmtpP99Ms: letters.p99Ms,
    bareSmtpP99Ms: letters.floorP99Ms,
    letters: letters.letters,
  }),
)

function speech(): Cue[] {
  const untilMs = minutes * 60_000
  const all: Cue[] = []
  for (let channel = 0; channel < channelCount; channel++) {
    const hour = cuesOf(vocabulary, channel, 0)
    const firstMs = Date.parse(hour[0]?.start ?? '')
    all.push(...hour.filter(({ start }) => Date.parse(start) - firstMs < untilMs))
  }
  return all.sort((a, b) => (a.end < b.end ? -1 : 1))
}

function measureIndex(queries: readonly string[]): {
  us: number
  matches: number
  mib: number
  addUs: number
} {
  const parsed = queries.map((text) => [text, expressionOf(text)] as const)
  const before = heap()
  const index = new StandingIndex()
  const addFrom = cpuMs()
  for (const [text, expression] of parsed) index.add(text, expression)
  const addUs = ((cpuMs() - addFrom) * 1000) / queries.length
  describe(index)
  let matches = 0
  let from = 0
  cues.forEach((cue, n) => {
    if (n === warmCues) {
      from = cpuMs()
      matches = 0
    }
    const nowMs = Date.parse(cue.end)
    matches += index.take(cue, nowMs).length
    if (n % 100 === 0) matches += index.tick(nowMs).length
  })
  const counted = cues.length - warmCues
  const us = ((cpuMs() - from) * 1000) / counted
  return { us, matches: matches / counted, mib: (heap() - before) / 2 ** 20, addUs }
}

function describe(index: StandingIndex): void {
  for (let n = 0; n < channelCount; n++)
    index.describe({ id: `speech-${n}`, network: null, timeZone: 'America/New_York' }, () => null)
}

/** A matcher for each query, in one channel: others would cost as much again. */
function measurePeer(queries: readonly string[]): number {
  const some = cues.filter(({ channel }) => channel === 'speech-0').slice(0, 100)
  const matchers = queries.map((text) => matcherOf(text, 'speech-0'))
  const from = cpuMs()
  for (const cue of some) {
    const tokens = tokenize(cue.text)
    for (const matcher of matchers) matcher.take(cue, Date.parse(cue.end), tokens)
  }
  return ((cpuMs() - from) * 1000) / some.length
}

function compareSample(): number {
  const step = Math.floor(texts.length / sampleQueries)
  const sample = new Set(texts.filter((_, n) => n % step === 0).slice(0, sampleQueries))
  // What is asked must find something: of phrases that nobody says any answer is right.
  for (const word of vocabulary.words.slice(20, 120)) sample.add(`${word} -year`)
  const index = new StandingIndex()
  for (const text of texts) index.add(text, expressionOf(text))
  for (const text of sample) index.add(text, expressionOf(text))
  describe(index)
  const mine: string[] = []
  const theirs: string[] = []
  const matchers = new Map<string, StandingMatcher[]>()
  const keys = [...sample]
  let lastMs = 0
  for (const cue of cues) {
    if (Number(cue.channel.slice(7)) >= sampleChannels) continue
    lastMs = Date.parse(cue.end)
    for (const { key, match } of index.take(cue, lastMs))
      if (sample.has(key)) mine.push(tell(key, match))
    let own = matchers.get(cue.channel)
    if (own === undefined)
      matchers.set(cue.channel, (own = keys.map((text) => matcherOf(text, cue.channel))))
    own.forEach((matcher, n) => {
      for (const match of matcher.take(cue, lastMs)) theirs.push(tell(keys[n] ?? '', match))
    })
  }
  for (const { key, match } of index.tick(Infinity))
    if (sample.has(key)) mine.push(tell(key, match))
  for (const own of matchers.values())
    own.forEach((matcher, n) => {
      for (const match of matcher.tick(Infinity)) theirs.push(tell(keys[n] ?? '', match))
    })
  if (mine.sort().join('\n') !== theirs.sort().join('\n'))
    throw new Error(`the index gives ${mine.length} matches, and the peer ${theirs.length} others`)
  return mine.length
}

function tell(key: string, { cues: held }: Match): string {
  return `${key}: ${held.map(({ cue, highlights }) => `${cue.channel}/${cue.id}/${highlights.join(';')}`).join(' ')}`
}

function matcherOf(text: string, channel: string): StandingMatcher {
  const query = parsedOf(text)
  const facts = { id: channel, network: null, timeZone: 'America/New_York' }
  return new StandingMatcher({ query, channel: facts, showOf: () => null })
}

function parsedOf(text: string): Query & { kind: 'text' } {
  const parsed = parseQuery(text)
  if (!parsed.ok || parsed.query.kind !== 'text') throw new RangeError(text)
  return parsed.query
}

function expressionOf(text: string): (Query & { kind: 'text' })['expression'] {
  return parsedOf(text).expression
}

function heap(): number {
  globalThis.gc?.()
  return process.memoryUsage().heapUsed
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}

function round(value = NaN): number {
  return Math.round(value * 10) / 10
}
