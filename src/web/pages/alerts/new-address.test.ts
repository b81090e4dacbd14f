import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseQuery } from '../../../query/language/parse.ts'
import { addressOfNew, readAddressOfNew } from './new-address.ts'

describe('the address of a new alert', () => {
  const carried = (q: string, channels?: readonly string[]): [string, readonly string[]] => {
    const { query, channels: read } = readAddressOfNew(
      new URL(addressOfNew(q, channels), 'http://any').searchParams,
    )
    assert.ok(query === '' || parseQuery(query).ok, query)
    return [query, read]
  }

  it('carries the query and where it is to listen', () => {
    assert.deepEqual(carried('"river park" NEAR/10 otter* at&t+1=2'), [
      '"river park" NEAR/10 otter* at&t+1=2',
      [],
    ])
    assert.deepEqual(carried('otters', ['news', 'sport']), ['otters', ['news', 'sport']])
  })

  it('makes of one channel where it listens, and leaves times out', () => {
    assert.deepEqual(carried('otters channel:news lang:en from:2026-01-01'), [
      'otters lang:en',
      ['news'],
    ])
    assert.deepEqual(carried('otters -channel:news to:2026-01-01'), ['otters -channel:news', []])
    assert.deepEqual(carried('channel:news'), ['channel:news', []])
    assert.deepEqual(carried('otters OR herons channel:news'), [
      'otters OR herons channel:news',
      [],
    ])
  })

  it('may say anything', () => {
    const params = new URLSearchParams({ c: 'news,NEWS,../x,,news,a b' })
    assert.deepEqual(readAddressOfNew(params), { query: '', channels: ['news'] })
  })
})
