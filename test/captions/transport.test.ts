import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import type { CaptionGroup } from '../../src/captions/caption-group.ts'
import { formatRcwtGroup, formatRcwtHeader, RcwtReader } from '../../src/captions/rcwt.ts'
import { TsCaptionReader } from '../../src/captions/transport/ts-reader.ts'
import { readGroups } from './support/decode.ts'
import { readMedia, withoutMedia } from '../support/media.ts'

const recordings = ['BigBuckBunny_256x144-24fps', 'multi-channel-608-captions']

function hex(group: CaptionGroup): string {
  return `${group.fts} ${Buffer.from(group.triplets).toString('hex')}`
}

/** CCExtractor closes its file with a group of padding whose markers are zero. */
function isClosing(group: CaptionGroup): boolean {
  return group.triplets[0] === 0x04
}

void describe('transport stream to RCWT', () => {
  for (const name of recordings) {
    const skip = withoutMedia(`${name}.ts`, `ccextractor-0.94/${name}.bin`)
    void test(`${name}: the same groups as CCExtractor's BIN, in order of time`, { skip }, (t) => {
      const theirs = readGroups(readMedia(`ccextractor-0.94/${name}.bin`))
      // CCExtractor writes the pictures before its first anchor in decoding order.
      const expected = theirs.filter((group) => !isClosing(group)).sort((a, b) => a.fts - b.fts)
      const ours = readGroups(readMedia(`${name}.ts`))
      t.diagnostic(`${expected.length} groups compared`)
      assert.ok(expected.length > 60)
      assert.deepEqual(ours.map(hex), expected.map(hex))
    })

    void test(`${name}: written as RCWT and read again it is the same`, { skip }, () => {
      const groups = readGroups(readMedia(`${name}.ts`))
      const bytes = Buffer.concat([formatRcwtHeader(), ...groups.map(formatRcwtGroup)])
      assert.deepEqual(readGroups(bytes).map(hex), groups.map(hex))
    })

    void test(`${name}: any chunking gives the same groups`, { skip }, () => {
      const source = readMedia(`${name}.ts`)
      const whole = readGroups(source, source.length).map(hex)
      for (const chunk of [1, 187, 188, 1316, 4099]) {
        assert.deepEqual(readGroups(source, chunk).map(hex), whole, `chunks of ${chunk}`)
      }
    })

    void test(
      `${name}: with 4 bytes before or 16 after each packet it reads the same`,
      { skip },
      () => {
        const source = readMedia(`${name}.ts`)
        const whole = readGroups(source).map(hex)
        assert.deepEqual(readGroups(restride(source, 4, 0)).map(hex), whole)
        assert.deepEqual(readGroups(restride(source, 0, 16)).map(hex), whole)
      },
    )

    void test(`${name}: garbage before and within costs only what it hits`, { skip }, () => {
      const source = readMedia(`${name}.ts`)
      const whole = readGroups(source).map(hex)
      const cut = 188 * 200
      const noise = Uint8Array.from({ length: 1000 }, (_, i) => (i * 131 + 7) & 0xff)
      const reader = new TsCaptionReader()
      const groups = [noise, source.subarray(0, cut), noise, source.subarray(cut)].flatMap((part) =>
        reader.push(part),
      )
      groups.push(...reader.end())
      assert.deepEqual(groups.map(hex), whole)
      assert.equal(reader.faults()['ts-sync-lost'], 1)
      assert.equal(reader.faults()['ts-skipped-bytes'], 2000)
    })

    void test(`${name}: packets sent twice change nothing and are counted`, { skip }, () => {
      const source = readMedia(`${name}.ts`)
      const reader = new TsCaptionReader()
      const groups: CaptionGroup[] = []
      for (let at = 0; at < source.length; at += 188) {
        const packet = source.subarray(at, at + 188)
        groups.push(...reader.push(packet))
        if (at % (188 * 7) === 0) groups.push(...reader.push(packet))
      }
      groups.push(...reader.end())
      assert.deepEqual(groups.map(hex), readGroups(source).map(hex))
      assert.ok((reader.faults()['ts-duplicate-packet'] ?? 0) > 100)
    })

    void test(`${name}: lost packets lose captions of their pictures only`, { skip }, () => {
      const source = readMedia(`${name}.ts`)
      const reader = new TsCaptionReader()
      const groups: CaptionGroup[] = []
      for (let at = 0, i = 0; at < source.length; at += 188, i++) {
        if (i < 40 || i % 97 !== 0) groups.push(...reader.push(source.subarray(at, at + 188)))
      }
      groups.push(...reader.end())
      const whole = new Set(readGroups(source).map(hex))
      const kept = groups.filter((group) => whole.has(hex(group))).length
      assert.ok((reader.faults()['ts-continuity'] ?? 0) > 5)
      assert.ok(kept > whole.size * 0.85, `${kept} of ${whole.size} groups are whole`)
      for (let i = 1; i < groups.length; i++) {
        assert.ok((groups[i]?.fts ?? 0) >= (groups[i - 1]?.fts ?? 0), 'time does not step back')
      }
    })
  }

  void test('RCWT of teletext is refused by name', () => {
    const header = formatRcwtHeader()
    header[7] = 2
    assert.throws(() => new RcwtReader().push(header), /version 2, which is teletext/)
  })
})

function restride(source: Uint8Array, before: number, after: number): Uint8Array {
  const packets = source.length / 188
  const out = new Uint8Array(packets * (before + 188 + after))
  for (let i = 0; i < packets; i++) {
    out.set(source.subarray(i * 188, (i + 1) * 188), i * (before + 188 + after) + before)
  }
  return out
}
