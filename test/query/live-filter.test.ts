import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cue } from '../../src/protocol/api.ts'
import { findMatches } from '../../src/query/match/find-matches.ts'
import { LiveFilter } from '../../src/query/live/live-filter.ts'
import { parseQuery } from '../../src/query/language/parse.ts'
import type { Query } from '../../src/query/language/query.ts'
import { StandingMatcher } from '../../src/query/live/standing-matcher.ts'
import { createCue, createGap, facts } from './timelines.ts'

function parsed(text: string): Query {
  const result = parseQuery(text)
  assert.ok(result.ok, text)
  return result.query
}

function filterOf(query: string): LiveFilter {
  return new LiveFilter({ query: parsed(query), ...facts })
}

function filler(count: number): string {
  return 'x '.repeat(count).trim()
}

/** Which cues a filter gives for each text in turn, by number. */
function passedBy(query: string, texts: readonly string[], stepMs = 0): number[][] {
  const filter = filterOf(query)
  return texts.map((text, n) =>
    filter.take(createCue({ text, id: n + 1 }), n * stepMs).map(({ id }) => id),
  )
}

/** The marked pieces of each cue of each match. */
function marked(query: string, texts: readonly string[]): string[][] {
  const cues = texts.map((text, n) => createCue({ text, id: n + 1 }))
  return findMatches(parsed(query), facts, cues, []).map((match) =>
    match.cues.map(({ cue, highlights }) =>
      highlights.map(([from, to]) => cue.text.slice(from, to)).join('|'),
    ),
  )
}

describe('LiveFilter', () => {
  it('passes the cues of a phrase when its last word was said, the text untouched', () => {
    const filter = filterOf('"white house"')
    const first = createCue({ text: '>> AT THE WHITE', id: 1 })
    const second = createCue({ text: 'HOUSE TODAY', id: 2 })
    assert.deepEqual(filter.take(first, 0), [])
    assert.deepEqual(filter.take(second, 0), [first, second])
    assert.equal(filter.take(createCue({ text: 'HOUSE', id: 3 }), 0).length, 0)
  })

  it('passes the cues with the words, not those between them', () => {
    assert.deepEqual(passedBy('a b', ['a', 'x', 'b', 'b']), [[], [], [1, 3], []])
    assert.deepEqual(passedBy('a b', ['a', 'b', 'a']), [[], [1, 2], [3]])
  })

  it('finds words in a window of 60 tokens and no more', () => {
    assert.deepEqual(passedBy('a b', [`a ${filler(58)}`, 'b']), [[], [1, 2]])
    assert.deepEqual(passedBy('a b', [`a ${filler(59)}`, 'b']), [[], []])
  })

  it('finds words NEAR each other by the words between them', () => {
    assert.deepEqual(passedBy('a NEAR/3 b', ['b x x a']), [[1]])
    assert.deepEqual(passedBy('a NEAR/3 b', ['b x x x a']), [[]])
    assert.deepEqual(passedBy('"a b" NEAR/1 c', ['a b c', 'c x a b']), [[1], []])
  })

  it('waits with a negation for 60 further tokens', () => {
    assert.deepEqual(passedBy('a -b', ['a', filler(59), 'x']), [[], [], [1]])
    assert.deepEqual(passedBy('a -b', ['a', filler(59), 'b x']), [[], [], []])
    assert.deepEqual(passedBy('a -b', ['a', filler(60), 'b x']), [[], [1], []])
  })

  it('looks 60 tokens back for what takes a match away', () => {
    const after = filler(60)
    assert.deepEqual(passedBy('a -b', ['b', filler(59), 'a', after]), [[], [], [], []])
    assert.deepEqual(passedBy('a -b', ['b', filler(60), 'a', after]), [[], [], [], [3]])
    const apart = ['b', filler(59), 'c', filler(58), 'a', after]
    assert.deepEqual(passedBy('(c a) -b', apart), [[], [], [], [], [], []])
    assert.deepEqual(passedBy('(c a) -b', ['b', filler(60), ...apart.slice(2)]).at(-1), [3, 5])
  })

  it('remembers what it needs of a match as wide as the window, until it is decided', () => {
    const words = ['b', ...filler(60).split(' '), 'c', ...filler(58).split(' '), 'a']
    const texts = [...filler(90).split(' '), ...words, ...filler(60).split(' ')]
    const last = 90 + words.length
    assert.deepEqual(passedBy('(c a) -b', texts).at(-1), [last - 59, last])
    assert.deepEqual(passedBy('(c a) -x', texts).flat(), [])
  })

  it('takes away by a phrase only when all of it lies in the window', () => {
    assert.deepEqual(passedBy('a -"b c"', ['a', filler(58), 'b c']), [[], [], []])
    assert.deepEqual(passedBy('a -"b c"', ['a', filler(59), 'b c']), [[], [], [1]])
  })

  it('decides a negation when 30 s have passed, whoever looks first', () => {
    const filter = filterOf('a -b')
    const cue = createCue({ text: 'a', id: 1 })
    assert.deepEqual(filter.take(cue, 1000), [])
    assert.deepEqual(filter.tick(30_999), [])
    assert.deepEqual(filter.tick(31_000), [cue])
    assert.deepEqual(filter.tick(99_000), [])
    assert.deepEqual(passedBy('a -b', ['a', 'b'], 29_999), [[], []])
    assert.deepEqual(passedBy('a -b', ['a', 'b'], 30_000), [[], [1]])
  })

  it('gives nothing around a match that time has decided', () => {
    const filter = filterOf('(a -b) OR (a c)')
    assert.deepEqual(filter.take(createCue({ text: 'c', id: 1 }), 0), [])
    assert.equal(filter.take(createCue({ text: 'a', id: 2 }), 0).length, 0)
    assert.deepEqual(
      filter.tick(30_000).map(({ id }) => id),
      [2],
    )
    assert.deepEqual(filter.take(createCue({ text: 'b', id: 3 }), 31_000), [])
    assert.deepEqual(filter.tick(90_000), [])
  })

  it('decides at once when the run is ended or the track is cut', () => {
    const ended = filterOf('a -b')
    const cue = createCue({ text: 'a', id: 1 })
    ended.take(cue, 0)
    assert.deepEqual(ended.endRun('other'), [])
    assert.deepEqual(ended.endRun('r1'), [cue])
    const cut = filterOf('a -b')
    cut.take(cue, 0)
    const next = createCue({ text: 'b', id: 2 })
    assert.deepEqual(cut.gap(createGap(2, next.start, false)), [])
    assert.deepEqual(cut.take(next, 0), [cue])
  })

  it('never matches across a gap, a run or a track', () => {
    const cue = createCue({ text: 'a', id: 1 })
    const next = createCue({ text: 'b', id: 2 })
    for (const [between, wanted] of [[false, []] as const, [true, [cue, next]] as const]) {
      const filter = filterOf('a b')
      filter.take(cue, 0)
      filter.gap(createGap(2, next.start, between))
      assert.deepEqual(filter.take(next, 0), wanted)
    }
    for (const other of [{ run: 'r2' }, { track: 'CC3' }]) {
      const filter = filterOf('a b')
      filter.take(cue, 0)
      assert.deepEqual(filter.take(createCue({ text: 'b', id: 2, ...other }), 0), [])
    }
  })

  it('parts what it held when a gap is told of late', () => {
    const filter = filterOf('a -b')
    const cue = createCue({ text: 'a', id: 1 })
    const next = createCue({ text: 'b', id: 2 })
    filter.take(cue, 0)
    filter.take(next, 0)
    assert.deepEqual(filter.gap(createGap(3, next.start, false)), [cue])
    const before = filterOf('a -b')
    before.take(createCue({ text: 'b', id: 1 }), 0)
    const match = createCue({ text: 'a', id: 2 })
    before.take(match, 0)
    before.gap(createGap(3, match.start, false))
    assert.deepEqual(before.tick(30_000), [match])
  })

  it('continues a run whose cues come late, beside the one that followed it', () => {
    const filter = filterOf('"a b"')
    const cue = createCue({ text: 'a', id: 1 })
    filter.take(cue, 0)
    filter.take(createCue({ text: 'b', id: 1, run: 'r2', seq: 2 }), 0)
    const late = createCue({ text: 'b', id: 2, seq: 3 })
    assert.deepEqual(filter.take(late, 0), [cue, late])
  })

  it('passes every cue that a query of filters wants', () => {
    const filter = filterOf('lang:es')
    const spanish = createCue({ text: '♪', id: 1, track: 'CC3' })
    assert.deepEqual(filter.take(spanish, 0), [spanish])
    assert.deepEqual(filter.take(createCue({ text: 'a', id: 2 }), 0), [])
  })

  it('tests filters on the cue that holds the first token', () => {
    const midnight = Date.parse('2026-01-02T23:59:59.000Z')
    const texts: readonly Cue[] = [
      createCue({ text: 'a', id: 1, atMs: midnight }),
      createCue({ text: 'b', id: 2, atMs: midnight + 1000 }),
    ]
    const count = (query: string): number => findMatches(parsed(query), facts, texts, []).length
    assert.equal(count('"a b" day:fri'), 1)
    assert.equal(count('"a b" day:sat'), 0)
    assert.equal(count('b day:sat hour:0'), 1)
    assert.equal(count('a (day:sat OR hour:23-1)'), 1)
    assert.equal(count('b from:2026-01-03'), 1)
    assert.equal(count('b to:2026-01-03'), 0)
    assert.equal(count('(a day:sat) OR (b day:fri)'), 0)
  })
})

