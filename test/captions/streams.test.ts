import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CaptionGroup } from '../../src/captions/caption-group.ts'
import { TsCaptionReader } from '../../src/captions/transport/ts-reader.ts'
import { blocksOf } from '../../src/simulator/pictures.ts'
import { cuesOf, decodeGroups, readGroups } from './support/decode.ts'
import { Line21, withParity } from './support/line21.ts'
import { makeStream, type StreamOptions } from './support/stream.ts'

/** Transport streams of every make, held against the captions that were put in. */

const padding = [0xfc, 0x80, 0x80, 0xfd, 0x80, 0x80] as const
const frameMs = 1001 / 30
const rows = Array.from({ length: 40 }, (_, i) => `ROW ${i} OF A LONG EVENING'S NEWS`)
const filas = Array.from({ length: 30 }, (_, i) => `FILA ${i} DE LAS NOTICIAS`)
const frames = captionedFrames(rollUp(1, rows), rollUp(2, filas))

function rollUp(field: 1 | 2, texts: readonly string[]): Uint8Array[] {
  const line = new Line21(field)
  for (const text of texts) line.send('RU3', 'CR').at(15).text(text)
  return line.send('CR').groups.map(({ triplets }) => triplets)
}

/** Both fields' pairs, one a frame, from the 30th frame on. */
function captionedFrames(
  first: readonly Uint8Array[],
  second: readonly Uint8Array[],
): Uint8Array[] {
  const made = Array.from({ length: 30 + first.length + 30 }, () => Uint8Array.from(padding))
  first.forEach((pair, i) => made[30 + i]?.set(pair))
  second.forEach((pair, i) => made[30 + i]?.set(pair, 3))
  return made
}

function read(stream: Uint8Array): { groups: CaptionGroup[]; faults: Record<string, number> } {
  const reader = new TsCaptionReader()
  const groups = [...reader.push(stream), ...reader.end()]
  return { groups, faults: { ...reader.faults() } }
}

function rowsOf(groups: readonly CaptionGroup[], track = 'CC1'): string[] {
  return cuesOf(decodeGroups(groups), track).map((cue) => cue.text)
}

/** The video packets numbered `from` to `to` are lost. */
function withoutPackets(stream: Uint8Array, from: number, to: number): Uint8Array {
  return stream.filter((_, i) => Math.floor(i / 188) < from || Math.floor(i / 188) >= to)
}

void describe('every make of stream gives what was put in, picture by picture', () => {
  const makes: readonly (readonly [name: string, options: StreamOptions])[] = [
    ['MPEG-2', { codec: 'mpeg-2' }],
    ['MPEG-2, stamps without DTS', { codec: 'mpeg-2', stamps: 'pts' }],
    ['MPEG-2, I and P alone', { codec: 'mpeg-2', gop: 'IPPPPPPPPPPP' }],
    ['MPEG-2, fields in two PES packets', { codec: 'mpeg-2', fields: 'two-pes' }],
    // CCExtractor keeps the second field alone: it overwrites the first.
    ['MPEG-2, fields in one PES packet', { codec: 'mpeg-2', fields: 'one-pes' }],
    // CCExtractor gives B pictures the time of the last stamp, and their bytes in the right order.
    ['MPEG-2, no stamps on B pictures', { codec: 'mpeg-2', stamps: 'reference-pictures' }],
    ['MPEG-2, another programme before', { codec: 'mpeg-2', secondProgramme: true }],
    ['MPEG-2 across the end of the clock', { codec: 'mpeg-2', start: 2 ** 33 - 200 * 3003 }],
    ['H.264', { codec: 'h.264' }],
    ['H.264, stamps without DTS', { codec: 'h.264', stamps: 'pts' }],
    ['H.264, three B pictures, long groups', { codec: 'h.264', gop: `I${'BBBP'.repeat(30)}` }],
    ['H.264, fields in one PES packet', { codec: 'h.264', fields: 'one-pes' }],
    ['H.264, fields in two PES packets', { codec: 'h.264', fields: 'two-pes' }],
    ['H.264, a SEI unit for every block', { codec: 'h.264', splitSei: true }],
    ['H.264, slices in a PES packet apart', { codec: 'h.264', slicesApart: true }],
    ['H.264 across the end of the clock', { codec: 'h.264', start: 2 ** 33 - 201 * 3003 }],
    ['HEVC', { codec: 'hevc' }],
    ['HEVC, stamps without DTS', { codec: 'hevc', stamps: 'pts' }],
  ]
  const meant = frames.flatMap((frame, i) =>
    blocksOf(frame)
      .filter((block) => !(block[1] === 0x80 && block[2] === 0x80))
      .map((block) => ({ atMs: i * frameMs, block: [...block] })),
  )
  for (const [name, options] of makes) {
    void test(name, () => {
      const { groups, faults } = read(makeStream(frames, options))
      const blocks = groups.flatMap(({ fts, triplets }) =>
        blocksOf(triplets).map((block) => ({ fts, block: [...block] })),
      )
      assert.deepEqual(
        blocks.map(({ block }) => block),
        meant.map(({ block }) => block),
      )
      for (const [i, { fts }] of blocks.entries()) {
        const off = Math.abs(fts - (meant[i]?.atMs ?? 0))
        assert.ok(off <= (options.fields === 'two-pes' ? 18 : 1), `block ${i} is ${off} ms off`)
      }
      assert.deepEqual(faults, {})
      assert.deepEqual([rowsOf(groups), rowsOf(groups, 'CC3')], [rows, filas])
    })
  }
})

