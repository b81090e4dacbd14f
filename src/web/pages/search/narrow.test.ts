import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseQuery } from '../../../query/language/parse.ts'
import { filterOf, hasFilter, splitFilters, withFilter, withoutFilter, wordsOf } from './narrow.ts'

describe('filters put into a query’s text by a click', () => {
  it('hold for all of the query, whatever it says', () => {
    const queries = [
      'rain',
      '"two words"',
      'rain OR snow',
      'rain OR snow channel:one',
      '(rain OR snow) channel:one',
      'rain -snow track:CC1',
      '"rain OR snow"',
      'channel:one',
      'rain (snow channel:one)',
    ]
    for (const q of queries) {
      const narrowed = withFilter(q, 'channel:two')
      const parsed = parseQuery(narrowed)
      assert.ok(parsed.ok, narrowed)
      assert.ok(hasFilter(narrowed, 'channel:two'), narrowed)
      assert.deepEqual(
        splitFilters(withoutFilter(narrowed, 'channel:two')).filters,
        splitFilters(q).filters,
      )
      if (parsed.query.kind === 'text')
        assert.equal(parsed.query.expression.kind, 'all', `${narrowed} is narrowed as a whole`)
    }
  })

  it('are not seen where they hold for a part alone', () => {
    assert.equal(hasFilter('rain OR snow channel:one', 'channel:one'), false)
    assert.equal(hasFilter('"rain channel:one"', 'channel:one'), false)
  })

  it('are quoted where their value has spaces', () => {
    assert.equal(filterOf('network', 'Harbour "One" TV'), 'network:"Harbour  One  TV"')
    assert.equal(filterOf('channel', 'harbour-news'), 'channel:harbour-news')
    assert.ok(hasFilter(withFilter('rain', 'show:"The News"'), 'show:"The News"'))
  })

  it('leave the words', () => {
    assert.deepEqual(wordsOf('"world series" OR play* -rain channel:one'), [
      ...['world', 'series', 'play'],
    ])
  })
})
