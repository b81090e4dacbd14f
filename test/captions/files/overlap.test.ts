import assert from 'node:assert/strict'
import { it } from 'node:test'
import { cue, facts, gap, write } from './support.ts'
import { createFileState } from '../../../src/captions/files/caption-file.ts'
import { srtWriter } from '../../../src/captions/files/srt.ts'

const overlapping = [
  cue(1, 1, 4, 'FIRST ROW'),
  cue(2, 2, 6, 'SECOND ROW'),
  cue(1, 2.5, 9, 'PRIMERA', { track: 'CC3', language: 'es' }),
  gap(3, 5),
  cue(3, 5, 7, 'THIRD ROW'),
  cue(4, 20, 21, 'LATER'),
]

it('shows one row of a track at a time in srt and vtt: it ends where the next begins', () => {
  const timings = (text: string): string[] => text.match(/^\d\d:.* --> \S+/gm) ?? []
  const wanted = [
    '00:00:01.000 --> 00:00:02.000',
    '00:00:02.000 --> 00:00:05.000',
    '00:00:02.500 --> 00:00:09.000',
    '00:00:05.000 --> 00:00:07.000',
    '00:00:20.000 --> 00:00:21.000',
  ]
  assert.deepEqual(timings(write('vtt', overlapping).text), wanted)
  const srt = timings(write('srt', overlapping).text)
  assert.deepEqual(
    srt,
    wanted.map((each) => each.replaceAll('.', ',')),
  )
})

it('tells several tracks apart in vtt, ttml and txt', () => {
  const tracks = [
    { track: 'CC1', language: 'en' },
    { track: 'CC3', language: 'es' },
  ]
  const vtt = write('vtt', overlapping, { tracks }).text
  assert.match(vtt, /^tracks: CC1 \(en\), CC3 \(es\)$/m)
  assert.match(vtt, /^r7\/CC3\/1\n.* line:1\n<c\.CC3>PRIMERA<\/c>$/m)
  assert.match(vtt, /^r7\/CC1\/1\n.*\d\n<c\.CC1>FIRST ROW<\/c>$/m)
  const ttml = write('ttml', overlapping, { tracks }).text
  assert.match(ttml, /region="track\.CC3" begin="00:00:02\.500" end="00:00:09\.000" xml:lang="es"/)
  assert.match(write('txt', overlapping, { tracks }).text, /^CC3: PRIMERA$/m)
})

it('holds back no more than a screen: a cue that never ends does not keep the rest', () => {
  const about = facts('srt')
  const state = createFileState(about)
  srtWriter.item(cue(1, 0, 1e6, 'FOR EVER', { track: 'CC3' }), about, state)
  for (let n = 1; n < 2000; n++) {
    srtWriter.item(cue(n, n, n + 1, 'ROW'), about, state)
    assert.ok(state.held.length <= 201)
  }
})

it('begins at the first cue where the range has no beginning', () => {
  const text = write('srt', overlapping, { from: null, zeroMs: null }).text
  assert.match(text, /^1\n00:00:00,000 --> 00:00:01,000\n/)
})
