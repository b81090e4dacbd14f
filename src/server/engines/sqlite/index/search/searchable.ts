import type { Word } from '../../../../../query/language/query.ts'
import type { CueTable, MinuteTable, Stretch } from '../format/chunk.ts'
import type { StreamKey } from '../tail/tail-stream.ts'

/** A chunk as searches see it: from the index, or the end of all streams that is in no chunk yet. */
export interface Searchable {
  /** The same for the same content, for ever. */
  readonly name: string
  readonly stretches: readonly Stretch[]
  readonly keys: readonly StreamKey[]
  readonly firstMinute: number
  readonly lastMinute: number
  /** The first minute of a stretch that something newer owns. */
  limitOf(stretch: number): number
  minutes(): MinuteTable
  cues(): CueTable
  /** Where each of the words stands, ascending; may be null when one of those required, by number, stands nowhere. */
  positions(words: readonly Word[], required: ReadonlySet<number>): Int32Array[] | null
}
