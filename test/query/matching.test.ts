import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import type { Cue, Gap } from '../../src/protocol/api.ts'
import { findMatches } from '../../src/query/match/find-matches.ts'
import { LiveFilter } from '../../src/query/live/live-filter.ts'
import { parseQuery } from '../../src/query/language/parse.ts'
import type { Query } from '../../src/query/language/query.ts'
import type { Match } from '../../src/query/text/segment.ts'
import { StandingMatcher } from '../../src/query/live/standing-matcher.ts'
import { plainQueryText, queryText } from './generate.ts'
import { naiveMatches, naiveStreams, type NaiveFacts } from './naive.ts'
import { facts, timeline, type Timeline } from './timelines.ts'

const naiveFacts: NaiveFacts = { channel: 'one', network: 'net', show: 'the news at ten' }

function parsed(text: string): Query {
  const result = parseQuery(text)
  assert.ok(result.ok, text)
  return result.query
}

function nameOf({ run, track, id }: Cue): string {
  return `${run}/${track}/${id}`
}

/** What a match is about, comparable whoever found it. */
function summary(cues: readonly Cue[]): string {
  return cues.map(nameOf).join(' ')
}

function summaries(matches: readonly Match[]): string[] {
  return matches.map(({ cues }) => summary(cues.map(({ cue }) => cue))).sort()
}

function expected(
  query: Query,
  { cues, gaps }: { cues: readonly Cue[]; gaps: readonly Gap[] },
): string[] {
  if (query.kind === 'filters') throw new RangeError('no words')
  const { expression } = query
  return naiveStreams(cues, gaps)
    .flatMap((tokens) => naiveMatches(expression, tokens, naiveFacts))
    .map(({ cues: held }) => summary(held))
    .sort()
}

/** Plays a timeline to a matcher, `stepMs` between events, and lets all time pass at the end. */
function play(query: Query, { events }: Timeline, stepMs: number): Match[] {
  const matcher = new StandingMatcher({ query, ...facts })
  const found: Match[] = []
  let nowMs = 0
  for (const event of events) {
    nowMs += stepMs
    if (event.kind === 'cue') found.push(...matcher.take(event.cue, nowMs))
    else found.push(...matcher.gap(event.gap))
    found.push(...matcher.tick(nowMs))
  }
  found.push(...matcher.tick(Infinity))
  return found
}

