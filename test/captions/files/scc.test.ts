import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SccReader } from '../../../src/captions/scc.ts'
import {
  countFrames,
  formatDropFrame,
  frameRates,
  parseTimecode,
} from '../../../src/captions/timecode.ts'
import { cuesOf, decodeGroups } from '../support/decode.ts'
import { createRandom } from '../../support/random.ts'
import { cue, hostileTexts, write } from './support.ts'

interface Shown {
  readonly startMs: number
  readonly endMs: number
  readonly text: string
}

/** What our own reader and decoder show of a file. */
function show(file: string): Shown[] {
  const reader = new SccReader({ hourOffset: 0 })
  const groups = [...reader.push(new TextEncoder().encode(file)), ...reader.end()]
  assert.deepEqual(reader.faults(), {})
  return cuesOf(decodeGroups(groups)).map(({ startMs, endMs, text }) => ({ startMs, endMs, text }))
}

/** One frame of 29.97 Hz, and the rounding of a millisecond. */
const frame = 34.5

function near(found: number, wanted: number, within = frame): void {
  assert.ok(Math.abs(found - wanted) <= within, `${found} is not near ${wanted}`)
}

describe('drop-frame timecodes', () => {
  it('are those of the standard, around every minute and ten minutes', () => {
    const known: [number, string][] = [
      [0, '00:00:00;00'],
      [1799, '00:00:59;29'],
      [1800, '00:01:00;02'],
      [3597, '00:01:59;29'],
      [3598, '00:02:00;02'],
      [17_981, '00:09:59;29'],
      [17_982, '00:10:00;00'],
      [107_892, '01:00:00;00'],
    ]
    for (const [count, text] of known) assert.equal(formatDropFrame(count), text)
  })

  it('read back give the same frame, for a day', () => {
    for (let count = 0; count < 2_589_408; count += 7) {
      const timecode = parseTimecode(formatDropFrame(count))
      assert.ok(timecode !== null && timecode.drop)
      assert.equal(countFrames(timecode, frameRates['30DF']), count)
    }
  })
})

describe('scc, written and decoded', () => {
  it('shows every text from its start to its end, to the frame', () => {
    const items = [
      cue(1, 2, 4, 'GOOD EVENING.'),
      cue(2, 4, 7.25, 'TWO ROWS\nOF TEXT'),
      cue(3, 8, 9.5, '♪ Été, “señor” ½ ♪♪'),
      cue(4, 9.6, 11, 'SOON AFTER, WHILE THIS LOADS'),
      cue(5, 3600.5, 3602, 'AN HOUR LATER'),
      cue(6, 80_000, 80_001, 'NEXT MORNING'),
    ]
    const { text, state } = write('scc', items)
    assert.match(text, /^Scenarist_SCC V1\.0\n\n\d\d:\d\d:\d\d;\d\d\t[0-9a-f]{4}/)
    const shown = show(text)
    assert.deepEqual(
      shown.map((each) => each.text),
      items.flatMap((item) => (item.type === 'cue' ? item.value.text : [])),
    )
    const wanted: [number, number][] = [
      [2000, 4000],
      [4000, 7250],
      [8000, 9500],
      [9600, 11_000],
      [3_600_500, 3_602_000],
      [80_000_000, 80_001_000],
    ]
    for (const [n, [startMs, endMs]] of wanted.entries()) {
      near(shown[n]?.startMs ?? -1, startMs)
      near(shown[n]?.endMs ?? -1, endMs)
    }
    assert.deepEqual([state.line21.late, state.line21.replaced], [0, 0])
  })

  it('breaks rows at 32 columns and screens at four rows, and loses no word', () => {
    const words = Array.from({ length: 60 }, (_, n) => `WORD${n}`).join(' ')
    const { text } = write('scc', [cue(1, 10, 40, `${words}\n${'X'.repeat(70)}`)])
    const shown = show(text)
    assert.ok(shown.length > 3)
    for (const screen of shown) {
      const rows = screen.text.split('\n')
      assert.ok(rows.length <= 4)
      for (const row of rows) assert.ok(row.length <= 32, row)
    }
    const said = shown.map((screen) => screen.text.replaceAll('\n', ' ')).join(' ')
    assert.equal(said.replaceAll(' ', ''), `${words}${'X'.repeat(70)}`.replaceAll(' ', ''))
    near(shown[0]?.startMs ?? 0, 10_000)
    near(shown.at(-1)?.endMs ?? 0, 40_000)
  })

  it('shows what comes too fast for line 21 as soon as it can, and counts it', () => {
    const items = Array.from({ length: 20 }, (_, n) =>
      cue(n + 1, 5 + n * 0.2, 5.2 + n * 0.2, `ROW ${n} OF A VERY FAST TALKER`),
    )
    const { text, state } = write('scc', items)
    const shown = show(text)
    assert.equal(shown.length, 20, 'nothing is left out')
    assert.equal(state.line21.late, 19)
    for (const [n, { startMs }] of shown.entries()) assert.ok(startMs >= 5000 + n * 200 - frame)
    const after = show(write('scc', [...items, cue(99, 60, 61, 'CALM')]).text).at(-1)
    near(after?.startMs ?? 0, 60_000)
  })

  it('bears what line 21 does not have: a question mark each, counted', () => {
    const { state } = write('scc', [cue(1, 5, 6, '字幕 and Ł')])
    assert.equal(state.line21.replaced, 3)
    const items = hostileTexts.map((text, n) => cue(n + 1, 5 + 4 * n, 8 + 4 * n, text))
    assert.ok(show(write('scc', items).text).length >= items.length)
    assert.deepEqual(
      show(write('scc', [cue(1, 5, 6, 'it’s “quoted” – naïve façade… ﬁne')]).text)[0]?.text,
      "it's “quoted” - naïve façade...\nfine",
    )
  })

  it('keeps texts and order whatever the times are', () => {
    const random = createRandom(0x5cc)
    for (let round = 0; round < 60; round++) {
      let at = 0
      const items = Array.from({ length: 40 }, (_, n) => {
        at += random.next() < 0.3 ? 0.05 * random.next() : 4 * random.next()
        return cue(n + 1, at, at + 3 * random.next(), `N${n} ${'♪ÀB'.repeat(random.below(9))}`)
      })
      const shown = show(write('scc', items).text)
      assert.deepEqual(
        shown.map(({ text }) => text.replaceAll('\n', ' ').split(' ')[0]),
        items.map((_, n) => `N${n}`),
      )
      for (const [n, { startMs }] of shown.entries()) {
        const item = items[n]
        assert.ok(item?.type === 'cue')
        const wanted = Date.parse(item.value.start) - Date.UTC(2026, 10, 24, 18)
        assert.ok(startMs >= wanted - frame)
        assert.ok(startMs < (shown[n + 1]?.startMs ?? Infinity))
      }
    }
  })
})
