import type { ExtractorOptions } from './extractor/choose.ts'
import type { Pace } from './pace.ts'

/** What one channel is fed with, and how. */
export interface ChannelOptions {
  readonly server: string
  readonly token: string
  readonly channel: string
  readonly input: string
  readonly format: string | undefined
  readonly pace: Pace
  readonly loop: boolean
  /** Wall clock of a recorded input's first picture, milliseconds since 1970; null = now. */
  readonly startAtMs: number | null
  readonly tracks: readonly string[] | null
  readonly languages: ReadonlyMap<string, string>
  readonly bin: boolean
  readonly spoolFolder: string
  readonly spoolBytes: number
  /** Events that wait longer than this for the server are dropped; null = never for their age. */
  readonly spoolAgeMs: number | null
  /** Give up when the server has not been well for this long; null = never. */
  readonly giveUpMs: number | null
  readonly decoder: string
  /** Who makes captions of a transport stream; without it, we do. */
  readonly extractor?: ExtractorOptions
}
