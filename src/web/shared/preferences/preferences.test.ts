import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  entriesHere,
  fitting,
  formatEntries,
  merge,
  parseEntries,
  type Entries,
} from './entries.ts'
import { changesOf, readTexts } from './texts.ts'

const keys = fc.constantFrom('ccr.theme', 'ccr.clock', 'ccr.wall.1')
const entry = fc.record(
  {
    at: fc.integer({ min: 0, max: 5 }),
    text: fc.option(fc.constantFrom('dark', 'light\n=-')),
  },
  { noNullPrototype: true },
)
const entries: fc.Arbitrary<Entries> = fc.dictionary(keys, entry, { noNullPrototype: true })

/** A browser's storage. */
function browser(kept: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(kept))
}

function reader(storage: ReadonlyMap<string, string>): (key: string) => string | null {
  return (key) => storage.get(key) ?? null
}

describe('what a person chose, in several browsers', () => {
  it('is stored and read back, and texts of another form are left alone', () => {
    fc.assert(
      fc.property(entries, (all) => assert.deepEqual(parseEntries(formatEntries(all)), all)),
    )
    assert.deepEqual(parseEntries({ 'ccr.theme': 'dark', 'ccr.clock': '12' }), {})
  })

  it('is the latest of each, in whatever order browsers agree, and nothing is lost', () => {
    fc.assert(
      fc.property(entries, entries, (one, other) => {
        const merged = merge(one, other)
        for (const key of new Set([...Object.keys(one), ...Object.keys(other)])) {
          const latest = Math.max(one[key]?.at ?? -1, other[key]?.at ?? -1)
          assert.equal(merged[key]?.at, latest)
        }
        assert.deepEqual(merge(merged, other), merged)
      }),
    )
  })

  it('gives way to the account when nobody knows when it was chosen, and not when it is known', () => {
    const account: Entries = { 'ccr.theme': { at: 10, text: 'dark' } }
    const never = entriesHere({ 'ccr.theme': 'light' }, {}, () => undefined, 99)
    assert.equal(merge(never, account)['ccr.theme']?.text, 'dark')
    const later = entriesHere({ 'ccr.theme': 'light' }, {}, () => 11, 99)
    assert.equal(merge(later, account)['ccr.theme']?.text, 'light')
  })

  it('is a change, or taken back, when it is not as it was agreed', () => {
    const base: Entries = {
      'ccr.theme': { at: 10, text: 'dark' },
      'ccr.clock': { at: 10, text: 'own' },
      'ccr.case': { at: 10, text: 'sent' },
    }
    const texts = { 'ccr.theme': 'light', 'ccr.case': 'sent' }
    const here = entriesHere(texts, base, () => 5, 99)
    assert.deepEqual(here, {
      'ccr.theme': { at: 11, text: 'light' },
      'ccr.clock': { at: 11, text: null },
      'ccr.case': { at: 10, text: 'sent' },
    })
  })

  it('has both walls when each browser had one, and loses one only where it is removed', () => {
    const wall = (name: string): object => ({ name, address: `/wall?c=a&name=${name}` })
    const one = browser({ 'ccr.walls': JSON.stringify([wall('Morning')]), 'ccr.theme': 'dark' })
    const other = browser({ 'ccr.walls': JSON.stringify([wall('Evening')]) })
    const here = entriesHere(readTexts(reader(one)), {}, () => undefined, 9)
    const there = entriesHere(readTexts(reader(other)), {}, () => undefined, 9)
    const agreed = merge(here, there)
    const texts = Object.fromEntries(Object.entries(agreed).map(([key, { text }]) => [key, text]))
    for (const storage of [one, other])
      for (const [key, text] of changesOf(texts, reader(storage))) storage.set(key, text ?? '')
    assert.deepEqual(JSON.parse(other.get('ccr.walls') ?? ''), [wall('Evening'), wall('Morning')])
    assert.equal(other.get('ccr.theme'), 'dark')
    assert.equal(changesOf(texts, reader(other)).size, 0)

    other.set('ccr.walls', JSON.stringify([wall('Morning')]))
    const removed = merge(
      agreed,
      entriesHere(readTexts(reader(other)), agreed, () => 7, 9),
    )
    const left = Object.fromEntries(Object.entries(removed).map(([key, { text }]) => [key, text]))
    assert.equal(changesOf(left, reader(one)).get('ccr.walls'), JSON.stringify([wall('Morning')]))
  })

  it('is told as far as the server takes it, the latest first', () => {
    const long = (at: number, length: number): Entries[string] => ({ at, text: 'x'.repeat(length) })
    const all: Entries = {
      'ccr.wall.a': long(1, 3900),
      'ccr.wall.b': long(2, 3900),
      'ccr.wall.c': long(3, 3900),
      'ccr.wall.d': long(4, 3900),
      'ccr.wall.e': long(5, 3900),
      'ccr.wall.f': long(6, 4000),
      'ccr.theme': { at: 0, text: 'dark' },
    }
    const told = fitting(all, { 'ccr.other': 'kept' })
    assert.deepEqual(Object.keys(told).sort(), [
      'ccr.theme',
      ...['ccr.wall.b', 'ccr.wall.c', 'ccr.wall.d', 'ccr.wall.e'],
    ])
    const size = JSON.stringify({ 'ccr.other': 'kept', ...formatEntries(told) }).length
    assert.ok(size <= 16_384, String(size))
  })
})
