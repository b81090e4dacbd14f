import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Cue } from '../../src/protocol/api.ts'
import { formatQuery } from '../../src/query/language/format.ts'
import { parseQuery } from '../../src/query/language/parse.ts'
import type { Query } from '../../src/query/language/query.ts'
import { StandingMatcher } from '../../src/query/live/standing-matcher.ts'
import { findMatches } from '../../src/query/match/find-matches.ts'
import { StandingIndex } from '../../src/query/standing/standing-index.ts'
import type { Match } from '../../src/query/text/segment.ts'
import { plainQueryText, queryText } from './generate.ts'
import { createCue, createGap, facts, timeline, type TimelineEvent } from './timelines.ts'

type TextQuery = Extract<Query, { kind: 'text' }>

function parsed(text: string): TextQuery {
  const result = parseQuery(text)
  assert.ok(result.ok && result.query.kind === 'text', text)
  return result.query
}

function isText(text: string): boolean {
  const result = parseQuery(text)
  return result.ok && result.query.kind === 'text'
}

const texts = fc.array(queryText.filter(isText), { minLength: 1, maxLength: 12 })

/** A match as text: of which cues, and what is marked in them. */
function tell({ cues }: Match): string {
  return cues
    .map(
      ({ cue: { run, track, id }, highlights }) => `${run}/${track}/${id}:${highlights.join(';')}`,
    )
    .join(' ')
}

/** Plays events to one index of all queries; the matches of each, in the order given. */
function playIndex(
  queries: readonly TextQuery[],
  events: readonly TimelineEvent[],
  stepMs: number,
  meanwhile: (index: StandingIndex, step: number) => void = () => undefined,
): string[][] {
  const index = new StandingIndex()
  index.describe(facts.channel, facts.showOf)
  queries.forEach(({ expression }, n) => index.add(String(n), expression))
  const found: string[][] = queries.map(() => [])
  const note = (hits: ReturnType<StandingIndex['tick']>): void => {
    for (const { key, match } of hits) found[Number(key)]?.push(tell(match))
  }
  let nowMs = 0
  events.forEach((event, step) => {
    nowMs += stepMs
    note(event.kind === 'cue' ? index.take(event.cue, nowMs) : index.gap(event.gap))
    note(index.tick(nowMs))
    meanwhile(index, step)
  })
  note(index.tick(Infinity))
  return found.map((one) => one.sort())
}

/** The same, of a matcher for each query. */
function playMatchers(
  queries: readonly TextQuery[],
  events: readonly TimelineEvent[],
  stepMs: number,
): string[][] {
  return queries.map((query) => {
    const matcher = new StandingMatcher({ query, ...facts })
    const found: Match[] = []
    let nowMs = 0
    for (const event of events) {
      nowMs += stepMs
      found.push(
        ...(event.kind === 'cue' ? matcher.take(event.cue, nowMs) : matcher.gap(event.gap)),
        ...matcher.tick(nowMs),
      )
    }
    found.push(...matcher.tick(Infinity))
    return found.map(tell).sort()
  })
}

/** The order in which gaps become known: some only after what was said behind them. */
const told = fc
  .tuple(timeline, fc.array(fc.nat(6), { maxLength: 30 }))
  .map(([{ events }, delays]) => {
    const late = events.map((event, n) => ({
      event,
      at: event.kind === 'gap' ? n + (delays[n % Math.max(1, delays.length)] ?? 0) : n,
    }))
    return late.sort((a, b) => a.at - b.at).map(({ event }) => event)
  })

