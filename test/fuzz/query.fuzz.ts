import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { findMatches } from '../../src/query/match/find-matches.ts'
import { formatQuery } from '../../src/query/language/format.ts'
import { parseQuery } from '../../src/query/language/parse.ts'
import { restateQuery } from '../../src/query/language/restate.ts'
import { StandingMatcher } from '../../src/query/live/standing-matcher.ts'
import { queryLike, queryText } from '../query/generate.ts'
import { facts, timeline } from '../query/timelines.ts'

/** For as long as it is given: no text breaks the parser, and live answers stay those of a search. */

const seconds = Number(process.env['TEST_SECONDS'] ?? 5)
const seed = Number(process.env['TEST_SEED'] ?? 1)
const parameters = {
  seed,
  numRuns: Number.MAX_SAFE_INTEGER,
  interruptAfterTimeLimit: seconds * 500,
} as const

describe('queries', () => {
  it('never break the parser, whatever they are', (t) => {
    let accepted = 0
    let rounds = 0
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), queryLike, queryText), (text) => {
        rounds++
        const result = parseQuery(text)
        if (!result.ok) {
          assert.ok(result.at >= 0 && result.at <= text.length)
          return
        }
        accepted++
        const spelling = formatQuery(result.query)
        assert.deepEqual(parseQuery(spelling), result)
        assert.notEqual(restateQuery(result.query), '')
      }),
      parameters,
    )
    t.diagnostic(`${rounds} texts, ${accepted} of them queries, seed ${seed}`)
    assert.ok(accepted > 0 && accepted < rounds)
  })

  it('give live what a search finds later', (t) => {
    let found = 0
    fc.assert(
      fc.property(queryText, timeline, (text, { cues, gaps, events }) => {
        const parsed = parseQuery(text)
        assert.ok(parsed.ok)
        const { query } = parsed
        const matcher = new StandingMatcher({ query, ...facts })
        const live = events.flatMap((event) =>
          event.kind === 'cue' ? matcher.take(event.cue, 0) : matcher.gap(event.gap),
        )
        live.push(...matcher.tick(Infinity))
        const wanted = findMatches(query, facts, cues, gaps)
        found += wanted.length
        assert.deepEqual(
          live.map((match) => JSON.stringify(match)).sort(),
          wanted.map((match) => JSON.stringify(match)).sort(),
        )
      }),
      parameters,
    )
    t.diagnostic(`${found} matches, seed ${seed}`)
    assert.ok(found > 0)
  })
})