describe('StandingMatcher', () => {
  it('holds no more than its windows, however long it stands', () => {
    for (const query of ['a -b', 'a b']) {
      const matcher = new StandingMatcher({ query: parsed(query), ...facts })
      let id = 0
      for (const run of Array.from({ length: 200 }, (_, n) => `r${n}`))
        for (let n = 0; n < 60; n++)
          matcher.take(createCue({ text: 'a x x x x x ♪', run, id: ++id }), id * 2000)
      assert.ok(matcher.heldTokens <= 64 * 250, `${matcher.heldTokens} tokens`)
    }
  })
})

describe('highlights', () => {
  it('mark the words of the match in every cue, a phrase as one stretch', () => {
    assert.deepEqual(marked('"don\'t stop now"', ["PLEASE DON'T,\nSTOP", 'NOW!']), [
      ["DON'T,\nSTOP", 'NOW'],
    ])
    assert.deepEqual(marked('dog* cat', ['A CAT AND DOGS.', 'x']), [['CAT|DOGS']])
    assert.deepEqual(marked('dog OR cat', ['A CAT AND A DOG']), [['CAT'], ['DOG']])
    assert.deepEqual(marked('ñandú -x', ['EL ÑANDÚ']), [['ÑANDÚ']])
  })

  it('mark any part of a run without spaces, across rows and cues too', () => {
    assert.deepEqual(marked('日本', ['新日本語']), [['日本']])
    assert.deepEqual(marked('語', ['日本語']), [['語']])
    assert.deepEqual(marked('ニュース', ['今ニュ\nース', 'x']), [['ニュ\nース']])
    assert.deepEqual(marked('ニュース', ['今ニュ', 'ース速']), [['ニュ', 'ース']])
    assert.deepEqual(marked('日語', ['日本語']), [])
  })
})
