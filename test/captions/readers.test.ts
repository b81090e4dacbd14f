import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CaptionGroup } from '../../src/captions/caption-group.ts'
import { createCaptionReader } from '../../src/captions/create-reader.ts'
import { detectFormat } from '../../src/captions/detect.ts'
import { MccReader } from '../../src/captions/mcc.ts'
import { formatRcwtGroup, formatRcwtHeader, RcwtReader } from '../../src/captions/rcwt.ts'
import { SccReader } from '../../src/captions/scc.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const group = (fts: number, ...triplets: number[]): CaptionGroup => ({
  fts,
  triplets: Uint8Array.from(triplets),
})
const plain = ({ fts, triplets }: CaptionGroup): [number, number[]] => [fts, [...triplets]]

void describe('RCWT', () => {
  const groups = [
    group(0, 0xfc, 0x94, 0x2c),
    group(33, 0xfd, 0x15, 0x2c, 0xff, 0x02, 0x21),
    group(2 ** 33 + 5, 0xfc, 0xc8, 0x49),
  ]
  const file = (...parts: Uint8Array[]): Uint8Array => Buffer.concat([formatRcwtHeader(), ...parts])
  const read = (source: Uint8Array): [ReturnType<typeof plain>[], RcwtReader] => {
    const reader = new RcwtReader()
    return [[...reader.push(source), ...reader.end()].map(plain), reader]
  }

  void test('what is written is read again', () => {
    const near = groups.slice(0, 2)
    assert.deepEqual(read(file(...near.map(formatRcwtGroup)))[0], near.map(plain))
  })

  void test('damage costs the groups it hits and is counted', () => {
    const many = Array.from({ length: 50 }, (_, i) => group(i * 33, 0xfc, 0xc8, 0x49))
    const parts = many.map(formatRcwtGroup)
    const hole = Uint8Array.of(0x13, 0x37, 0xc0, 0xff, 0xee)
    parts.splice(20, 1, hole)
    const [back, reader] = read(file(...parts))
    const expected = many.filter((_, i) => i !== 20).map(plain)
    assert.deepEqual(back, expected)
    assert.deepEqual(reader.faults(), { 'rcwt-damaged': 1, 'rcwt-skipped-bytes': 5 })
  })

  void test('files glued together go on in time', () => {
    const one = file(formatRcwtGroup(group(5000, 0xfc, 0xc8, 0x49)))
    const two = file(formatRcwtGroup(group(100, 0xfc, 0x49, 0xc8)))
    const [back] = read(Buffer.concat([one, two]))
    assert.deepEqual(
      back.map(([fts]) => fts),
      [5000, 5033],
    )
  })

  void test('a small step back is left, a large one is a clock that began again', () => {
    const source = [1000, 900, 60_000, 5].map((fts) =>
      formatRcwtGroup(group(fts, 0xfc, 0xc8, 0x49)),
    )
    const [back, reader] = read(file(...source))
    assert.deepEqual(
      back.map(([fts]) => fts),
      [1000, 900, 60_000, 60_033],
    )
    assert.equal(reader.faults()['rcwt-clock-reset'], 1)
  })

  void test('a time stamp that looks like the magic is a time stamp', () => {
    const ambiguous = group(0x00edcccc, 0xfc, 0xc8, 0x49)
    const before = group(0x00edcccc - 33, 0xfc, 0xc8, 0x49)
    const source = file(formatRcwtGroup(before), formatRcwtGroup(ambiguous))
    assert.deepEqual(read(source)[0], [before, ambiguous].map(plain))
  })

  void test('a group of more than 65,535 blocks is written as two of one time', () => {
    const long = { fts: 7, triplets: new Uint8Array(65_536 * 3).fill(0xfc) }
    const [back] = read(file(formatRcwtGroup(long)))
    assert.deepEqual(
      back.map(([fts, triplets]) => [fts, triplets.length / 3]),
      [
        [7, 65_535],
        [7, 1],
      ],
    )
  })
})

