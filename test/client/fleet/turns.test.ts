import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  minutesBetween,
  nextTurn,
  occurrences,
  overlapOf,
  parseDays,
  parseMinute,
  turnAt,
  withinTurns,
  type Turn,
} from '../../../src/client/fleet/turns.ts'
import { ZoneTime } from '../../../src/client/fleet/zone-time.ts'

const newYork = new ZoneTime('America/New_York')
const at = (text: string): number => Date.parse(text)
const iso = (ms: number | undefined): string => new Date(ms ?? NaN).toISOString()

function turn(channel: string, days: string, from: string, to: string): Turn {
  const fromMinute = parseMinute(from) ?? NaN
  const minutes = minutesBetween(fromMinute, parseMinute(to) ?? NaN)
  return { tuner: 'attic', channel, days: parseDays(days) ?? [], fromMinute, minutes }
}

describe('turns of a tuner', () => {
  it('reads days and times as people write them, and nothing else', () => {
    assert.deepEqual(parseDays('mon-fri'), [0, 1, 2, 3, 4])
    assert.deepEqual(parseDays('fri-mon'), [0, 4, 5, 6])
    assert.deepEqual(parseDays('Sat, sun'), [5, 6])
    assert.deepEqual(parseDays('daily'), [0, 1, 2, 3, 4, 5, 6])
    for (const wrong of ['', 'monday', 'mon-', 'mon-tue-wed', '1-5'])
      assert.equal(parseDays(wrong), undefined, wrong)
    assert.equal(parseMinute('6:05'), 365)
    assert.equal(parseMinute('24:00'), 1440)
    for (const wrong of ['6', '24:01', '12:60', '-1:00'])
      assert.equal(parseMinute(wrong), undefined)
  })

  it('finds where two of them meet, over midnight and over the end of the week', () => {
    const morning = turn('a', 'mon-fri', '06:00', '09:00')
    assert.equal(overlapOf(morning, turn('b', 'fri-sun', '08:00', '10:00')), 'fri 08:00')
    assert.equal(overlapOf(morning, turn('b', 'mon-fri', '09:00', '06:00')), undefined)
    assert.equal(
      overlapOf(turn('a', 'sun', '22:00', '02:00'), turn('b', 'mon', '01:00', '03:00')),
      'mon 01:00',
    )
    assert.equal(
      overlapOf(turn('a', 'mon', '01:00', '03:00'), turn('b', 'sun', '22:00', '02:00')),
      'mon 01:00',
    )
    assert.equal(overlapOf(turn('a', 'daily', '00:00', '24:00'), morning), 'mon 06:00')
  })

  it('are by the clocks of the zone, in summer and in winter', () => {
    const turns = [turn('a', 'mon-fri', '06:00', '09:00')]
    const found = occurrences(turns, at('2026-10-30T00:00Z'), at('2026-11-03T00:00Z'), newYork)
    assert.deepEqual(
      found.map(({ fromMs, toMs }) => [iso(fromMs), iso(toMs)]),
      [
        ['2026-10-30T10:00:00.000Z', '2026-10-30T13:00:00.000Z'],
        ['2026-11-02T11:00:00.000Z', '2026-11-02T14:00:00.000Z'],
      ],
    )
    assert.equal(turnAt(turns, at('2026-11-02T13:59:59Z'), newYork)?.turn.channel, 'a')
    assert.equal(turnAt(turns, at('2026-11-02T14:00Z'), newYork), undefined)
    assert.equal(
      iso(nextTurn(turns, at('2026-10-30T10:00Z'), newYork)?.fromMs),
      '2026-11-02T11:00:00.000Z',
    )
  })

  it('never meet when clocks are set forward over an edge, or back', () => {
    // In New York, 02:30 is not there on 8 March 2026, and 01:30 is there twice on 1 November.
    const turns = [
      ...[turn('a', 'sun', '00:00', '02:30'), turn('b', 'sun', '02:30', '02:45')],
      ...[turn('c', 'sun', '02:45', '03:00'), turn('d', 'sun', '03:00', '24:00')],
    ]
    for (const day of ['2026-03-08', '2026-11-01']) {
      const found = occurrences(turns, at(`${day}T07:00Z`), at(`${day}T12:00Z`), newYork)
      for (const [n, { fromMs, toMs }] of found.entries()) {
        assert.ok(fromMs < toMs)
        if (n > 0) assert.equal(fromMs, found[n - 1]?.toMs)
      }
      assert.deepEqual(found.at(-1)?.turn.channel, 'd')
    }
    const twice = [turn('a', 'sun', '00:00', '01:30'), turn('b', 'sun', '01:30', '03:00')]
    const [a, b] = occurrences(twice, at('2026-11-01T04:00Z'), at('2026-11-01T08:00Z'), newYork)
    assert.deepEqual(
      [iso(a?.toMs), iso(b?.toMs)],
      ['2026-11-01T05:30:00.000Z', '2026-11-01T08:00:00.000Z'],
    )
  })

  it('know what of a time without listeners lay within them', () => {
    const turns = [turn('a', 'daily', '06:00', '08:00'), turn('a', 'daily', '08:00', '09:00')]
    const zone = new ZoneTime('UTC')
    const span = { fromMs: at('2026-11-02T08:30Z'), toMs: at('2026-11-04T07:00Z') }
    assert.deepEqual(
      withinTurns(turns, span, zone).map(({ fromMs, toMs }) => [iso(fromMs), iso(toMs)]),
      [
        ['2026-11-02T08:30:00.000Z', '2026-11-02T09:00:00.000Z'],
        ['2026-11-03T06:00:00.000Z', '2026-11-03T09:00:00.000Z'],
        ['2026-11-04T06:00:00.000Z', '2026-11-04T07:00:00.000Z'],
      ],
    )
  })
})
