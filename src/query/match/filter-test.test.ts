import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Cue } from '../../protocol/api.ts'
import { createTest, type ChannelFacts } from './filter-test.ts'
import { parseQuery } from '../language/parse.ts'

const cue: Cue = {
  ...{ channel: 'one', track: 'CC1', id: 1, run: 'r1', mode: 'pop-on', text: 'x', airing: null },
  language: 'es-MX',
  start: '2026-03-08T06:59:59.000Z',
  end: '2026-03-08T07:00:01.000Z',
  position: { epoch: 'epoch0123', seq: 1 },
}
const channel: ChannelFacts = { id: 'one', network: 'Télé Net', timeZone: 'America/New_York' }

function passes(
  filter: string,
  changes: Partial<Cue> = {},
  facts: ChannelFacts = channel,
  show: string | null = 'The Morning News',
): boolean {
  const parsed = parseQuery(filter)
  assert.ok(parsed.ok && parsed.query.kind === 'filters', filter)
  return createTest(parsed.query.filter, { channel: facts, showOf: () => show })({
    ...cue,
    ...changes,
  })
}

describe('createTest', () => {
  it('knows a channel by its id and a network by its whole name', () => {
    assert.ok(passes('channel:ONE'))
    assert.ok(!passes('channel:on'))
    assert.ok(passes('network:"tele net"'))
    assert.ok(!passes('network:tele'))
    assert.ok(!passes('network:tele', {}, { ...channel, network: null }))
    assert.ok(passes('-network:tele', {}, { ...channel, network: null }))
  })

  it('takes a language for its regions too', () => {
    assert.ok(passes('lang:es') && passes('lang:ES-mx'))
    assert.ok(!passes('lang:es-ES') && !passes('lang:en'))
    assert.ok(!passes('lang:es', { language: null }))
    assert.ok(!passes('lang:es', { language: 'est' }))
  })

  it('finds a phrase in a title', () => {
    assert.ok(
      passes('show:"morning news"') && passes('show:morn*') && !passes('show:"news morning"'),
    )
    assert.ok(!passes('show:news', {}, channel, null))
  })

  it('counts hours and days where the channel is, whatever its clock does', () => {
    // New York goes from 1:59:59 to 3:00 at that moment, on a Sunday.
    assert.ok(passes('hour:1 day:sun'))
    assert.ok(passes('hour:3', { start: '2026-03-08T07:00:00.000Z' }))
    assert.ok(passes('hour:22-4') && !passes('hour:22-0') && passes('day:sat-mon'))
    assert.ok(passes('day:sat hour:23', { start: '2026-03-08T04:30:00.000Z' }))
    assert.ok(passes('hour:12', {}, { ...channel, timeZone: 'Asia/Kolkata' }))
    assert.ok(passes('hour:6', {}, { ...channel, timeZone: 'Nowhere/At_All' }))
  })

  it('begins at from: and ends before to:', () => {
    assert.ok(passes('from:2026-03-08T06:59:59 to:2026-03-08T07:00'))
    assert.ok(!passes('to:2026-03-08T06:59:59'))
    assert.ok(passes('from:2026-03-08T02:00-04:59'))
  })
})
