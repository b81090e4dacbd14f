import assert from 'node:assert/strict'
import { it } from 'node:test'
import { packRows } from './pack-rows.ts'

const pack = (sizes: readonly number[], columns: number): string[] =>
  packRows(sizes, columns, (size) => size).map((row) =>
    row.map(({ item, width }) => `${item}:${width}`).join(' '),
  )

it('puts networks into the first row with room, the widest as wide as the page', () => {
  assert.deepEqual(pack([2, 3, 1, 1, 7, 2], 3), ['2:2 1:1', '3:3', '1:1 2:2', '7:3'])
  assert.deepEqual(pack([2, 1, 5], 1), ['2:1', '1:1', '5:1'])
  assert.deepEqual(pack([], 3), [])
})