describe('StandingIndex', () => {
  it('gives what a matcher for each query gives, with gaps that come late, runs and silence', () => {
    let total = 0
    fc.assert(
      fc.property(texts, told, fc.constantFrom(1, 9000, 31_000), (some, events, stepMs) => {
        const queries = some.map(parsed)
        const wanted = playMatchers(queries, events, stepMs)
        total += wanted.flat().length
        assert.deepEqual(playIndex(queries, events, stepMs), wanted)
      }),
      { numRuns: 150 },
    )
    assert.ok(total > 200, `only ${total} matches: nothing was tried`)
  })

  it('gives what a search of the same cues finds', () => {
    fc.assert(
      fc.property(
        fc.array(plainQueryText.filter(isText), { minLength: 1, maxLength: 8 }),
        timeline,
        (some, { events, cues, gaps }) => {
          const queries = some.map(parsed)
          const wanted = queries.map((query) =>
            findMatches(query, facts, cues, gaps).map(tell).sort(),
          )
          assert.deepEqual(playIndex(queries, events, 1), wanted)
        },
      ),
      { numRuns: 80 },
    )
  })

  it('stays so while it learns which words are common and queries come and go', () => {
    const rest = { seed: 7, numRuns: 60 }
    const queries = fc.sample(queryText.filter(isText), rest).map(parsed)
    const events = longStream(400)
    const wanted = playMatchers(queries, events, 2000)
    assert.ok(wanted.flat().length > 500)
    const found = playIndex(queries, events, 2000, (index, step) => {
      // Words of their own, so that the book grows and is made anew.
      for (let n = 0; n < 5; n++)
        if (step % 2 === 0)
          index.add(`other${n}`, parsed(`word${step} OR c${n} -other${step}`).expression)
        else index.remove(`other${n}`)
    })
    queries.forEach((query, n) => {
      const [mine, theirs] = [new Set(found[n]), new Set(wanted[n])]
      assert.deepEqual(
        {
          missing: [...theirs].filter((one) => !mine.has(one)).slice(0, 3),
          extra: [...mine].filter((one) => !theirs.has(one)).slice(0, 3),
          count: found[n]?.length,
        },
        { missing: [], extra: [], count: wanted[n]?.length },
        formatQuery(query),
      )
    })
  })

  it('gives of queries that come late what was aired since a time as if they had been there', () => {
    const queries = fc.sample(queryText.filter(isText), { seed: 11, numRuns: 60 }).map(parsed)
    const cues = longStream(300).flatMap((event) => (event.kind === 'cue' ? [event.cue] : []))
    const stepMs = 2000
    /** `addAt`: the step before which the queries come, and hear again. */
    const play = (sinceAt: number, addAt: number): readonly Set<string>[] => {
      const since = cues[sinceAt]?.end ?? ''
      const index = new StandingIndex()
      index.describe(facts.channel, facts.showOf)
      const keys = queries.map((_, n) => String(n))
      const found = queries.map(() => new Set<string>())
      const note = (hits: ReturnType<StandingIndex['tick']>): void => {
        for (const { key, match } of hits) {
          const mine = found[Number(key)]
          const [{ cue }] = match.cues
          if (cue.end < since) continue
          assert.ok(mine?.has(tell(match)) === false, `${key} is given ${tell(match)} twice`)
          mine.add(tell(match))
        }
      }
      cues.forEach((cue, step) => {
        if (step === addAt) {
          queries.forEach(({ expression }, n) => index.add(String(n), expression))
          if (addAt > 0) note(index.heardSince(keys, since))
        }
        note(index.take(cue, step * stepMs))
        note(index.tick(step * stepMs))
      })
      note(index.tick(Infinity))
      return found
    }
    let heardAgain = 0
    for (const [sinceAt, addAt] of [
      [40, 41],
      [120, 126],
      [200, 215],
    ] as const) {
      const wanted = play(sinceAt, 0)
      assert.deepEqual(play(sinceAt, addAt), wanted)
      const without = play(addAt, addAt)
      heardAgain += wanted.reduce((sum, all, n) => sum + all.size - (without[n]?.size ?? 0), 0)
    }
    assert.ok(heardAgain > 100, `only ${heardAgain} were heard again`)
  })

  it('is asked about every channel by itself', () => {
    const index = new StandingIndex()
    index.add('q', parsed('"a b" channel:two').expression)
    for (const id of ['one', 'two'])
      index.describe({ id, network: null, timeZone: 'UTC' }, () => null)
    const say = (channel: string, id: number, text: string): string[] =>
      index.take({ ...createCue({ text, id }), channel }, 0).map((hit) => hit.channel)
    assert.deepEqual(say('one', 1, 'x a'), [])
    assert.deepEqual(say('two', 1, 'b a'), [])
    assert.deepEqual(say('one', 2, 'b'), [])
    assert.deepEqual(say('two', 2, 'b'), ['two'])
  })

  it('no longer gives what was removed, also what waited', () => {
    const index = new StandingIndex()
    const add = (key: string, text: string): void => index.add(key, parsed(text).expression)
    add('plain', 'a')
    add('patient', 'a -z')
    assert.deepEqual(
      index.take(createCue({ text: 'a', id: 1 }), 0).map(({ key }) => key),
      ['plain'],
    )
    index.remove('patient')
    index.remove('plain')
    assert.deepEqual(index.take(createCue({ text: 'a', id: 2 }), 0), [])
    assert.deepEqual(index.tick(Infinity), [])
    assert.equal(index.size, 0)
  })
})

/** Cues of a few words each, common and rare, in two tracks, with gaps and runs between. */
function longStream(count: number): TimelineEvent[] {
  let state = 12345
  const random = (): number => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31
  const vocabulary = [
    'x',
    'y',
    'a',
    'b',
    'c',
    'd',
    'ab',
    'abc',
    'é',
    "a'b",
    '日',
    '日本',
    'z',
    'w',
    'v',
  ]
  const events: TimelineEvent[] = []
  const ids = new Map<string, number>()
  let run = 1
  for (let n = 1; n <= count; n++) {
    const atMs = Date.parse('2026-01-02T11:50:00.000Z') + 3000 * n
    if (random() < 0.01) run++
    if (random() < 0.02)
      events.push({ kind: 'gap', gap: createGap(n, new Date(atMs - 1000).toISOString(), false) })
    const track = random() < 0.7 ? 'CC1' : 'CC3'
    const id = (ids.get(`${run} ${track}`) ?? 0) + 1
    ids.set(`${run} ${track}`, id)
    const words = Array.from(
      { length: 1 + Math.floor(random() * 9) },
      () => vocabulary[Math.floor(random() ** 2 * vocabulary.length)] ?? '',
    )
    const cue: Cue = createCue({ text: words.join(' '), track, run: `r${run}`, id, seq: n, atMs })
    events.push({ kind: 'cue', cue })
  }
  return events
}
