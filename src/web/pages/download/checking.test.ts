import assert from 'node:assert/strict'
import { it } from 'node:test'
import { stretched, toggled, unbroken } from './checking.ts'

const keys = ['a', 'b', 'c', 'd', 'e']
const set = (text: string): Set<string> => new Set(text)
const text = (checked: ReadonlySet<string>): string => [...checked].sort().join('')

it('toggles one and leaves the set it was given', () => {
  const before = set('a')
  assert.equal(text(toggled(before, 'b')), 'ab')
  assert.equal(text(toggled(before, 'a')), '')
  assert.equal(text(before), 'a')
})

it('stretches in both directions, checking or unchecking', () => {
  assert.equal(text(stretched(keys, set('a'), ['d', 'c'], true)), 'acd')
  assert.equal(text(stretched(keys, set('abcde'), ['b', 'd'], false)), 'ae')
  assert.equal(text(stretched(keys, set('a'), ['gone', 'c'], true)), 'a')
})

it('keeps a choice without holes: filled when checked far away, ended where it was unchecked', () => {
  assert.deepEqual(unbroken(keys, set('a'), set('ad')), [0, 3])
  assert.deepEqual(unbroken(keys, set('abcd'), set('abd')), [0, 1])
  assert.deepEqual(unbroken(keys, set('abcd'), set('bcd')), [1, 3])
  assert.equal(unbroken(keys, set('a'), set('')), null)
})