describe('matching', () => {
  it('finds what the definition says', () => {
    let total = 0
    fc.assert(
      fc.property(queryText, timeline, (text, told) => {
        const query = parsed(text)
        fc.pre(query.kind === 'text')
        const wanted = expected(query, told)
        total += wanted.length
        assert.deepEqual(summaries(findMatches(query, facts, told.cues, told.gaps)), wanted)
      }),
      { numRuns: 1500 },
    )
    assert.ok(total > 1000, `only ${total} matches: nothing was tried`)
  })

  it('gives a standing query the matches that a search finds later', () => {
    fc.assert(
      fc.property(queryText, timeline, (text, told) => {
        const query = parsed(text)
        fc.pre(query.kind === 'text')
        assert.deepEqual(summaries(play(query, told, 0)), expected(query, told))
      }),
      { numRuns: 1500 },
    )
  })

  it('gives a match at once when nothing can be taken away from it', () => {
    fc.assert(
      fc.property(plainQueryText, timeline, (text, told) => {
        const query = parsed(text)
        fc.pre(query.kind === 'text')
        const matcher = new StandingMatcher({ query, ...facts })
        const found: Match[] = []
        told.events.forEach((event, n) => {
          if (event.kind === 'gap') found.push(...matcher.gap(event.gap))
          else found.push(...matcher.take(event.cue, n))
          const known = told.events.slice(0, n + 1)
          const cues = known.flatMap((one) => (one.kind === 'cue' ? [one.cue] : []))
          assert.deepEqual(summaries(found), expected(query, { cues, gaps: told.gaps }))
        })
      }),
      { numRuns: 150 },
    )
  })

  it('decides after 30 s by what was said until then', () => {
    fc.assert(
      fc.property(
        queryText,
        timeline,
        fc.integer({ min: 1000, max: 20_000 }),
        (text, told, step) => {
          const query = parsed(text)
          fc.pre(query.kind === 'text')
          assert.deepEqual(summaries(play(query, told, step)), inTime(query, told, step))
        },
      ),
      { numRuns: 600 },
    )
  })

  it('passes each cue of a match once, in order of storage', () => {
    fc.assert(
      fc.property(queryText, timeline, (text, told) => {
        const query = parsed(text)
        const filter = new LiveFilter({ query, ...facts })
        const passed: Cue[] = []
        let storedAt = 0
        for (const event of told.events) {
          const now = event.kind === 'cue' ? filter.take(event.cue, 0) : filter.gap(event.gap)
          const seqs = now.map(({ position }) => position.seq)
          assert.deepEqual(
            seqs,
            [...seqs].sort((a, b) => a - b),
          )
          if (event.kind === 'cue') storedAt = event.cue.position.seq
          assert.ok(seqs.every((seq) => seq <= storedAt))
          passed.push(...now)
        }
        passed.push(...filter.tick(Infinity))
        const wanted = findMatches(query, facts, told.cues, told.gaps)
        const cues = new Set(wanted.flatMap((match) => match.cues.map(({ cue }) => cue)))
        assert.equal(passed.length, new Set(passed).size)
        assert.deepEqual(passed.map(nameOf).sort(), [...cues].map(nameOf).sort())
      }),
      { numRuns: 600 },
    )
  })
})

/**
 * The definition with a clock: after every event, the shortest spans of what is known so far are given
 * when a window of tokens follows, the stream was cut, or their last cue is 30 s old; what lies around one that was given is not.
 */
function inTime(query: Query, { events, gaps }: Timeline, stepMs: number): string[] {
  if (query.kind === 'filters') throw new RangeError('no words')
  const { expression } = query
  const arrivals = new Map<Cue, number>()
  const given = new Map<string, { first: Cue; span: readonly [number, number]; text: string }>()
  const look = (nowMs: number, count: number, isEnd: boolean): void => {
    const known = events.slice(0, count).flatMap((one) => (one.kind === 'cue' ? [one.cue] : []))
    const streams = naiveStreams(known, gaps)
    for (const tokens of streams) {
      const [head] = tokens
      if (head === undefined) continue
      const stream = nameOf(head.cue)
      const newest = known.findLast(
        ({ run, track }) => run === head.cue.run && track === head.cue.track,
      )
      const isCut = streams.some(
        (one) =>
          one !== tokens &&
          one[0]?.cue.run === head.cue.run &&
          one[0].cue.track === head.cue.track &&
          one[0].cue.position.seq > head.cue.position.seq,
      )
      assert.ok(newest !== undefined)
      for (const match of naiveMatches(expression, tokens, naiveFacts)) {
        const [first, last] = match.span
        const earlier = [...given.entries()].some(
          ([key, { span }]) => key.startsWith(`${stream} `) && first <= span[0] && span[1] <= last,
        )
        const lastCue = tokens[last]?.cue
        assert.ok(lastCue !== undefined)
        const age = nowMs - (arrivals.get(lastCue) ?? 0)
        const ripe = tokens.length - 1 - last >= 60 || age >= 30_000 || isCut || isEnd
        if (earlier || !ripe) continue
        given.set(`${stream} ${first}-${last}`, { ...match, text: summary(match.cues) })
      }
    }
  }
  events.forEach((event, n) => {
    const nowMs = (n + 1) * stepMs
    look(nowMs, n, false)
    if (event.kind === 'cue') arrivals.set(event.cue, nowMs)
    look(nowMs, n + 1, false)
  })
  look(Infinity, events.length, true)
  return [...given.values()].map(({ text }) => text).sort()
}
