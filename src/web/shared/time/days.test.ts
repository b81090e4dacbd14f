import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { addDays, dayOf, hoursOf, parseDay, spanOfDay, weekOf } from './days.ts'

describe('a day of a zone', () => {
  it('is 23 or 25 hours long when clocks change', () => {
    const zone = 'America/New_York'
    assert.equal(hoursOf(spanOfDay('2026-03-08', zone)).length, 23)
    assert.equal(hoursOf(spanOfDay('2026-11-01', zone)).length, 25)
    assert.deepEqual(spanOfDay('2026-07-01', zone), {
      from: '2026-07-01T04:00:00.000Z',
      to: '2026-07-02T04:00:00.000Z',
    })
  })

  it('holds its own beginning and not that of the next, in every zone', () => {
    for (const zone of ['UTC', 'Asia/Kathmandu', 'Pacific/Apia', 'America/St_Johns'])
      for (const day of ['2026-01-31', '2026-03-29', '2026-10-25']) {
        const { from, to } = spanOfDay(day, zone)
        assert.equal(dayOf(from, zone), day, zone)
        assert.equal(dayOf(to, zone), addDays(day, 1), zone)
      }
  })

  it('has hours of UTC, which a zone of half an hour cuts at both ends', () => {
    const hours = hoursOf(spanOfDay('2026-07-01', 'Asia/Kolkata'))
    assert.equal(hours.length, 25)
    assert.equal(hours[0]?.to, '2026-06-30T19:00:00.000Z')
  })
})

it('parseDay takes days only', () => {
  assert.equal(parseDay('2026-02-28'), '2026-02-28')
  for (const text of [null, '', 'today', '2026-02-30', '2026-2-3', '2026-02-28T00:00'])
    assert.equal(parseDay(text), null)
})

it('weekOf ends with today, or whole weeks before', () => {
  assert.equal(weekOf('2026-11-24', '2026-11-25').at(-1), '2026-11-25')
  assert.equal(weekOf('2026-11-19', '2026-11-25')[0], '2026-11-19')
  assert.equal(weekOf('2026-11-18', '2026-11-25').at(-1), '2026-11-18')
  assert.ok(weekOf('2026-11-29', '2026-11-25').includes('2026-11-29'))
})
