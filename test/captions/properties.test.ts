import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import type { CaptionEvent } from '../../src/captions/caption-event.ts'
import type { CaptionGroup } from '../../src/captions/caption-group.ts'
import { createCaptionReader, type CaptionFormat } from '../../src/captions/create-reader.ts'
import { formatRcwtGroup, formatRcwtHeader } from '../../src/captions/rcwt.ts'
import { maxCueText } from '../../src/protocol/events.ts'
import { decodeGroups } from './support/decode.ts'
import { block, Dtvcc } from './support/dtvcc.ts'
import { withParity } from './support/line21.ts'

const heads: Readonly<Record<CaptionFormat, Uint8Array>> = {
  ts: Uint8Array.of(0x47, 0x40, 0x00, 0x10),
  rcwt: formatRcwtHeader(),
  scc: new TextEncoder().encode('Scenarist_SCC V1.0\n\n00:00:01:00\t94'),
  mcc: new TextEncoder().encode('File Format=MacCaption_MCC V1.0\n00:00:01:00\tT0'),
  ttxt: new TextEncoder().encode('00:00:01,000|00:00:02,000|RU2|'),
}

function read(format: CaptionFormat, parts: Uint8Array[]): CaptionGroup[] {
  const reader = createCaptionReader(format)
  return [...parts.flatMap((part) => reader.push(part)), ...reader.end()]
}

function cut(source: Uint8Array, lengths: readonly number[]): Uint8Array[] {
  const parts: Uint8Array[] = []
  let at = 0
  for (let i = 0; at < source.length; i++) {
    const length = lengths[i % lengths.length] ?? 1
    parts.push(source.subarray(at, at + length))
    at += length
  }
  return parts
}

/** What text files are made of, and a letter that is not ASCII. */
const textAlphabet = Array.from('0123456789abcdefGQRSTUZ :;.,|\t\n\r/é')
const lengths = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 8 })

void describe('readers', () => {
  for (const format of ['ts', 'rcwt', 'scc', 'mcc', 'ttxt'] as const) {
    void test(`${format}: garbage never throws and chunks do not matter`, () => {
      const bytes =
        format === 'scc' || format === 'mcc' || format === 'ttxt'
          ? fc
              .array(fc.constantFrom(...textAlphabet), { maxLength: 600 })
              .map((characters) => new TextEncoder().encode(characters.join('')))
          : fc.uint8Array({ maxLength: 3000 })
      fc.assert(
        fc.property(bytes, lengths, fc.boolean(), (garbage, sizes, headed) => {
          const source = headed ? Uint8Array.from([...heads[format], ...garbage]) : garbage
          assert.deepEqual(read(format, cut(source, sizes)), read(format, [source]))
        }),
        { numRuns: 300 },
      )
    })
  }

  void test('ts: packets of garbage never throw and chunks do not matter', () => {
    const packets = fc.array(
      fc.tuple(fc.constantFrom(0, 0x100, 0x101), fc.boolean(), fc.nat(15), fc.nat(3), fc.nat(255)),
      { minLength: 5, maxLength: 40 },
    )
    fc.assert(
      fc.property(
        packets,
        fc.uint8Array({ minLength: 184, maxLength: 184 }),
        lengths,
        (list, body, sizes) => {
          const source = new Uint8Array(list.length * 188)
          list.forEach(([pid, begins, counter, control, first], i) => {
            source.set(
              [0x47, (begins ? 0x40 : 0) | (pid >> 8), pid & 0xff, (control << 4) | counter],
              i * 188,
            )
            source.set(body, i * 188 + 4)
            source[i * 188 + 4] = first
          })
          assert.deepEqual(read('ts', cut(source, sizes)), read('ts', [source]))
        },
      ),
      { numRuns: 200 },
    )
  })

  void test('rcwt: what is written is read', () => {
    const groups = fc
      .array(
        fc.tuple(
          fc.nat(5000),
          fc.array(fc.tuple(fc.integer({ min: 0xf8, max: 0xff }), fc.nat(255), fc.nat(255)), {
            minLength: 1,
            maxLength: 40,
          }),
        ),
      )
      .map((list) => {
        let fts = 0
        return list.map(([step, blocks]) => {
          fts += step
          return { fts, triplets: Uint8Array.from(blocks.flat()) }
        })
      })
    fc.assert(
      fc.property(groups, lengths, (list, sizes) => {
        const source = Buffer.concat([formatRcwtHeader(), ...list.map(formatRcwtGroup)])
        assert.deepEqual(read('rcwt', cut(source, sizes)), list)
      }),
    )
  })
})

