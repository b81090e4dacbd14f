import type { CaptionEvent } from './caption-event.ts'
import type { GuideNews } from './guide/guide-event.ts'

/**
 * The caption bytes of one moment: what one picture carries, one RCWT group, one SCC word.
 *
 * `triplets` holds n × 3 bytes as in CTA-708 `cc_data` and RCWT: [11111 cc_valid cc_type(2)] [b1] [b2];
 * CEA-608 bytes keep their odd parity.
 */
export interface CaptionGroup {
  /** Milliseconds since the start of the run, in presentation order; an integer. */
  readonly fts: number
  readonly triplets: Uint8Array
  /** Of sources that deliver text: `triplets` is then empty. */
  readonly said?: SaidText
  /** What the source says beside captions; `triplets` is then empty. It stands where it came, in whatever chunks. */
  readonly news?: StreamNews
}

/** What is other than before in the stream. */
export interface StreamNews {
  /** Of the programme guide. */
  readonly guide?: GuideNews
  /** All caption services that are announced now. */
  readonly services?: readonly CaptionService[]
}

/** Captions that come as text: what was made of them, and what it was made of. */
export interface SaidText {
  readonly format: 'ttxt' | 'vtt'
  /** All bytes since the group before, as they came. */
  readonly original: Uint8Array
  readonly events: readonly CaptionEvent[]
}

/** What a reader passed over without stopping, by kind, for `ccr inspect` and the status line. */
export type FaultCounts = Readonly<Record<string, number>>

/**
 * Turns the bytes of one source into caption groups in presentation order. The same bytes in any
 * chunks give the same groups. Damaged input never throws: it is skipped and counted.
 */
export interface CaptionReader {
  push(chunk: Uint8Array): CaptionGroup[]
  /** What is still held back; nothing may be pushed after it. */
  end(): CaptionGroup[]
  /** Nothing has come for a while: what was held back only because more might belong to it. */
  pause?(): CaptionGroup[]
  /** The clock of what follows begins anew, as that of an extractor that was started again. */
  restart?(): CaptionGroup[]
  faults(): FaultCounts
  /** How far the source's clock is, in the groups' milliseconds, where pictures without captions move it too. */
  reachedMs?(): number
  /** Why nothing of the source can be read, in the operator's words, as far as it is known; null = it can. */
  trouble?(): string | null
  /** Of a source with several programmes, what each of them is. */
  programmes?(): readonly ProgrammeInfo[]
  /** The one that is read; null while it is not known. */
  programme?(): number | null
  /** Where a presentation time stamp lies in the groups' milliseconds; null while that is not known. */
  timeOf?(pts: number): number | null
  /** Caption services that the source announces, with their languages. */
  services?(): readonly CaptionService[]
  /** Its groups say when these change. */
  readonly tellsServices?: true
}

/** One caption service as a broadcaster announces it. */
export interface CaptionService {
  /** CC1 or CC3 for line 21 data, S1 … S63 for CEA-708. */
  readonly track: string
  /** BCP 47, or null when none is named. */
  readonly language: string | null
}

/** What a transport stream offers, for `ccr inspect` and the choice of a programme. */
export interface ProgrammeInfo {
  readonly programme: number
  readonly name: string | null
  /** As viewers know it, of ATSC: 5.1. */
  readonly number: string | null
  /** Of its video; null = it has none that is known. */
  readonly codec: string | null
  /** Languages of its sound, BCP 47; empty strings for those that are not named. */
  readonly audio: readonly string[]
  readonly services: readonly CaptionService[]
  /** A system of conditional access is named: it is, or at times is, encrypted. */
  readonly hasAccessControl: boolean
  /** `unknown`: its map has not come yet. */
  readonly state: 'unknown' | 'clear' | 'encrypted' | 'no-video'
}