void describe('what happens to streams', () => {
  const closed = { codec: 'mpeg-2', gop: 'IBBPBBPBBPBBPBBP' } as const
  const at = 16 * 20

  void test('the video moves to another PID in mid-picture: little is lost, nothing comes twice', () => {
    const stream = makeStream(frames, { codec: 'h.264', movesAt: 15 * 20 })
    const said = rowsOf(read(stream).groups)
    const kept = said.filter((row) => rows.includes(row))
    assert.ok(kept.length >= rows.length - 2, `${kept.length} of ${rows.length} rows are whole`)
    assert.equal(new Set(kept).size, kept.length)
  })

  for (const by of [100, -100]) {
    void test(`a splice to a clock ${by} s elsewhere: time goes on`, () => {
      const jump = { at, by: by * 90_000 }
      const { groups, faults } = read(makeStream(frames, { ...closed, start: 2e7, jump }))
      assert.deepEqual(rowsOf(groups), rows)
      const steps = groups.slice(1).map(({ fts }, i) => fts - (groups[i]?.fts ?? 0))
      assert.ok(Math.max(...steps) < 200 && Math.min(...steps) > 0)
      assert.deepEqual(faults, { 'ts-clock-jump': 1 })
    })
  }

  void test('an outage of 100 s: packets are lost, the clock ran on, and so does time', () => {
    // CCExtractor says the same times. A closed hole would date everything after it too early.
    const jump = { at, by: 100 * 90_000 }
    const stream = makeStream(frames, { ...closed, jump })
    const cut = Math.floor(((stream.length / 188) * at) / frames.length)
    const whole = read(makeStream(frames, closed)).groups
    const { groups, faults } = read(withoutPackets(stream, cut - 40, cut + 40))
    assert.equal(faults['ts-outage'], 1)
    assert.ok(Math.abs((groups.at(-1)?.fts ?? 0) - (whole.at(-1)?.fts ?? 0) - 100_000) < 40)
  })

  void test('lost packets cost the rows they hit', () => {
    for (const codec of ['mpeg-2', 'h.264', 'hevc'] as const) {
      const said = rowsOf(read(withoutPackets(makeStream(frames, { codec }), 400, 410)).groups)
      const kept = said.filter((row) => rows.includes(row))
      assert.ok(kept.length >= rows.length - 2, `${codec}: ${kept.length} rows are whole`)
      assert.equal(new Set(kept).size, kept.length, `${codec}: none comes twice`)
    }
  })

  void test('joined in the middle it begins with the next group of pictures', () => {
    for (const codec of ['mpeg-2', 'h.264', 'hevc'] as const) {
      const stream = makeStream(frames, { codec })
      const said = rowsOf(read(stream.subarray(Math.floor(stream.length / 3))).groups)
      assert.deepEqual(said.slice(1), rows.slice(-said.length + 1), codec)
      assert.ok(said.length > 20)
    }
  })

  void test('any chunking gives the same groups', () => {
    const stream = makeStream(frames, { codec: 'mpeg-2', fields: 'one-pes' })
    const whole = readGroups(stream, stream.length)
    for (const chunk of [1, 61, 188, 1316]) assert.deepEqual(readGroups(stream, chunk), whole)
  })

  void test('a first byte of bad parity is a solid block, a second drops the pair', () => {
    const line = new Line21().send('RU2').at(15).text('AB')
    line.raw(withParity(0x43) ^ 0x80, withParity(0x44)).text('EF')
    line.raw(withParity(0x47), withParity(0x48) ^ 0x80).send('CR')
    const noisy = line.groups.map(({ triplets }) => triplets)
    assert.deepEqual(rowsOf(read(makeStream(noisy, { codec: 'h.264', gop: 'IPPP' })).groups), [
      'AB█DEF',
    ])
  })
})
