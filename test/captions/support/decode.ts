import type { CaptionEvent, CueOutput } from '../../../src/captions/caption-event.ts'
import type { CaptionGroup } from '../../../src/captions/caption-group.ts'
import { createCaptionReader } from '../../../src/captions/create-reader.ts'
import { CaptionDecoder } from '../../../src/captions/caption-decoder.ts'
import { detectBytes, detectFormat } from '../../../src/captions/detect.ts'

/** All groups of a source, handed over in chunks of `chunkBytes`. */
export function readGroups(source: Uint8Array, chunkBytes = 64 * 1024): CaptionGroup[] {
  const format = detectFormat(source.subarray(0, detectBytes))
  if (format === 'unknown') throw new Error('the source is in no format that detectFormat knows')
  const reader = createCaptionReader(format)
  const groups: CaptionGroup[] = []
  for (let at = 0; at < source.length; at += chunkBytes) {
    groups.push(...reader.push(source.subarray(at, at + chunkBytes)))
  }
  // What a stream says beside captions is not in a BIN of it.
  return [...groups, ...reader.end()].filter(({ news }) => news === undefined)
}

export function decodeGroups(groups: readonly CaptionGroup[], tracks?: string[]): CaptionEvent[] {
  const decoder = new CaptionDecoder(tracks === undefined ? {} : { tracks })
  const events = groups.flatMap((group) => decoder.push(group))
  return [...events, ...decoder.end((groups.at(-1)?.fts ?? 0) + 33)]
}

export function cuesOf(events: readonly CaptionEvent[], track = 'CC1'): CueOutput[] {
  return events.filter((event) => event.type === 'cue').filter((cue) => cue.track === track)
}

export function cuesOfMedia(source: Uint8Array, track: string): CueOutput[] {
  return cuesOf(decodeGroups(readGroups(source), [track]), track)
}
