import type { FaultCounts } from '../../captions/caption-group.ts'
import type { RenditionSegment } from '../../captions/renditions/rendition-tracks.ts'
import type { GuideAiring } from '../airings.ts'
import type { CaptionFormat } from '../../captions/detect.ts'

/** What cannot be read, said to the operator. */
export class SourceError extends Error {
  override name = 'SourceError'
}

/** Told what is wrong with a source that goes on by itself, in the operator's words; null = well again. */
export type TellTrouble = (trouble: string | null) => void

/** Who makes captions of a source, in which format, and why. */
export interface ExtractorNote {
  readonly note: 'extractor'
  readonly name: string
  readonly format: CaptionFormat
  /** Of lines that name none. */
  readonly track: string | null
  readonly language: string | null
  readonly why: string
}

/** What a source says beside its bytes; it concerns what follows. */
export type SourceNote =
  | ExtractorNote
  /** Some of it is lost: its clock may begin anew. */
  | { readonly note: 'interrupted' }
  /** A segment of captions that come beside the video. */
  | ({ readonly note: 'segment' } & RenditionSegment)
  /** When the stream says that the end of what follows was broadcast, milliseconds since 1970. */
  | { readonly note: 'clock'; readonly airedMs: number }
  /** What got lost on its way so far, by kind. */
  | { readonly note: 'faults'; readonly counts: FaultCounts }
  /** What it calls itself. */
  | { readonly note: 'about'; readonly text: string }
  | { readonly note: 'airing'; readonly airing: GuideAiring }
  /** It delivers, though nothing of it is captions. */
  | { readonly note: 'alive' }

export type SourcePiece = Uint8Array | SourceNote

/** Where captions come from. */
export interface Source {
  /** As it is named in runs and status lines; never a secret. */
  readonly name: string
  readonly format: CaptionFormat
  /** Two inputs of the same fingerprint give the same bytes; null for what comes only once. */
  readonly fingerprint: string | null
  /** Wall clock of its beginning, milliseconds since 1970, where the source itself says it. */
  readonly startAtMs?: number | null
  /** Its clock began when nobody may have listened: what comes first comes now, whatever its time. */
  readonly joinsMidway?: boolean
  /** It says first who makes captions of it. */
  readonly isUndecided?: boolean
  /** A recording that is still being made. */
  readonly grows?: boolean
  open(signal: AbortSignal, tell: TellTrouble): AsyncIterable<SourcePiece>
  /** What is in its place after it has ended; null when nothing is to follow. */
  renew?(signal: AbortSignal): Promise<Source | null>
  /** Of one that several channels read: how many do, and how many pieces this one was too slow for. */
  sharing?(): { readonly readers: number; readonly passedOver: number }
  /** Which of a stream's programmes is read; null or left out = the first with captions. */
  readonly programme?: number | null
}

/** A source that comes only once. */
export function streamSource(name: string, format: CaptionFormat, open: Source['open']): Source {
  return { name, format, fingerprint: null, open }
}
