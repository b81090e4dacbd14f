import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatClock, formatDay, instantOf, localOf, nameOfZone } from './times.ts'

describe('the moment of a local time', () => {
  it('reads a clock of the zone, in winter and in summer', () => {
    assert.equal(instantOf('2026-01-15T09:30', 'America/New_York'), '2026-01-15T14:30:00.000Z')
    assert.equal(instantOf('2026-07-15T09:30', 'America/New_York'), '2026-07-15T13:30:00.000Z')
    assert.equal(instantOf('2026-07-15T09:30', 'Asia/Kathmandu'), '2026-07-15T03:45:00.000Z')
  })

  it('is the inverse of what is shown, right up to a change of the clocks', () => {
    for (const zone of ['America/New_York', 'Europe/Madrid', 'Pacific/Apia', 'UTC'])
      for (let hour = 0; hour < 72; hour++) {
        const at = new Date(Date.UTC(2026, 2, 7, hour)).toISOString()
        const local = localOf(at, zone)
        assert.equal(localOf(instantOf(local, zone) ?? '', zone), local, `${zone} ${at}`)
      }
  })

  it('is null for what is no time', () => {
    assert.equal(instantOf('', 'UTC'), null)
    assert.equal(instantOf('yesterday', 'UTC'), null)
  })
})

describe('what a row shows', () => {
  it('is by the clock of the zone, which is named for that moment', () => {
    const at = '2026-07-01T03:04:05.678Z'
    assert.equal(formatClock(at, 'America/New_York', 'en'), '23:04:05')
    assert.match(formatDay(at, 'America/New_York', 'en'), /Tuesday.*June 30/)
    assert.equal(nameOfZone('America/New_York', 'en', at), 'EDT')
    assert.equal(nameOfZone('America/New_York', 'en', '2026-01-01T00:00:00.000Z'), 'EST')
  })

  it('is UTC for a zone that this browser does not know', () => {
    assert.equal(formatClock('2026-07-01T03:04:05.678Z', 'Mars/Olympus', 'en'), '03:04:05')
  })
})
