import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { queryLike, queryText } from './generate.ts'
import { formatQuery } from '../../src/query/language/format.ts'
import { parseQuery } from '../../src/query/language/parse.ts'
import { restateQuery } from '../../src/query/language/restate.ts'
import type { Query } from '../../src/query/language/query.ts'

function parsed(text: string): Query {
  const result = parseQuery(text)
  assert.ok(result.ok, `${text}: ${result.ok ? '' : result.message}`)
  return result.query
}

function canonical(text: string): string {
  return formatQuery(parsed(text))
}

describe('parseQuery', () => {
  it('has one canonical spelling for each query', () => {
    const spellings: Readonly<Record<string, string>> = {
      'Dog CAT': 'dog cat',
      "DON'T": 'dont',
      'co-op': '"co op"',
      'Co-Op*': '"co op*"',
      '“White  House”': '"white house"',
      '"white hou*"': '"white hou*"',
      'a OR b c': 'a OR (b c)',
      '(a b) c': 'a b c',
      '(a OR b) c': '(a OR b) c',
      '((a))': 'a',
      'a OR (b OR c)': 'a OR b OR c',
      'trick or treat': 'trick or treat',
      'a -b -"c d"': 'a -b -"c d"',
      '-b a': 'a -b',
      'a -(b OR c)': 'a -(b OR c)',
      'a NEAR/10 b c': 'a NEAR/10 b c',
      'a NEAR/10 b NEAR/5 c': 'a NEAR/10 b NEAR/5 c',
      'a NEAR/10 (b NEAR/5 c)': 'a NEAR/10 (b NEAR/5 c)',
      'NEAR miss': 'near miss',
      'LANG:ES': 'lang:es',
      '-lang:es track:cc1': '-lang:es track:CC1',
      'a -(-lang:es)': 'a lang:es',
      'obama (channel:one OR channel:Two)': 'obama (channel:one OR channel:two)',
      'a -(channel:one track:CC1)': 'a -(channel:one track:CC1)',
      'a show:"The Morning*" network:NBC': 'a show:"the morning*" network:nbc',
      'a hour:9-17 day:SAT-sunday day:mon': 'a hour:9-17 day:sat-sun day:mon',
      'a from:2026-01-31 to:2026-01-31t18:00+02:00': 'a from:2026-01-31 to:2026-01-31T18:00+02:00',
      'BBCニュース 日': '"bbc ニュース" 日',
      'say: 10:30': 'say "10 30"',
    }
    for (const [text, spelling] of Object.entries(spellings))
      assert.equal(canonical(text), spelling, text)
  })

  it('points at the character where a wrong query goes wrong', () => {
    const faults: readonly (readonly [text: string, at: number, message: RegExp])[] = [
      ['', 0, /empty/],
      ['   ', 0, /empty/],
      ['a "b c', 2, /never closed/],
      ['a (b c', 2, /never closed/],
      ['(', 0, /never closed/],
      ['a b) c', 3, /never opened/],
      ['a ()', 2, /nothing between these parentheses/],
      ['a ""', 3, /nothing between these quotation/],
      ['a >>', 2, /no letter/],
      ['OR a', 0, /both sides/],
      ['a OR', 2, /both sides/],
      ['a OR OR b', 2, /both sides/],
      ['-a', 0, /at least one word/],
      ['a (-b -c)', 3, /at least one word/],
      ['lang:es -a', 8, /at least one word/],
      ['a - b', 2, /directly before/],
      ['a -OR b', 2, /directly before/],
      ['a --b', 3, /One minus/],
      ['a -(b -c)', 2, /minus within/],
      ['a NEAR/10', 2, /both sides/],
      ['NEAR/10 a', 0, /both sides/],
      ['a NEAR/0 b', 2, /1 to 59/],
      ['a NEAR/60 b', 2, /1 to 59/],
      ['a NEAR/x b', 2, /1 to 59/],
      ['a NEAR/5 -b', 9, /both said/],
      ['-a NEAR/5 b', 3, /-\(a NEAR/],
      ['a NEAR/5 lang:es', 2, /between words/],
      ['a OR lang:es', 2, /between words or between filters/],
      ['*a', 0, /directly after/],
      ['a*b', 1, /directly after/],
      ['x a*', 2, /two letters/],
      ['a foo:bar', 2, /no filter foo:/],
      ['a lang:', 7, /needs a value/],
      ['a lang:e_s', 7, /BCP 47/],
      ['a channel:NEWS!', 10, /channel's id/],
      ['a hour:9-25', 7, /0 to 23/],
      ['a day:sat-sun-mon', 6, /days of the week/],
      ['a from:2026-02-30', 7, /UTC/],
      ['a to:yesterday', 5, /UTC/],
      [`a ${'b '.repeat(499)}c`, 1000, /at most 1000/],
      ['b '.repeat(61), 120, /at most 60 words/],
      [`${'('.repeat(21)}a${')'.repeat(21)}`, 20, /at most 20 deep/],
    ]
    for (const [text, at, message] of faults) {
      const result = parseQuery(text)
      assert.ok(!result.ok, text)
      assert.match(result.message, message, text)
      assert.equal(result.at, at, text)
    }
  })

  it('says in plain words what a query finds', () => {
    const sentences: Readonly<Record<string, string>> = {
      dog: '“dog”',
      'dog*': 'a word beginning with “dog…”',
      '"white house" OR potus': '“white house” or “potus”',
      'a b (c OR d)': '“a”, “b” and (“c” or “d”) within 60 words',
      'a NEAR/10 b': '“a” within 10 words of “b”',
      'a -b hour:9-17 -lang:es':
        '“a”, but without “b” within 60 words before or after, between 09:00 and 17:59 local time, not in the language es',
      'lang:es day:sat-sun': 'everything said in the language es, from Saturday to Sunday',
      'a from:2026-01-31 to:2026-02-01T00:00Z':
        '“a”, from 2026-01-31 UTC, before 2026-02-01T00:00Z',
      'a (channel:one OR channel:two)': '“a”, (on channel one or on channel two)',
    }
    for (const [text, sentence] of Object.entries(sentences))
      assert.equal(restateQuery(parsed(text)), sentence, text)
  })

  it('reads its canonical spelling as the same query', () => {
    fc.assert(
      fc.property(queryText, (text) => {
        const query = parsed(text)
        assert.deepEqual(parsed(formatQuery(query)), query)
        assert.notEqual(restateQuery(query), '')
      }),
      { numRuns: 1000 },
    )
  })

  it('never throws, points into the text, and what it accepts has a canonical spelling', () => {
    const anything = fc.oneof(fc.string({ unit: 'binary' }), queryLike)
    fc.assert(
      fc.property(anything, (text) => {
        const result = parseQuery(text)
        if (result.ok) {
          assert.deepEqual(parsed(formatQuery(result.query)), result.query)
          return
        }
        assert.ok(result.at >= 0 && result.at <= text.length)
        assert.match(result.message, /[.]$/)
      }),
      { numRuns: 3000 },
    )
  })
})
