import { CaptionDecoder } from '../captions/caption-decoder.ts'
import type { CaptionEvent, CueOutput, ProgrammeOutput } from '../captions/caption-event.ts'
import type { FaultCounts, ProgrammeInfo } from '../captions/caption-group.ts'
import { createCaptionReader } from '../captions/create-reader.ts'
import type { GuideEvent } from '../captions/guide/guide-event.ts'
import { RenditionTracks } from '../captions/renditions/rendition-tracks.ts'
import { SubtitleFinder } from '../captions/transport/subtitle-finder.ts'
import type { SubtitleService } from '../captions/transport/subtitle-services.ts'
import type { Mode } from '../protocol/events.ts'
import type { Source } from './sources/source.ts'

export interface TrackFacts {
  readonly track: string
  /** BCP 47, as the source announces it; null when it does not. */
  readonly language: string | null
  readonly modes: readonly Mode[]
  readonly cues: number
  readonly words: number
  /** Milliseconds on the source's clock; null when it has no cue. */
  readonly firstMs: number | null
}

export interface Inspection {
  readonly name: string
  readonly format: Source['format']
  readonly bytes: number
  /** How long it is, or what was heard of it. */
  readonly lengthMs: number
  readonly tracks: readonly TrackFacts[]
  readonly programmes: readonly Omit<ProgrammeOutput, 'type'>[]
  readonly firstCues: readonly Omit<CueOutput, 'type'>[]
  readonly faults: FaultCounts
  /** What the guide in the stream tells of the programme that is read, by time. */
  readonly guide: readonly GuideEvent[]
  /** The programmes of a transport stream, and which of them is read here. */
  /** What only ccextractor reads: teletext, DVB and ISDB subtitles that a transport stream announces. */
  readonly subtitles: readonly SubtitleService[]
  readonly multiplex: readonly (ProgrammeInfo & { readonly isRead: boolean })[]
  /** Why nothing comes, or nothing can be read, at the end; null = it does. */
  readonly trouble: string | null
}

export interface InspectOptions {
  /** Cues that are quoted. */
  readonly cues: number
  readonly onProgress: (bytes: number) => void
}

const tracks = [
  ...['CC1', 'CC2', 'CC3', 'CC4', 'T1', 'T2', 'T3', 'T4'],
  ...Array.from({ length: 63 }, (_, n) => `S${n + 1}`),
]

/** Some seconds of a whole multiplex. */
const mostTableBytes = 32 * 1024 ** 2

interface Counted {
  readonly modes: Set<Mode>
  cues: number
  words: number
  firstMs: number | null
}

/** Reads a source to its end, or until the signal aborts, and tells what is in it; nothing is kept or sent. */
export async function inspect(
  source: Source,
  { cues: mostCues, onProgress }: InspectOptions,
  signal: AbortSignal,
): Promise<Inspection> {
  const reader = createCaptionReader(source.format, { programme: source.programme ?? undefined })
  const decoder = new CaptionDecoder({ tracks })
  const renditions = new RenditionTracks()
  const finder = new SubtitleFinder(source.programme ?? null)
  const hasTables = source.format === 'ts'
  const counted = new Map<string, Counted>()
  const programmes: Omit<ProgrammeOutput, 'type'>[] = []
  const firstCues: Omit<CueOutput, 'type'>[] = []
  const guide = new Map<number, GuideEvent>()
  let bytes = 0
  let lastMs = 0
  const heard: { trouble: string | null } = { trouble: null }

  const take = (events: readonly CaptionEvent[]): void => {
    for (const { type, ...rest } of events) {
      if (type === 'programme') programmes.push(rest as Omit<ProgrammeOutput, 'type'>)
      if (type !== 'cue') continue
      const cue = rest as Omit<CueOutput, 'type'>
      const track = counted.get(cue.track) ?? nothing()
      counted.set(cue.track, track)
      track.modes.add(cue.mode)
      track.cues++
      track.words += cue.text.split(/\s+/).filter((word) => word !== '').length
      track.firstMs ??= cue.startMs
      if (firstCues.length < mostCues) firstCues.push(cue)
    }
  }
  const readGroups = (groups: ReturnType<typeof reader.push>): void => {
    for (const group of groups) {
      lastMs = Math.max(lastMs, group.fts)
      for (const event of group.news?.guide?.events ?? []) guide.set(event.id, event)
      if (group.news !== undefined) continue
      // What comes as text has tracks of its own.
      take(group.said?.events ?? decoder.push(group))
    }
  }
  try {
    for await (const chunk of source.open(signal, (told) => (heard.trouble = told))) {
      if (chunk instanceof Uint8Array) {
        // Tables come again and again.
        if (hasTables && bytes < mostTableBytes) finder.push(chunk)
        readGroups(reader.push(chunk))
      } else if (chunk.note !== 'segment') continue
      else readGroups(renditions.take(chunk, (pts) => reader.timeOf?.(pts) ?? null))
      bytes += chunk instanceof Uint8Array ? chunk.length : chunk.bytes.length
      onProgress(bytes)
      if (signal.aborted) break
    }
  } catch (error) {
    // Asked to stop: what was heard by then is what is told.
    if (!signal.aborted) throw error
  }
  readGroups(reader.end())
  const lengthMs = Math.max(lastMs, reader.reachedMs?.() ?? 0)
  readGroups(renditions.end(lengthMs))
  take(decoder.end(lengthMs))
  const read = reader.programme?.() ?? null
  const multiplex = (reader.programmes?.() ?? []).map((info) => ({
    ...info,
    isRead: info.programme === read,
  }))
  const services = [...(reader.services?.() ?? []), ...renditions.services()]
  const languages = new Map(services.map(({ track, language }) => [track, language]))
  for (const track of languages.keys()) if (!counted.has(track)) counted.set(track, nothing())
  return {
    ...{
      name: source.name,
      format: source.format,
      bytes,
      lengthMs,
      programmes,
      firstCues,
      guide: [...guide.values()].sort((a, b) => a.startMs - b.startMs),
      multiplex,
      subtitles: finder.services,
      trouble: heard.trouble ?? reader.trouble?.() ?? null,
    },
    tracks: [...counted]
      .map(([track, { modes, ...rest }]) => ({
        ...{ track, language: languages.get(track) ?? null, modes: [...modes], ...rest },
      }))
      .sort((a, b) => placeOf(a.track) - placeOf(b.track)),
    faults: { ...reader.faults(), ...renditions.faults(), ...decoder.faults() },
  }
}

/** Captions in the video first, then what comes as text, as it came. */
function placeOf(track: string): number {
  const at = tracks.indexOf(track)
  return at === -1 ? tracks.length : at
}

function nothing(): Counted {
  return { modes: new Set(), cues: 0, words: 0, firstMs: null }
}
