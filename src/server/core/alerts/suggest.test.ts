import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { readAlertQuery } from './rehearse.ts'
import { broader, narrower } from './suggest.ts'

function narrowed(text: string, loudest: string | null = null): string[] {
  return narrower(readAlertQuery(text), loudest).map(({ query }) => query)
}

function broadened(text: string): string[] {
  return broader(readAlertQuery(text)).map(({ query }) => query)
}

describe('narrower', () => {
  it('says words one after another, and leaves out the loudest channel', () => {
    assert.deepEqual(narrowed('white house -senate', 'news-one'), [
      '"white house" -senate',
      'white house -senate -channel:news-one',
    ])
  })

  it('holds phrases and alternatives near each other', () => {
    assert.deepEqual(narrowed('"white house" (storm OR flood)'), [
      '"white house" NEAR/10 (storm OR flood)',
    ])
  })

  it('knows nothing narrower than a word', () => {
    assert.deepEqual(narrowed('storm'), [])
  })
})

describe('broader', () => {
  it('drops filters, takes phrases apart, and asks for other forms', () => {
    assert.deepEqual(broadened('"harbour bridges" lang:en'), [
      '"harbour bridges"',
      'harbour bridges lang:en',
      'harbo* bridg* lang:en',
    ])
  })

  it('leaves short words, beginnings and alternatives as they are', () => {
    assert.deepEqual(broadened('fog hurric* (storm OR flood)'), [])
  })
})

describe('readAlertQuery', () => {
  it('refuses what every caption would match, and what cannot be read', () => {
    assert.throws(() => readAlertQuery('channel:one'), /at least one word/)
    assert.throws(() => readAlertQuery('"open'), /character 1/)
  })
})
