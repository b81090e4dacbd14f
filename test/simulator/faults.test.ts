import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { TsCaptionReader } from '../../src/captions/transport/ts-reader.ts'
import { damageStream, noisyFrames } from '../../src/simulator/faults.ts'
import { createRandom } from '../../src/simulator/random.ts'
import { TransportStreamWriter } from '../../src/simulator/transport-stream.ts'
import { cuesOf, decodeGroups } from '../captions/support/decode.ts'
import { makeEvening, streamOf } from '../captions/support/television.ts'

const { frames, meant } = makeEvening(7, 5, ['roll-up'])
const codecs = ['mpeg-2', 'h.264', 'hevc'] as const

function receive(stream: Uint8Array): { rows: string[]; faults: Record<string, number> } {
  const reader = new TsCaptionReader()
  const groups = [...reader.push(stream), ...reader.end()]
  return { rows: cuesOf(decodeGroups(groups)).map(({ text }) => text), faults: reader.faults() }
}

/** How many of the meant rows arrived whole, in order. */
function wholeRows(rows: readonly string[]): number {
  let whole = 0
  let at = 0
  for (const row of rows) {
    const found = meant.indexOf(row, at)
    if (found < 0) continue
    whole++
    at = found + 1
  }
  return whole
}

describe('a station with faults on demand', () => {
  for (const codec of codecs) {
    const stream = streamOf(frames, codec)

    it(`${codec}: no faults, every row`, () => {
      assert.deepEqual(receive(stream), { rows: meant, faults: {} })
    })

    it(`${codec}: dropped packets are counted and cost the rows they hit`, () => {
      const { rows, faults } = receive(damageStream(stream, { dropped: 0.001 }, createRandom(1)))
      assert.ok((faults['ts-continuity'] ?? 0) > 3)
      assert.ok(wholeRows(rows) > meant.length * 0.8, `${wholeRows(rows)} of ${meant.length}`)
    })

    it(`${codec}: garbage between packets is counted and costs nothing but packets`, () => {
      const { rows, faults } = receive(damageStream(stream, { garbage: 0.002 }, createRandom(2)))
      assert.ok((faults['ts-sync-lost'] ?? 0) > 5)
      assert.ok(wholeRows(rows) > meant.length * 0.8, `${wholeRows(rows)} of ${meant.length}`)
    })

    it(`${codec}: packets sent twice change nothing`, () => {
      const { rows, faults } = receive(damageStream(stream, { repeated: 0.2 }, createRandom(3)))
      assert.deepEqual(rows, meant)
      assert.ok((faults['ts-duplicate-packet'] ?? 0) > 100)
    })
  }

  it('noise on line 21 costs letters, never rows', () => {
    const noisy = [...noisyFrames(frames, 0.002, createRandom(4))]
    const { rows } = receive(streamOf(noisy, 'h.264'))
    const whole = wholeRows(rows)
    assert.ok(whole > meant.length * 0.7, `${whole} of ${meant.length} rows are whole`)
    assert.ok(whole < meant.length, 'there was noise')
  })

  it('a clock that jumps is counted, and every row comes in order', () => {
    const writer = new TransportStreamWriter({ codec: 'mpeg-2' })
    const parts = frames.map((frame) => {
      if (frame.number % 2500 !== 2499) return writer.push(frame)
      const before = writer.jump(frame.number % 5000 === 4999 ? -9_000_000 : 60_000_000)
      return Buffer.concat([before, writer.push(frame)])
    })
    const { rows, faults } = receive(Buffer.concat([...parts, writer.end()]))
    assert.deepEqual(rows, meant)
    assert.ok((faults['ts-clock-jump'] ?? 0) >= 2)
  })

  it('the same seed makes the same evening, another makes another', () => {
    assert.deepEqual(makeEvening(7, 5, ['roll-up']).meant, meant)
    assert.notDeepEqual(makeEvening(8, 5, ['roll-up']).meant, meant)
  })
})
