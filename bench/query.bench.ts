import { cpus } from 'node:os'
import type { Cue } from '../src/protocol/api.ts'
import { findMatches } from '../src/query/match/find-matches.ts'
import { LiveFilter } from '../src/query/live/live-filter.ts'
import { parseQuery } from '../src/query/language/parse.ts'
import type { Query } from '../src/query/language/query.ts'
import { StandingMatcher } from '../src/query/live/standing-matcher.ts'
import { tokenize } from '../src/query/text/tokenize.ts'
import { captionRow } from './captions.ts'

/**
 * The query language's own cost: cutting text into tokens beside the least that could be called so,
 * cues through one live filter, a thousand standing queries asked one by one, and a day of one
 * channel evaluated as a whole. One thread, synthetic news, in time of the processor.
 */

const rows = Array.from({ length: 20_000 }, (_, second) => captionRow(1, second))
const cues = rows.map(createCue)
const facts = {
  channel: { id: 'one', network: 'Net', timeZone: 'America/New_York' },
  showOf: () => 'The Morning News',
}
const measureMs = 1500

console.log(`${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores`)

const tokens = rows.reduce((sum, row) => sum + tokenize(row).terms.length, 0)
const accented = rows.map((row) => row.replaceAll('E', 'É'))
const japanese = rows.map((row) =>
  row.replace(/[A-Z]/g, (letter) => 'あいうえおかきくけこ日本語'[letter.charCodeAt(0) % 13] ?? ''),
)
const japaneseTokens = japanese.reduce((sum, row) => sum + tokenize(row).terms.length, 0)

const tokensPerSecond = tokens * perSecond(() => rows.forEach(tokenize))
const floorPerSecond =
  tokens * perSecond(() => rows.forEach((row) => row.toLowerCase().split(/[^a-z0-9]+/)))
const accentedPerSecond = tokens * perSecond(() => accented.forEach(tokenize))
const japanesePerSecond = japaneseTokens * perSecond(() => japanese.forEach(tokenize))

const filters = {
  'one word': 'president',
  'a phrase': '"white house"',
  'two words, one taken away': 'white house -senate',
  groups:
    '(storm OR hurric* OR "long water") NEAR/10 (county OR state) -(football OR game) lang:en hour:6-22',
  'a filter': 'lang:en',
} as const
const filterCuesPerSecond = Object.fromEntries(
  Object.entries(filters).map(([name, text]) => {
    const query = parsed(text)
    return [name, cues.length * perSecond(() => passAll(query))] as const
  }),
)

const standing = Array.from({ length: 1000 }, (_, n) => parsed(standingQuery(n)))
const standingCues = cues.slice(0, 1000)
const standingUs = (1e6 * 1) / (standingCues.length * perSecond(() => askAll(standing)))
const searchCuesPerSecond =
  cues.length * perSecond(() => findMatches(parsed(filters.groups), facts, cues, []))
const parsesPerSecond =
  100 * perSecond(() => Array.from({ length: 100 }, () => parsed(filters.groups)))

console.table({
  'tokens a second': millions(tokensPerSecond),
  'of text with accents': millions(accentedPerSecond),
  'of text without spaces': millions(japanesePerSecond),
  'toLowerCase().split(), for comparison': millions(floorPerSecond),
  ...Object.fromEntries(
    Object.entries(filterCuesPerSecond).map(([name, rate]) => [
      `cues a second, live: ${name}`,
      millions(rate),
    ]),
  ),
  'cues a second, all at once: groups': millions(searchCuesPerSecond),
  '1,000 standing queries, one by one': `${standingUs.toFixed(0)} µs a cue`,
  'queries parsed a second': Math.round(parsesPerSecond),
})
console.log(
  JSON.stringify({
    tokensPerSecond: Math.round(tokensPerSecond),
    vsSplit: Math.round((floorPerSecond / tokensPerSecond) * 1000) / 1000,
    accentedTokensPerSecond: Math.round(accentedPerSecond),
    filterCuesPerSecond: Math.round(filterCuesPerSecond['groups'] ?? 0),
    searchCuesPerSecond: Math.round(searchCuesPerSecond),
    matchUsAt1000: Math.round(standingUs * 10) / 10,
  }),
)

function createCue(text: string, second: number): Cue {
  const startMs = Date.parse('2026-01-02T12:00:00.000Z') + second * 2000
  return {
    ...{ channel: 'one', track: 'CC1', id: second + 1, run: 'r1', mode: 'roll-up', text },
    ...{ language: 'en', airing: null, position: { epoch: 'epoch0123', seq: second + 1 } },
    start: new Date(startMs).toISOString(),
    end: new Date(startMs + 2000).toISOString(),
  }
}

/** A word of the news or a name, alone, as a phrase, or with another: no two are alike. */
function standingQuery(n: number): string {
  const [first = 'a', second = 'b', third = 'c'] = captionRow(7, n).toLowerCase().split(' ')
  const forms = [
    `${first}${n}`,
    `"${first} ${second}" -x${n}`,
    `${first} ${second} ${third}${n}`,
    `(${first} OR ${third}) NEAR/5 q${n}*`,
  ]
  return forms[n % forms.length] ?? first
}

function parsed(text: string): Query {
  const result = parseQuery(text)
  if (!result.ok) throw new RangeError(`${text}: ${result.message}`)
  return result.query
}

function passAll(query: Query): number {
  const filter = new LiveFilter({ query, ...facts })
  let passed = 0
  for (const cue of cues) passed += filter.take(cue, Date.parse(cue.end)).length
  return passed
}

function askAll(queries: readonly Query[]): number {
  const matchers = queries.map((query) => new StandingMatcher({ query, ...facts }))
  let found = 0
  for (const [n, cue] of standingCues.entries()) {
    const cut = tokenize(cue.text)
    for (const matcher of matchers) found += matcher.take(cue, n * 2000, cut).length
  }
  return found
}

/** How often in a second of the processor, after a warm-up: others may be busy on the same machine. */
function perSecond(work: () => unknown): number {
  const warmFrom = cpuMs()
  do work()
  while (cpuMs() - warmFrom < measureMs / 5)
  const began = cpuMs()
  let count = 0
  do {
    work()
    count++
  } while (cpuMs() - began < measureMs)
  return (count * 1000) / (cpuMs() - began)
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

function millions(rate: number): string {
  return `${(rate / 1e6).toFixed(2)} million`
}
