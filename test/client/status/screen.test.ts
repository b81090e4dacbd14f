import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { ChannelReport } from '../../../src/client/channel-sender.ts'
import type { FleetReport } from '../../../src/client/fleet/fleet.ts'
import { statusOf } from '../../../src/client/status/facts.ts'
import { StatusScreen } from '../../../src/client/status/screen.ts'

const sender: ChannelReport = {
  ...{ channel: 'news-one', source: 'news.ts', run: 'r1', cues: 120, cuesPerMinute: 14 },
  ...{ unacked: 3, lagMs: 900, offsetMs: 0, sharing: 1, extractor: null },
  upload: { state: 'waiting', received: 9, stored: 9, lastError: 'cut' },
  ...{ faults: { 'lost-packet': 2 }, problem: null, clock: null },
}
const report: FleetReport = { channel: 'news-one', sender, result: null, isOn: true, turn: null }

function draw(columns: number, reports: readonly FleetReport[], notes: string[] = []): string {
  let drawn = ''
  const screen = new StatusScreen({ columns, write: (text) => (drawn += text) })
  screen.draw(reports.map(statusOf), notes)
  return drawn
}

describe('StatusScreen', () => {
  it('has a line a channel: state, rate, cues, unacked, faults and the last error', () => {
    const full = { ...report, sender: { ...sender, problem: 'the disk is full' } }
    const drawn = draw(120, [report, full])
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

  it('says whose turn it is, who waits for one, and who cannot go on', () => {
    const untilMs = new Date().setHours(23, 59)
    const turn = { tuner: 'attic', untilMs }
    const message = 'the server refused this feed: no such channel'
    const drawn = draw(160, [
      { ...report, turn },
      { ...report, sender: null, isOn: false, turn },
      { ...report, result: { ok: false, kind: 'refused', message } },
    ])
    const [on, off, refused] = drawn.split('\n')
    assert.match(on ?? '', /waiting .*attic until 23:59/)
    assert.match(off ?? '', /off .*attic from 23:59/)
    assert.match(refused ?? '', /refused .*no such channel/)
  })

  it('wipes the lines of channels that are gone, and has notes below', () => {
    let drawn = ''
    const screen = new StatusScreen({ columns: 80, write: (text) => (drawn = text) })
    const status = statusOf(report)
    screen.draw([status, status, status], ['channels.yaml:3: rubbish'])
    assert.match(drawn, /unacked.*\n\rchannels.yaml:3: rubbish/)
    screen.draw([status])
    assert.ok(drawn.startsWith('\u001b[4A'))
    assert.ok(drawn.endsWith('\n\u001b[J'))
  })
})
