import { formatCursor } from '../../../rules/cue-order.ts'
import type { ArchiveReader } from '../../volumes/archive-reader.ts'
import type { History } from './tail-stream.ts'

const cuesPerRead = 64

/** What was said before, as the archive has it. */
export function historyOf(archive: ArchiveReader): History {
  return ({ channel, run, track }, before) =>
    archive.cues({
      ...{ channel, run, tracks: [track], from: null, to: null, order: 'newest' },
      ...{ cursor: before === null ? null : formatCursor(before), limit: cuesPerRead },
    })?.cues ?? []
}
