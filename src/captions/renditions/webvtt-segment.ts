import { readTimedText } from '../files/read/timed-text.ts'
import type { FaultCounts } from '../caption-group.ts'

export interface SegmentCue {
  /** On the presentation clock of the stream, 90 kHz, 33 bits; may be below 0 or above that. */
  readonly startPts: number
  readonly endPts: number
  readonly text: string
}

export interface WebvttSegment {
  readonly cues: readonly SegmentCue[]
  readonly faults: FaultCounts
}

const ticksPerMs = 90
/** A segment of some seconds has a handful. */
const mostCues = 1000

/** One WebVTT segment of an HLS rendition (RFC 8216, section 3.5). null: it is no WebVTT. */
export function parseWebvttSegment(bytes: Uint8Array): WebvttSegment | null {
  const text = new TextDecoder().decode(bytes).replace(/\r\n?/g, '\n')
  if (!/^\uFEFF?WEBVTT(?:\s|$)/.test(text)) return null
  const header = text.slice(0, text.search(/\n\n|$/))
  const map = parseMap(header)
  const { cues, faults } = readTimedText(text, 'vtt')
  return {
    faults,
    cues: cues.slice(0, mostCues).map((cue) => ({
      startPts: map.pts + (cue.startMs - map.localMs) * ticksPerMs,
      endPts: map.pts + (Math.max(cue.startMs, cue.endMs) - map.localMs) * ticksPerMs,
      text: cue.text,
    })),
  }
}

/** `X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000`, in either order; without it, both are 0. */
function parseMap(header: string): { readonly pts: number; readonly localMs: number } {
  const [, line = ''] = /^X-TIMESTAMP-MAP=(.*)$/m.exec(header) ?? []
  const [, pts = '0'] = /MPEGTS:(\d{1,11})/.exec(line) ?? []
  const local = /LOCAL:(?:(\d{1,6}):)?(\d{1,2}):(\d{1,2})\.(\d{1,3})/.exec(line)
  const [hours = 0, minutes = 0, seconds = 0] = (local ?? []).slice(1, 4).map((n) => Number(n || 0))
  const ms = Number((local?.[4] ?? '0').padEnd(3, '0'))
  return { pts: Number(pts), localMs: ((hours * 60 + minutes) * 60 + seconds) * 1000 + ms }
}
