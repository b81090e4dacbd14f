import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Quality } from '../../../protocol/api.ts'
import { figuresOf, missedOf, worstFirst } from './figures.ts'

function hour(n: number, fields: Partial<Quality>): Quality {
  const at = (hours: number): string => new Date(Date.UTC(2026, 0, 1, hours)).toISOString()
  return {
    ...{ from: at(n), to: at(n + 1), monitoredMinutes: 60, uptime: 1, gapSeconds: {} },
    ...{ cues: 0, words: 0, wordsPerMinute: 0, ...fields },
  }
}
const silent = { monitoredMinutes: 0, uptime: 0, wordsPerMinute: null }

it('counts from the hour in which a channel was first recorded, and counts its gaps', () => {
  const figures = figuresOf([
    hour(0, silent),
    hour(1, { words: 6000 }),
    hour(2, { monitoredMinutes: 30, words: 3000, gapSeconds: { 'source-lost': 1800 } }),
  ])
  assert.equal(figures.uptime, 0.75)
  assert.equal(figures.wordsPerMinute, 100)
  assert.equal(figures.missedSeconds, 1800)
  assert.equal(figures.items.length, 2)
})

it('does not hold against a new channel that it began in the midst of an hour', () => {
  const begun = { monitoredMinutes: 10, words: 1000, gapSeconds: { 'source-lost': 600 } }
  assert.equal(figuresOf([hour(0, silent), hour(1, begun)]).uptime, 0.5)
  assert.equal(figuresOf([hour(1, begun)]).uptime, 1 / 6)
})

it('says of a channel that was never recorded that it was not, instead of nought', () => {
  const figures = figuresOf([hour(0, silent), hour(1, silent)])
  assert.deepEqual(figures, { uptime: null, wordsPerMinute: null, missedSeconds: 0, items: [] })
})

it('misses no more than there was, though two reasons tell of the same time', () => {
  const gapSeconds = { 'source-lost': 1800, 'no-captions': 1800 }
  assert.equal(missedOf(hour(0, { monitoredMinutes: 20, gapSeconds })), 2400)
})

it('puts what was heard least first, then what said least', () => {
  const of = (uptime: number, words: number): ReturnType<typeof figuresOf> =>
    figuresOf([hour(0, { monitoredMinutes: 60 * uptime, words, gapSeconds: { 'source-lost': 1 } })])
  const never = figuresOf([])
  const [half, quiet, well] = [of(0.5, 9000), of(1, 60), of(1, 9000)]
  assert.deepEqual([well, quiet, never, half].sort(worstFirst), [never, half, quiet, well])
})