void describe('SCC', () => {
  const read = (text: string): [ReturnType<typeof plain>[], SccReader] => {
    const reader = new SccReader()
    const groups = [...reader.push(bytes(`Scenarist_SCC V1.0\n\n${text}`)), ...reader.end()]
    return [groups.map(plain), reader]
  }

  void test('drop-frame and non-drop times are both right', () => {
    // 00:10:00;00 is ten minutes of clock; 00:10:00:00 is 18,000 frames of 29.97 Hz.
    assert.equal(read('00:00:00;00\t8080\n00:10:00;00\t94ae')[0][0]?.[0], 599_999)
    assert.equal(read('00:00:00:00\t8080\n00:10:00:00\t94ae')[0][0]?.[0], 600_600)
  })

  void test('one word a frame, padding passed over but counted in time', () => {
    assert.deepEqual(read('00:00:01:00\t94ae 8080 c849')[0], [
      [1001, [0xfc, 0x94, 0xae]],
      [1068, [0xfc, 0xc8, 0x49]],
    ])
  })

  void test('the hour that the file begins in is taken off', () => {
    assert.equal(read('01:00:02:00\t94ae')[0][0]?.[0], 2002)
    const reader = new SccReader({ hourOffset: 0 })
    assert.equal(reader.push(bytes('01:00:02:00\t94ae\n'))[0]?.fts, 3_605_602)
  })

  void test('a line that begins before the last is through waits for it', () => {
    const [groups] = read('00:00:00:00\tc849 c849 c849\n00:00:00:01\t94ae')
    assert.deepEqual(
      groups.map(([fts]) => fts),
      [0, 33, 67, 100],
    )
  })

  void test('bad words and lines are skipped and counted; missing parity is put right', () => {
    const [groups, reader] = read('00:00:00:00\tzz94 94ae 1420\nnonsense\n00:99:00:00\t94ae')
    assert.deepEqual(
      groups.map(([, triplets]) => triplets),
      [
        [0xfc, 0x94, 0xae],
        [0xfc, 0x94, 0x20],
      ],
    )
    assert.deepEqual(reader.faults(), { 'scc-bad-word': 1, 'scc-parity': 1, 'scc-bad-line': 2 })
  })
})

