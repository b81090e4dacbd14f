import assert from 'node:assert/strict'
import { it } from 'node:test'
import { lastDays, sumUp } from './last-days.ts'

const now = Date.parse('2026-03-01T00:30:00Z')

it('the last days are all there, today at the end, and others are left out', () => {
  const counted = [
    { day: '2026-02-27', mentions: 3 },
    { day: '2026-03-01', mentions: 1 },
    { day: '2026-01-01', mentions: 9 },
  ]
  const days = lastDays(counted, 3, now)
  assert.deepEqual(
    days.map(({ day, mentions }) => [day, mentions]),
    [
      ['2026-02-27', 3],
      ['2026-02-28', 0],
      ['2026-03-01', 1],
    ],
  )
  const { mentions, most, last } = sumUp(days)
  assert.deepEqual([mentions, most?.day, last?.day], [4, '2026-02-27', '2026-03-01'])
})

it('days without mentions have no most and no last', () => {
  assert.deepEqual(sumUp(lastDays([], 30, now)), { mentions: 0, most: null, last: null })
})
