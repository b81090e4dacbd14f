import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Channel } from '../../../../protocol/api.ts'
import { picksOf } from './picks.ts'

function channel(id: string, more: Partial<Channel> = {}): Channel {
  return {
    ...{ id, name: id, network: null, country: null, languages: ['en'], timeZone: 'UTC' },
    ...{ description: null, tags: [], website: null, logo: null, externalIds: [], now: null },
    policy: {
      ...{ visibility: 'public', delaySeconds: 0, snippetWords: null },
      ...{ retentionDays: null, export: true, robots: false },
    },
    ...{ tracks: [{ track: 'CC1', language: 'en' }], state: 'live' },
    ...more,
  }
}

const channels = [
  channel('off', { state: 'offline' }),
  channel('two', {
    name: 'Harbour News',
    network: 'Harbour One',
    languages: ['en', 'es'],
    tracks: [
      { track: 'CC1', language: 'en' },
      { track: 'CC3', language: 'es' },
    ],
  }),
  channel('one', { name: 'River' }),
]

function shown(query: string, c: { channel: string; track: string | null }[] = []): string[] {
  const tiles = c.map((tile) => ({ ...tile, size: 'normal' as const }))
  return picksOf(channels, tiles, query, 'en', (count) => `all ${count}`).map(
    ({ name, isOnWall }) => (isOnWall ? `${name} *` : name),
  )
}

it('offers channels by name, those that are off last, and each track of those that have several', () => {
  assert.deepEqual(shown(''), [
    ...['Harbour News', 'English (CC1)', 'Spanish (CC3)', 'all 2', 'River', 'off'],
  ])
})

it('finds by name, network and language as they are typed', () => {
  for (const query of ['harb', 'ONE harbour', 'spanish', 'es news'])
    assert.equal(shown(query)[0], 'Harbour News', query)
  assert.deepEqual(shown('nothing'), [])
})

it('marks what is on the wall, track by track', () => {
  assert.deepEqual(shown('news', [{ channel: 'two', track: null }]), [
    ...['Harbour News *', 'English (CC1) *', 'Spanish (CC3)', 'all 2'],
  ])
})
