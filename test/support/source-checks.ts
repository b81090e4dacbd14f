import assert from 'node:assert/strict'
import type { CaptionEvent } from '../../src/captions/caption-event.ts'
import type { CaptionGroup } from '../../src/captions/caption-group.ts'
import { RenditionTracks } from '../../src/captions/renditions/rendition-tracks.ts'
import { TranscriptReader } from '../../src/captions/transcript/transcript-reader.ts'
import { StreamProbe } from '../../src/client/extractor/stream-probe.ts'
import { NoticeStripper } from '../../src/client/extractor/strip-notice.ts'
import { parsePlaylist } from '../../src/client/sources/hls/playlist.ts'
import { parseDrops } from '../../src/client/sources/kernel-drops.ts'
import { LostSource } from '../../src/client/sources/reconnecting.ts'
import { parseRtp, RtpOrder } from '../../src/client/sources/rtp.ts'
import { parseDescription, parseEpg } from '../../src/client/sources/sendto/epg.ts'
import { BlockReader, FramingError } from '../../src/client/sources/sendto/protocol.ts'
import { feedLineSchema } from '../../src/protocol/events.ts'

/** What must hold of any bytes that come from outside, and of the pieces that they come in; throws when it does not. */
export type SourceCheck = (bytes: Uint8Array, parts: readonly Uint8Array[]) => void

export const sourceChecks = {
  transcript: (bytes, parts) => {
    const whole = readTranscript([bytes])
    assert.deepEqual(readTranscript(parts), whole, 'chunks matter')
    const original = Buffer.concat(whole.map(({ said }) => said?.original ?? new Uint8Array(0)))
    assert.ok(original.equals(bytes), 'not every byte is kept')
    checkEvents(whole)
  },

  sendto: (bytes, parts) => {
    const whole = readBlocks([bytes])
    const cut = readBlocks(parts)
    assert.deepEqual(cut, whole, 'chunks matter')
    for (const { payload } of whole.blocks) {
      parseDescription(payload)
      checkAiring(payload)
    }
    checkAiring(bytes)
  },

  playlist: (bytes) => {
    try {
      const playlist = parsePlaylist(
        Buffer.from(bytes).toString(),
        new URL('http://example.org/a/b.m3u8'),
      )
      const urls =
        playlist.kind === 'media'
          ? playlist.segments.map(({ url }) => url)
          : [playlist.url, ...playlist.renditions.map(({ url }) => url)]
      for (const { protocol } of urls) assert.match(protocol, /^https?:$/)
    } catch (error) {
      if (!(error instanceof LostSource)) throw error
    }
  },

  renditions: (bytes, parts) => {
    for (const hasVideo of [false, true]) {
      const tracks = new RenditionTracks()
      const take = (some: Uint8Array, n: number): CaptionGroup[] =>
        tracks.take(
          {
            ...{ track: n % 3 === 0 ? 'VTT-es' : 'VTT-en', language: 'en', bytes: some, hasVideo },
            isDiscontinuity: n % 5 === 4,
          },
          (pts) => (n < 2 ? null : pts / 90),
        )
      const all = [bytes, ...parts.slice(0, 8), bytes]
      const groups = [...all.flatMap(take), ...tracks.end(1e6)]
      checkEvents(groups)
    }
  },

  rtp: (bytes, parts) => {
    parseRtp(bytes)
    const order = new RtpOrder()
    let given = 0
    let taken = 0
    for (const part of parts) {
      const packet = parseRtp(part)
      if (packet === undefined) continue
      given += packet.payload.length
      for (const payload of order.push(packet)) taken += payload.length
    }
    assert.ok(taken <= given, 'packets were made')
    parseDrops(Buffer.from(bytes).toString('latin1'), 5000)
  },

  probe: (bytes, parts) => {
    const [whole, cut] = [new StreamProbe(), new StreamProbe()]
    whole.push(bytes)
    for (const part of parts) cut.push(part)
    assert.deepEqual(cut.services, whole.services, 'chunks matter')
    assert.equal(cut.hasCaptions, whole.hasCaptions, 'chunks matter')
  },

  notice: (bytes, parts) => {
    const strip = (some: readonly Uint8Array[]): Buffer => {
      const stripper = new NoticeStripper()
      return Buffer.concat([...some.map((part) => stripper.push(part)), stripper.end()])
    }
    assert.ok(strip(parts).equals(strip([bytes])), 'chunks matter')
  },
} satisfies Record<string, SourceCheck>

export type SourceKind = keyof typeof sourceChecks

function readTranscript(parts: readonly Uint8Array[]): CaptionGroup[] {
  const reader = new TranscriptReader()
  const groups = [...parts.flatMap((part) => reader.push(part)), ...reader.end()]
  // How bytes without a caption are gathered is all that pieces could change.
  return groups
}

interface Blocks {
  readonly blocks: readonly { readonly command: number; readonly payload: Uint8Array }[]
  readonly failure: string | null
}

/** All blocks up to where framing is lost. */
function readBlocks(parts: readonly Uint8Array[]): Blocks {
  const reader = new BlockReader()
  const blocks: { command: number; payload: Uint8Array }[] = []
  for (const part of parts)
    for (let at = 0; at < part.length; at++)
      try {
        blocks.push(...reader.push(part.subarray(at, at + 1)))
      } catch (error) {
        if (!(error instanceof FramingError)) throw error
        return { blocks, failure: error.message }
      }
  return { blocks, failure: null }
}

function checkAiring(payload: Uint8Array): void {
  const airing = parseEpg(payload)
  if (airing === undefined) return
  assert.ok(airing.title.trim() !== '')
  assert.ok(Number.isFinite(airing.startMs))
  new Date(airing.startMs).toISOString()
}

/** Cues are numbered, in order of their start, of the protocol's shape. */
function checkEvents(groups: readonly CaptionGroup[]): void {
  const last = new Map<string, Extract<CaptionEvent, { type: 'cue' }>>()
  for (const event of groups.flatMap(({ said }) => said?.events ?? [])) {
    if (event.type === 'programme') continue
    const { track, id, mode, text, startMs } = event
    const start = new Date(startMs).toISOString()
    const shape = { type: event.type, run: 'r', track, id, start, mode, text }
    if (event.type === 'draft') {
      feedLineSchema.parse(shape)
      continue
    }
    feedLineSchema.parse({ ...shape, seq: 1, end: new Date(event.endMs).toISOString() })
    const before = last.get(track)
    assert.equal(id, (before?.id ?? 0) + 1, `${track} is not numbered`)
    assert.ok(event.endMs >= startMs, `${track} ${id} ends before it begins`)
    assert.ok(startMs >= (before?.startMs ?? 0), `${track} ${id} goes back`)
    last.set(track, event)
  }
}