void describe('MCC', () => {
  /** A caption distribution packet in an ancillary data packet, as hex, with right sums. */
  function packet(...blocks: number[]): string {
    const count = blocks.length / 3
    const length = 7 + 2 + blocks.length + 4
    const body = [0x96, 0x69, length, 0x4f, 0x43, 0, 1, 0x72, 0xe0 | count, ...blocks, 0x74, 0, 1]
    body.push((256 - (body.reduce((a, b) => a + b, 0) & 0xff)) & 0xff)
    return Buffer.from([0x61, 0x01, body.length, ...body, 0])
      .toString('hex')
      .toUpperCase()
  }
  const file = (rate: string, ...lines: string[]): Uint8Array =>
    bytes(`File Format=MacCaption_MCC V1.0\n\nTime Code Rate=${rate}\n\n${lines.join('\n')}\n`)
  const read = (source: Uint8Array): [ReturnType<typeof plain>[], MccReader] => {
    const reader = new MccReader()
    return [[...reader.push(source), ...reader.end()].map(plain), reader]
  }

  void test('blocks come out without padding and unused ones', () => {
    const data = packet(0xfc, 0x94, 0x2c, 0xfd, 0x80, 0x80, 0xfa, 0, 0, 0xff, 0x02, 0x21)
    assert.deepEqual(read(file('30DF', `00:00:01:00\t${data}`))[0], [
      [1001, [0xfc, 0x94, 0x2c, 0xff, 0x02, 0x21]],
    ])
  })

  void test('every letter stands for its bytes', () => {
    const meanings = {
      ...Object.fromEntries(Array.from('GHIJKLMNO', (c, i) => [c, 'FA0000'.repeat(i + 1)])),
      P: 'FB8080',
      Q: 'FC8080',
      R: 'FD8080',
      S: '9669',
      T: '6101',
      U: 'E1000000',
      Z: '00',
    }
    const blocks = `FC942C${'FA0000'.repeat(9)}FB8080FC8080FD8080FEE100000000FEC849`
    const long = packet(...Buffer.from(blocks, 'hex'))
    const expected = read(file('30', `00:00:00:00\t${long}`))[0]
    assert.equal(expected.length, 1)
    for (const [letter, meaning] of Object.entries(meanings)) {
      const at = [...long.matchAll(new RegExp(meaning, 'g'))].find(({ index }) => index % 2 === 0)
      assert.ok(at, letter)
      const short = long.slice(0, at.index) + letter + long.slice(at.index + meaning.length)
      assert.deepEqual(read(file('30', `00:00:00:00\t${short}`))[0], expected, letter)
    }
  })

  void test('frame rates and version 2 suffixes', () => {
    const data = packet(0xfc, 0x94, 0x2c)
    const times = {
      24: 10_000,
      25: 10_000,
      30: 10_010,
      '30DF': 10_010,
      50: 10_000,
      60: 10_010,
      '60DF': 10_010,
    }
    for (const [rate, ms] of Object.entries(times)) {
      const source = file(rate, `00:00:10:00\t${data}`)
      assert.equal(read(source)[0][0]?.[0], ms, rate)
    }
    assert.equal(read(file('60DF', `00:00:10:00.1,9\t${data}`))[0].length, 1)
    assert.equal(read(file('30DF', `01:10:00:00\t${data}`))[0][0]?.[0], 599_999, 'hour taken off')
  })

  void test('services are announced with their languages, in sections between others', () => {
    const services = 'F2E02020207E3FFFE17370' + '61C13FFF'
    const body = `9669004F7F000072E1FC942C73${services}74000000`
    const bytes = Buffer.from(`6101${(body.length / 2).toString(16)}${body}00`, 'hex')
    bytes[5] = body.length / 2
    const sum = bytes.subarray(3, -2).reduce((a, b) => a + b, 0)
    bytes[bytes.length - 2] = (256 - (sum & 0xff)) & 0xff
    const [groups, reader] = read(file('30DF', `00:00:01:00\t${bytes.toString('hex')}`))
    assert.deepEqual(groups, [[1001, [0xfc, 0x94, 0x2c]]])
    assert.deepEqual(reader.services(), [
      { track: 'CC1', language: null },
      { track: 'S1', language: 'es' },
    ])
    assert.deepEqual(reader.faults(), {})
  })

  void test('line 21 packets keep their field; damage is counted', () => {
    const lines = ['00:00:00:00\t61020380942C00', '00:00:00:01\t61020300152C00']
    const [groups, reader] = read(
      file('30DF', ...lines, '00:00:00:02\tXYZ', '00:00:00:03\t610108966900', 'xx\t61'),
    )
    assert.deepEqual(
      groups.map(([, triplets]) => triplets),
      [
        [0xfc, 0x94, 0x2c],
        [0xfd, 0x15, 0x2c],
      ],
    )
    assert.deepEqual(reader.faults(), { 'mcc-bad-line': 2, 'anc-truncated': 1 })
  })
})

void describe('recognising a source', () => {
  void test('by how it begins', () => {
    assert.equal(detectFormat(formatRcwtHeader()), 'rcwt')
    assert.equal(detectFormat(bytes('\uFEFFScenarist_SCC V1.0\n')), 'scc')
    assert.equal(detectFormat(bytes('\nFile Format=MacCaption_MCC V2.0\n')), 'mcc')
    const stream = new Uint8Array(188 * 8 + 50)
    for (let at = 50; at < stream.length; at += 188) stream[at] = 0x47
    assert.equal(detectFormat(stream), 'ts')
    assert.equal(detectFormat(bytes('<!doctype html><title>no captions</title>')), 'unknown')
    assert.equal(detectFormat(new Uint8Array(0)), 'unknown')
    assert.equal(detectFormat(new Uint8Array(5000).fill(0x20)), 'unknown')
  })

  void test('every format has its reader', () => {
    for (const format of ['ts', 'rcwt', 'scc', 'mcc'] as const) {
      assert.deepEqual(createCaptionReader(format).end(), [])
    }
  })
})
