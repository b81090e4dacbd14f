import type { CaptionGroup } from '../../captions/caption-group.ts'
import { formatRcwtHeader, RcwtReader } from '../../captions/rcwt.ts'
import { firstFts } from '../../captions/rcwt-shift.ts'
import { TranscriptReader } from '../../captions/transcript/transcript-reader.ts'
import type { RunEvent } from '../../protocol/events.ts'
import type { BinChunk } from '../../server/ports/archive.ts'

/** Why a run's text cannot be made again. */
export class UndecodableRunError extends Error {
  override name = 'UndecodableRunError'
  readonly reason: 'format' | 'damaged'

  constructor(reason: UndecodableRunError['reason'], message: string) {
    super(message)
    this.reason = reason
  }
}

/** The stored bytes of one run, chunk by chunk. */
export interface OriginalBytes {
  /** What is in a chunk, and the run's time that it begins with; null: nothing. @throws UndecodableRunError */
  read(chunk: BinChunk): { readonly fts: number; readonly groups: readonly CaptionGroup[] } | null
  /** @throws UndecodableRunError when not all of it could be read */
  end(): readonly CaptionGroup[]
}

/** @throws UndecodableRunError for originals that do not say all that their text was made of */
export function openOriginal(format: BinChunk['format'], run: RunEvent): OriginalBytes {
  if (format === 'rcwt') return new RcwtBytes()
  if (format === 'ttxt') return new TranscriptBytes(run)
  throw new UndecodableRunError('format', 'its original is WebVTT, whose tracks are not told apart')
}

function refuseOther(expected: BinChunk['format'], { format }: BinChunk): void {
  if (format === expected) return
  throw new UndecodableRunError(
    'format',
    `its original is in part ${expected} and in part ${format}`,
  )
}

class RcwtBytes implements OriginalBytes {
  readonly #reader = new RcwtReader()

  constructor() {
    this.#reader.push(formatRcwtHeader())
  }

  read(chunk: BinChunk): ReturnType<OriginalBytes['read']> {
    refuseOther('rcwt', chunk)
    const fts = firstFts(chunk.data)
    return fts === undefined ? null : { fts, groups: this.#reader.push(chunk.data) }
  }

  end(): readonly CaptionGroup[] {
    const groups = this.#reader.end()
    const faults = Object.entries(this.#reader.faults())
    if (faults.length === 0) return groups
    const words = faults.map(([kind, count]) => `${kind}: ${count}`).join(', ')
    throw new UndecodableRunError('damaged', `its bytes are damaged (${words})`)
  }
}

/** Lines as an extractor wrote them: what is no caption among them was none before. */
class TranscriptBytes implements OriginalBytes {
  readonly #reader: TranscriptReader

  constructor({ tracks }: RunEvent) {
    // Of an extractor that was asked for one track, whose lines do not name it.
    const [only, second] = tracks
    const isNamed =
      only !== undefined && second === undefined && /^(?:TT|DVB|ISDB)/.test(only.track)
    this.#reader = new TranscriptReader(isNamed ? only : {})
  }

  read(chunk: BinChunk): ReturnType<OriginalBytes['read']> {
    refuseOther('ttxt', chunk)
    // A chunk holds whole captions.
    const groups = [...this.#reader.push(chunk.data), ...this.#reader.pause()]
    const [first] = groups
    return first === undefined ? null : { fts: first.fts, groups }
  }

  end(): readonly CaptionGroup[] {
    return this.#reader.end()
  }
}