void describe('decoder', () => {
  /** Byte pairs as they come: text, control codes of all services, XDS, noise. */
  const pair = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.tuple(
        fc.integer({ min: 0x20, max: 0x7f }),
        fc.integer({ min: 0x20, max: 0x7f }),
      ),
    },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.constantFrom(0x14, 0x1c, 0x15), fc.integer({ min: 0x20, max: 0x2f })),
    },
    {
      weight: 3,
      arbitrary: fc.tuple(
        fc.integer({ min: 0x10, max: 0x1f }),
        fc.integer({ min: 0x20, max: 0x7f }),
      ),
    },
    {
      weight: 1,
      arbitrary: fc.tuple(fc.integer({ min: 0x01, max: 0x0f }), fc.integer({ min: 0, max: 0x7f })),
    },
  )
  const groups = fc
    .array(
      fc.tuple(
        pair,
        fc.constantFrom(0xfc, 0xfd),
        fc.integer({ min: 0, max: 2000 }),
        fc.boolean(),
        fc.nat(255),
      ),
      { maxLength: 300 },
    )
    .map((list) => {
      let fts = 0
      return list.map(([[hi, lo], flags, step, clean, noise]): CaptionGroup => {
        fts += step
        const [first, second] = clean
          ? [withParity(hi), withParity(lo)]
          : [hi ^ noise, withParity(lo)]
        return { fts, triplets: Uint8Array.of(flags, first, second) }
      })
    })

  void test('whatever comes, cues are numbered, drafted before, in order, clean and not empty', () => {
    fc.assert(
      fc.property(groups, (list) => {
        check(decodeGroups(list, ['CC1', 'CC2', 'CC3', 'CC4', 'T1', 'T3']))
      }),
      { numRuns: 500 },
    )
  })

  /** Codes of CEA-708 as they come: text, windows and pens, 16 bits, noise. */
  const byte = fc.nat(255)
  const code = fc.oneof(
    { weight: 4, arbitrary: fc.array(fc.integer({ min: 0x20, max: 0x7f }), { maxLength: 8 }) },
    {
      weight: 4,
      arbitrary: fc.tuple(fc.integer({ min: 0x88, max: 0x8d }), byte).map((pair) => [...pair]),
    },
    {
      weight: 3,
      arbitrary: fc
        .tuple(fc.integer({ min: 0x98, max: 0x9f }), byte, byte, byte, byte, byte, byte)
        .map((all) => [...all]),
    },
    { weight: 2, arbitrary: fc.constantFrom([0x0d], [0x0c], [0x0e], [0x08], [0x8e], [0x8f]) },
    { weight: 1, arbitrary: fc.tuple(byte, byte).map((pair) => [0x18, ...pair]) },
    { weight: 1, arbitrary: fc.tuple(byte, byte).map(([a, b]) => [0x97, a, b, a ^ b, a]) },
    { weight: 1, arbitrary: fc.array(byte, { maxLength: 4 }) },
  )
  const packets = fc.array(
    fc.tuple(
      fc.constantFrom(1, 2, 6, 9),
      fc.array(code, { maxLength: 5 }),
      fc.nat(3000),
      fc.nat(20),
    ),
    { maxLength: 100 },
  )

  void test('whatever comes in CEA-708, the same holds', () => {
    fc.assert(
      fc.property(packets, fc.boolean(), (list, isNamed) => {
        const stream = new Dtvcc()
        for (const [service, codes, waitMs, lost] of list)
          stream
            .packet(block(service, codes.flat().slice(0, 31)), lost < 4 ? lost * 2 : 0)
            .wait(waitMs)
        check(decodeGroups(stream.groups, isNamed ? ['S1', 'S2', 'S6', 'S9'] : undefined))
      }),
      { numRuns: 500 },
    )
  })

  function check(events: CaptionEvent[]): void {
    const drafts = new Map<string, { id: number; text: string }>()
    const nextId = new Map<string, number>()
    for (const event of events) {
      if (event.type === 'programme') continue
      const id = nextId.get(event.track) ?? 1
      assert.equal(event.id, id, 'identities are 1, 2, 3 …')

      assert.doesNotMatch(event.text.replaceAll('\n', ''), /[\u0000-\u001f\u007f-\u009f]/)
      if (event.type === 'draft') {
        drafts.set(event.track, event)
        continue
      }
      nextId.set(event.track, id + 1)
      assert.equal(drafts.get(event.track)?.text, event.text, 'the last draft reads as the cue')
      assert.ok(event.text.isWellFormed() && event.text.length <= maxCueText)
      assert.notEqual(event.text, '')
      assert.equal(event.text, event.text.trim())
      assert.ok(event.endMs >= event.startMs)
    }
  }
})
