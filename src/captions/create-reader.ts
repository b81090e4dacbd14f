import type { CaptionReader } from './caption-group.ts'
import type { CaptionFormat } from './detect.ts'
export type { CaptionFormat } from './detect.ts'
import { MccReader } from './mcc.ts'
import { RcwtReader } from './rcwt.ts'
import { SccReader } from './scc.ts'
import { TranscriptReader, type TranscriptReaderOptions } from './transcript/transcript-reader.ts'
import { TsCaptionReader, type TsCaptionReaderOptions } from './transport/ts-reader.ts'

export interface CaptionReaderOptions extends TsCaptionReaderOptions, TranscriptReaderOptions {
  /** SCC and MCC: hours taken off every time. Default: the hour that the file begins in. */
  readonly hourOffset?: number | undefined
}

export function createCaptionReader(
  format: CaptionFormat,
  options: CaptionReaderOptions = {},
): CaptionReader {
  switch (format) {
    case 'ts':
      return new TsCaptionReader(options)
    case 'rcwt':
      return new RcwtReader()
    case 'scc':
      return new SccReader(options)
    case 'mcc':
      return new MccReader(options)
    case 'ttxt':
      return new TranscriptReader(options)
  }
}
