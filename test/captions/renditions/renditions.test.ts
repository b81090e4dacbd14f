import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { RenditionTracks } from '../../../src/captions/renditions/rendition-tracks.ts'
import { parseWebvttSegment } from '../../../src/captions/renditions/webvtt-segment.ts'

const bytes = (text: string): Uint8Array => Buffer.from(text)

/** A segment whose cues are `[from, to, text]` in seconds of the stream’s clock. */
function segment(cues: readonly [number, number, string][], pts = 0): Uint8Array {
  const clock = (s: number): string => new Date(s * 1000).toISOString().slice(11, 23)
  const blocks = cues.map(([from, to, text]) => `${clock(from)} --> ${clock(to)} line:90%\n${text}`)
  return bytes(
    `WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:${pts},LOCAL:00:00:00.000\n\n${blocks.join('\n\n')}\n`,
  )
}

interface Heard {
  push: (bytes: Uint8Array, isDiscontinuity?: boolean) => void
  cues: (endMs?: number) => string[]
  original: () => string
  tracks: RenditionTracks
}

function listen(video: ((pts: number) => number | null) | null = null): Heard {
  const tracks = new RenditionTracks()
  const groups: ReturnType<RenditionTracks['take']> = []
  const wish = { track: 'VTT-en', language: 'en', hasVideo: video !== null }
  return {
    tracks,
    push: (some, isDiscontinuity = false) =>
      void groups.push(
        ...tracks.take({ ...wish, bytes: some, isDiscontinuity }, video ?? (() => null)),
      ),
    cues: (endMs = 1e9) =>
      [...groups, ...tracks.end(endMs)]
        .flatMap(({ said }) => said?.events ?? [])
        .flatMap((event) =>
          event.type === 'cue' ? [`${event.startMs}-${event.endMs} ${event.text}`] : [],
        ),
    original: () => groups.map(({ said }) => Buffer.from(said?.original ?? []).toString()).join(''),
  }
}

describe('WebVTT renditions', () => {
  it('tell a cue once that is in several segments, and as one that is cut between them', () => {
    const heard = listen()
    const all = [
      segment([
        [10, 12, 'ONE'],
        [14, 18, 'TWO'],
      ]),
      segment([
        [14, 18, 'TWO'],
        [18, 20, 'CUT IN TWO'],
      ]),
      segment([
        [20, 23, 'CUT IN TWO'],
        [25, 26, '<v Anna>Three &amp; <i>four</i>'],
      ]),
      segment([]),
      segment([
        [32, 33, 'ROW'],
        [32, 33, 'ANOTHER ROW'],
      ]),
      segment([
        [40, 41, 'ONE'],
        [41, 42, 'ONE'],
      ]),
    ]
    for (const one of all) heard.push(one)
    assert.deepEqual(heard.cues(), [
      '0-2000 ONE',
      '4000-8000 TWO',
      '8000-13000 CUT IN TWO',
      '15000-16000 Anna: Three & four',
      '22000-23000 ROW\nANOTHER ROW',
      '30000-32000 ONE',
    ])
    assert.equal(heard.original(), all.map((one) => Buffer.from(one).toString()).join(''))
    assert.deepEqual(heard.tracks.services(), [{ track: 'VTT-en', language: 'en' }])
    assert.deepEqual(heard.tracks.faults(), {})
  })

  it('keep their time over the end of the clock, and go on with another', () => {
    const heard = listen()
    const wrap = 2 ** 33
    heard.push(segment([[0, 1, 'BEFORE']], wrap - 90_000))
    heard.push(segment([[0, 1, 'AFTER']], 0))
    heard.push(segment([[0, 1, 'ELSEWHERE']], 5_000_000), true)
    assert.deepEqual(heard.cues(), ['0-1000 BEFORE', '1000-2000 AFTER', '1033-2033 ELSEWHERE'])
  })

  it('have the time of the video, and wait for it', () => {
    let base: number | null = null
    const heard = listen((pts) => (base === null ? null : (pts - base) / 90))
    heard.push(segment([[5, 6, 'EARLY']]))
    assert.deepEqual(heard.original(), '')
    base = 90_000
    heard.push(segment([[7, 8, 'LATE']]))
    assert.deepEqual(heard.cues(), ['4000-5000 EARLY', '6000-7000 LATE'])
  })

  it('end with the stream what is on screen', () => {
    const heard = listen()
    heard.push(segment([[5, 90, 'LONG']]))
    assert.deepEqual(heard.cues(2000), ['0-2000 LONG'])
  })

  it('count what is no WebVTT and keep it', () => {
    const heard = listen()
    heard.push(segment([[1, 2, 'A']]))
    heard.push(bytes('<html>'))
    heard.push(bytes('WEBVTT\n\n1:00 --> soon\nX\n'))
    assert.deepEqual(heard.tracks.faults(), { 'vtt-no-webvtt': 1, 'vtt-bad-timing': 1 })
    assert.match(heard.original(), /<html>WEBVTT/)
    const map = parseWebvttSegment(
      bytes(
        'WEBVTT\r\nX-TIMESTAMP-MAP=LOCAL:00:10.500,MPEGTS:900000\r\n\r\n00:11.000 --> 00:12.000\r\nX\r\n',
      ),
    )
    assert.deepEqual(map?.cues, [{ startPts: 945_000, endPts: 1_035_000, text: 'X' }])
  })
})
