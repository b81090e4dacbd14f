import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { CaptionDecoder } from '../../src/captions/caption-decoder.ts'
import { cuesOf, decodeGroups } from './support/decode.ts'
import { block, Codes, Dtvcc } from './support/dtvcc.ts'

function texts(stream: Dtvcc): string[] {
  return cuesOf(decodeGroups(stream.groups, ['S1']), 'S1').map(({ text }) => text)
}

void describe('packets of CEA-708', () => {
  void test('services up to 63 side by side, and padding between them', () => {
    const stream = new Dtvcc()
    const say = (text: string): number[] =>
      new Codes().define(0, { isVisible: true }).text(text).bytes
    stream.packet([...block(1, say('One')), ...block(2, say('Two')), ...block(40, say('Forty')), 0])
    stream.packet([0x00, 0xff, 0xff])
    const events = decodeGroups(stream.groups, ['S1', 'S2', 'S40'])
    assert.deepEqual(
      ['S1', 'S2', 'S40'].map((track) => cuesOf(events, track).map(({ text }) => text)),
      [['One'], ['Two'], ['Forty']],
    )
  })

  void test('damage is counted: lost packets, cut ones, blocks that lie, codes that are cut', () => {
    const faults = (stream: Dtvcc): unknown => {
      const decoder = new CaptionDecoder({ tracks: ['S1'] })
      for (const group of stream.groups) decoder.push(group)
      decoder.end(10_000)
      return decoder.faults()
    }
    const body = block(1, new Codes().define(0, { isVisible: true }).text('Some text').bytes)
    assert.deepEqual(faults(new Dtvcc().packet(body).skipSequence().skipSequence().packet(body)), {
      'cc708-lost-packets': 2,
    })
    assert.deepEqual(faults(new Dtvcc().packet(body, 4).packet(body)), { 'cc708-cut-packet': 1 })
    assert.deepEqual(faults(new Dtvcc().packet([0x3f, 0x41])), { 'cc708-bad-block': 1 })
    assert.deepEqual(faults(new Dtvcc().packet([0xe1, 0x02, 0x41])), { 'cc708-bad-block': 1 })
    assert.deepEqual(faults(new Dtvcc().packet(block(1, [0x98, 1, 2]))), { 'cc708-cut-code': 1 })
    const cut = new Dtvcc().packet(body, 4).packet(block(1, [0x20, 0x41]))
    assert.deepEqual(texts(cut), ['Some  A'], 'what came of a cut packet is text')
  })
})
