import type { Airing, ChannelTrack, Cue, Gap } from '../../protocol/api.ts'

/** What captions can be written as; BIN, the original bytes, is not written but kept. */
export const captionFormats = ['srt', 'vtt', 'ttml', 'scc', 'txt', 'json', 'jsonl', 'csv'] as const
export type CaptionFormat = (typeof captionFormats)[number]

/** What a file says of itself, and where its time begins. */
export interface FileFacts {
  readonly format: CaptionFormat
  readonly channel: string
  readonly name: string
  /** IANA; for times that people read. */
  readonly timeZone: string
  readonly from: string | null
  readonly to: string | null
  /** Every track that may occur; more than one are told apart where the format can. */
  readonly tracks: readonly ChannelTrack[]
  /** Epoch milliseconds of 00:00:00; null = the first cue's start. */
  readonly zeroMs: number | null
}

/** What a file is made of, in order of start. */
export type FileItem =
  | { readonly type: 'cue'; readonly value: Cue }
  | { readonly type: 'airing'; readonly value: Airing }
  | { readonly type: 'gap'; readonly value: Gap }

/** How far a file is written: plain data, so that another call, or thread, goes on from it. */
export interface FileState {
  zeroMs: number | null
  /** Cues written, and items of any kind. */
  cues: number
  items: number
  /** Items that wait for what follows (`holdApart`). */
  held: FileItem[]
  line21: {
    /** The first frame that carries nothing yet. */
    freeFrame: number
    /** When the screen is to be cleared; null when it is clear. */
    eraseFrame: number | null
    /** Screens that line 21 could not load in time. */
    late: number
    /** Characters that line 21 does not have. */
    replaced: number
  }
}

export function createFileState(facts: FileFacts): FileState {
  return {
    zeroMs: facts.zeroMs,
    cues: 0,
    items: 0,
    held: [],
    line21: { freeFrame: 0, eraseFrame: null, late: 0, replaced: 0 },
  }
}

/** Writes one format piece by piece: the head, every item in order of start, the tail. */
export interface FileWriter {
  readonly mediaType: string
  /** Whether it says anything of airings and gaps. */
  readonly tellsSpans: boolean
  head(facts: FileFacts): string
  item(item: FileItem, facts: FileFacts, state: FileState): string
  tail(facts: FileFacts, state: FileState): string
}
