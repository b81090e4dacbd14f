import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Channel } from '../../../../protocol/api.ts'
import { parseQuery } from '../../../../query/language/parse.ts'
import { en } from '../../../messages/search/en.ts'
import { suggest, type Known } from './suggest.ts'

const policy = {
  ...{ visibility: 'public' as const, delaySeconds: 0, snippetWords: null },
  ...{ retentionDays: null, export: true, robots: false },
}

function channel(id: string, name: string, network: string | null): Channel {
  return {
    ...{ id, name, network, country: null, languages: ['en', 'es'], timeZone: 'UTC' },
    ...{ description: null, tags: [], website: null, logo: null, externalIds: [], policy },
    ...{ tracks: [{ track: 'CC1', language: 'en' }], state: 'live', now: null },
  }
}

const known: Known = {
  channels: [
    channel('harbour-news', 'Harbour News', 'Harbour One'),
    channel('plaza', 'Canal Plaza', null),
  ],
  messages: en,
  now: Date.parse('2026-03-04T05:06:07Z'),
  nameOfLanguage: (tag) => (tag === 'es' ? 'Spanish' : 'English'),
}

/** `|` is the caret. */
function at(text: string): string[] {
  const caret = text.indexOf('|')
  const whole = text.replace('|', '')
  return suggest(whole, caret, known).map(
    (one) => whole.slice(0, one.from) + one.text + whole.slice(one.to),
  )
}

describe('suggestions in the search box', () => {
  it('name the filters that begin so', () => {
    assert.deepEqual(at('rain ch|'), ['rain channel:'])
    assert.deepEqual(at('rain -ne|'), ['rain -network:'])
    assert.deepEqual(at('(rain t|'), ['(rain track:', '(rain to:'])
    assert.deepEqual(at('rain xyz|'), [])
  })

  it('give values by what they are and by what they are called', () => {
    assert.deepEqual(at('channel:|'), ['channel:harbour-news', 'channel:plaza'])
    assert.deepEqual(at('channel:can| rain'), ['channel:plaza rain'])
    assert.deepEqual(at('network:har|'), ['network:"Harbour One"'])
    assert.deepEqual(at('network:"har|'), ['network:"Harbour One"'])
    assert.deepEqual(at('lang:span|'), ['lang:es'])
    assert.equal(at('from:|')[1], 'from:2026-03-03')
  })

  it('do not disturb a phrase, nor repeat what stands there', () => {
    assert.deepEqual(at('"rain ch|'), [])
    assert.deepEqual(at('channel:plaza|'), [])
  })

  it('are all read as queries', () => {
    for (const name of ['channel', 'network', 'lang', 'track', 'from', 'to', 'hour', 'day']) {
      const all = at(`rain ${name}:|`)
      assert.ok(all.length > 0, name)
      for (const q of all) assert.ok(parseQuery(q).ok, q)
    }
  })
})
