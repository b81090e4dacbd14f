import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ChannelReport } from '../../src/client/channel-sender.ts'
import { StatusScreen } from '../../src/client/status.ts'

const report: ChannelReport = {
  ...{ channel: 'news-one', input: 'news.ts', cues: 120, cuesPerMinute: 14, unacked: 3 },
  upload: { state: 'waiting', received: 9, stored: 9, lastError: 'cut' },
  ...{ faults: { 'lost-packet': 2 }, problem: null, extractor: null, clock: null },
}

function draw(columns: number, reports: readonly ChannelReport[]): string {
  let drawn = ''
  new StatusScreen({ columns, write: (text) => (drawn += text) }).draw(reports)
  return drawn
}

describe('StatusScreen', () => {
  it('has a line a channel: state, rate, cues, unacked, faults and the last error', () => {
    const drawn = draw(120, [report, { ...report, problem: 'the disk is full' }])
    assert.match(
      drawn,
      /news-one .* waiting .* 14 cues\/min .* 120 cues .* 3 unacked .* 2 faults .* cut/,
    )
    assert.match(drawn, /the disk is full/)
    assert.equal(drawn.split('\n').length, 3)
  })

  it('keeps to the terminal’s width, and to a usual one where that is not known', () => {
    assert.ok(draw(60, [report]).length < 70)
    assert.match(draw(0, [report]), /3 unacked/)
  })
})
