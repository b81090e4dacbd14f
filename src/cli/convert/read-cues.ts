import { CaptionDecoder } from '../../captions/caption-decoder.ts'
import type { CaptionEvent, ProgrammeOutput } from '../../captions/caption-event.ts'
import type { CaptionGroup, CaptionReader, FaultCounts } from '../../captions/caption-group.ts'
import {
  decodeText,
  readCaptionText,
  type TextFormat,
} from '../../captions/files/read/caption-text.ts'
import type { FileCue } from '../../captions/files/read/file-cues.ts'
import type { Mode } from '../../protocol/events.ts'
import { ExitError, exitCodes } from '../shared/exit.ts'

export interface ReadCue extends FileCue {
  readonly mode?: Mode
}

export interface ReadCues {
  readonly cues: readonly ReadCue[]
  readonly programmes: readonly ProgrammeOutput[]
  readonly isInstants: boolean
  readonly faults: FaultCounts
}

/** A day of one channel is some megabytes; what is larger than this is no file of captions. */
const mostTextBytes = 512 * 1024 * 1024

/** Every track of a broadcast, decoded. */
export async function decodeBroadcast(
  reader: CaptionReader,
  groups: AsyncIterable<CaptionGroup>,
  tracks: readonly string[] | null,
): Promise<ReadCues> {
  const decoder = new CaptionDecoder(tracks === null ? {} : { tracks })
  const cues: ReadCue[] = []
  const programmes: ProgrammeOutput[] = []
  const take = (events: readonly CaptionEvent[]): void => {
    for (const event of events) {
      if (event.type === 'programme') programmes.push(event)
      if (event.type === 'cue') cues.push(event)
    }
  }
  let lastMs = 0
  for await (const group of groups) {
    lastMs = Math.max(lastMs, group.fts)
    take(decoder.push(group))
  }
  take(decoder.end(Math.max(lastMs, reader.reachedMs?.() ?? 0)))
  const languages = new Map(reader.services?.().map(({ track, language }) => [track, language]))
  return {
    ...{ programmes, isInstants: false, faults: { ...reader.faults(), ...decoder.faults() } },
    cues: cues.map((cue) => {
      const language = languages.get(cue.track ?? '') ?? undefined
      return language === undefined ? cue : { ...cue, language }
    }),
  }
}

/** A file of finished captions, whole. */
export async function readText(
  chunks: AsyncIterable<Uint8Array>,
  format: TextFormat,
): Promise<ReadCues> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    bytes += chunk.length
    if (bytes > mostTextBytes)
      throw new ExitError(
        exitCodes.failed,
        `this is larger than ${mostTextBytes / 1024 / 1024} MiB, which no file of captions is`,
      )
    parts.push(chunk)
  }
  return { ...readCaptionText(decodeText(Buffer.concat(parts)), format), programmes: [] }
}
