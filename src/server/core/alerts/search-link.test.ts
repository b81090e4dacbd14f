import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { searchLink } from './search-link.ts'

function queryOf(query: string, channels: readonly string[]): string | null {
  const link = searchLink({ query, channels: [...channels] }, 0, 3_600_000)
  assert.ok(link.startsWith('/search?'))
  return new URLSearchParams(link.slice(8)).get('q')
}

describe('searchLink', () => {
  it('holds the channels of an alert in the query, whatever the query is', () => {
    assert.equal(queryOf('storm', []), 'storm')
    assert.equal(queryOf('storm -sea lang:en', ['one']), 'storm -sea lang:en channel:one')
    assert.equal(
      queryOf('storm OR flood', ['one', 'two']),
      '(storm OR flood) (channel:one OR channel:two)',
    )
  })

  it('leaves them out when a query cannot hold them', () => {
    assert.equal(
      queryOf(
        'storm',
        Array.from({ length: 200 }, (_, n) => `channel-${n}`),
      ),
      'storm',
    )
  })
})
