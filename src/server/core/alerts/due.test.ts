import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { AlertRate, QuietHours } from '../../../protocol/alerts.ts'
import { dueAt, quietUntil } from './due.ts'

const vienna = 'Europe/Vienna'

function due(rate: AlertRate, at: string): string | null {
  const ms = dueAt(rate, Date.parse(at))
  return ms === null ? null : new Date(ms).toISOString()
}

function quiet(hours: Partial<QuietHours>, at: string): string | null {
  const whole = { from: '22:00', to: '07:00', timeZone: vienna, ...hours }
  const ms = quietUntil(whole, Date.parse(at))
  return ms === null ? null : new Date(ms).toISOString()
}

describe('dueAt', () => {
  it('is at once, at the next hour, or never', () => {
    assert.equal(due({ kind: 'at-once' }, '2026-03-01T10:20:00Z'), '2026-03-01T10:20:00.000Z')
    assert.equal(due({ kind: 'hourly' }, '2026-03-01T10:20:00Z'), '2026-03-01T11:00:00.000Z')
    assert.equal(due({ kind: 'hourly' }, '2026-03-01T11:00:00Z'), '2026-03-01T12:00:00.000Z')
    assert.equal(due({ kind: 'never' }, '2026-03-01T10:20:00Z'), null)
  })

  it('is the same time of the wall clock before and after clocks are set', () => {
    const rate = { kind: 'daily', at: '07:30', timeZone: vienna } as const
    assert.equal(due(rate, '2026-03-28T03:00:00Z'), '2026-03-28T06:30:00.000Z')
    assert.equal(due(rate, '2026-03-28T08:00:00Z'), '2026-03-29T05:30:00.000Z')
    assert.equal(due(rate, '2026-10-24T08:00:00Z'), '2026-10-25T06:30:00.000Z')
  })

  it('comes on the day on which clocks leave its time out', () => {
    const rate = { kind: 'daily', at: '02:30', timeZone: vienna } as const
    const at = due(rate, '2026-03-28T12:00:00Z')
    assert.ok(at?.startsWith('2026-03-29T0'), String(at))
  })

  it('is on the weekday of the zone, not of UTC', () => {
    const rate = {
      kind: 'weekly',
      day: 'monday',
      at: '00:30',
      timeZone: 'Pacific/Auckland',
    } as const
    // Monday 00:30 there is Sunday 11:30 of UTC.
    assert.equal(due(rate, '2026-11-10T00:00:00Z'), '2026-11-15T11:30:00.000Z')
    assert.equal(due(rate, '2026-11-15T11:30:00Z'), '2026-11-22T11:30:00.000Z')
  })
})

describe('quietUntil', () => {
  it('holds over midnight, to the minute', () => {
    assert.equal(quiet({}, '2026-01-10T20:59:00Z'), null)
    assert.equal(quiet({}, '2026-01-10T21:00:00Z'), '2026-01-11T06:00:00.000Z')
    assert.equal(quiet({}, '2026-01-11T05:59:59Z'), '2026-01-11T06:00:00.000Z')
    assert.equal(quiet({}, '2026-01-11T06:00:00Z'), null)
  })

  it('holds within a day, and never when it is empty', () => {
    assert.equal(
      quiet({ from: '12:00', to: '13:00' }, '2026-01-10T11:30:00Z'),
      '2026-01-10T12:00:00.000Z',
    )
    assert.equal(quiet({ from: '12:00', to: '12:00' }, '2026-01-10T11:30:00Z'), null)
  })
})
