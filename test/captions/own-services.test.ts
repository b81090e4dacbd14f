import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CaptionDecoder } from '../../src/captions/caption-decoder.ts'
import type { CaptionEvent } from '../../src/captions/caption-event.ts'
import type { CaptionGroup } from '../../src/captions/caption-group.ts'
import { cuesOf, decodeGroups } from './support/decode.ts'
import { english, line21, service, spanish } from './support/two-ways.ts'

/** Both in one stream, and a quiet minute after them. */
function decode(...parts: readonly CaptionGroup[][]): CaptionEvent[] {
  const groups = parts.flat().sort((a, b) => a.fts - b.fts)
  const lastMs = groups.at(-1)?.fts ?? 0
  const padding = { fts: lastMs + 60_000, triplets: Uint8Array.of(0xfc, 0x80, 0x80) }
  return decodeGroups([...groups, padding])
}

function textsOf(events: readonly CaptionEvent[], track: string): string[] {
  return cuesOf(events, track).map(({ text }) => text)
}

void describe('services of CEA-708 beside line 21', () => {
  void test('one that says what line 21 says is no track, whichever comes first', () => {
    for (const laterMs of [0, 3000]) {
      const events = decode(line21(english, 3000 - laterMs), service(1, english, laterMs))
      assert.deepEqual(textsOf(events, 'CC1').length, english.length)
      assert.deepEqual(
        [...new Set(events.map((event) => 'track' in event && event.track))],
        ['CC1'],
      )
    }
  })

  void test('letters that got lost on line 21 do not make it a track', () => {
    const torn = english.map((text) => text.replaceAll(/(.{7})../g, '$1'))
    assert.deepEqual(textsOf(decode(line21(torn), service(1, english)), 'S1'), [])
  })

  void test('another language is one, from its first word, with its own times and numbers', () => {
    const alone = cuesOf(decodeGroups(service(2, spanish), ['S2']), 'S2')
    const events = decode(line21(english), service(2, spanish))
    assert.deepEqual(cuesOf(events, 'S2'), alone)
    assert.deepEqual(textsOf(events, 'S2'), spanish)
  })

  void test('without line 21 every service is one; once that is known, drafts come at once', () => {
    const groups = service(1, [...english, ...english])
    const decoder = new CaptionDecoder()
    const lag: number[] = []
    for (const group of groups)
      for (const event of decoder.push(group))
        if (event.type === 'draft') lag.push(group.fts - event.startMs)
    assert.ok(Math.max(...lag.slice(0, 2)) > 10_000, 'line 21 has its time first')
    assert.deepEqual(lag.slice(-4), [0, 0, 0, 0])
    // A short recording ends before anything is certain.
    assert.deepEqual(
      textsOf(decodeGroups(service(1, english.slice(0, 1))), 'S1'),
      english.slice(0, 1),
    )
  })

  void test('a service takes over where line 21 falls silent, and makes way where it speaks again', () => {
    const more = spanish.map((text) => `${text} Y mucho más.`)
    const all = [...english, ...more, ...english, ...english]
    const parts = [line21(english), line21([...english, ...english], 4000 * 10)]
    const events = decode(...parts, service(1, all))
    const taken = textsOf(events, 'S1')
    assert.deepEqual(taken.slice(0, more.length), more)
    assert.ok(taken.length <= more.length + 6, `${taken.length} cues`)
    const ids = cuesOf(events, 'S1').map(({ id }) => id)
    assert.deepEqual(
      ids,
      ids.map((_, n) => n + 1),
    )
    const drafts = events
      .filter((event) => event.type === 'draft')
      .filter(({ track }) => track === 'S1')
    assert.equal(drafts.length, ids.length + 2)
    assert.equal(drafts.at(-1)?.text, '', 'the one that was open is withdrawn')
  })

  void test('named tracks are told as they are, doubles or not', () => {
    const groups = [...line21(english), ...service(1, english)].sort((a, b) => a.fts - b.fts)
    const events = decodeGroups(groups, ['CC1', 'S1'])
    assert.deepEqual(textsOf(events, 'S1'), textsOf(events, 'CC1'))
  })
})
