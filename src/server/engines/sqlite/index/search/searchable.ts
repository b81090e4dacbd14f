import type { Word } from '../../../../../query/language/query.ts'
import type { CueTable, MinuteTable, Stretch } from '../format/chunk.ts'
import type { HourCounts, HourTable } from '../format/hours.ts'
import type { PositionList } from '../format/posting.ts'
import type { StreamKey } from '../../../rules/search/stream-key.ts'

/** How often a word was said in each hour of a chunk. */
export interface WordHours {
  readonly table: HourTable
  readonly counts: HourCounts
  /** Where it stands, for an hour of which only a part is asked for. */
  readonly positions: () => PositionList
}

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
  /** False when one of the words that are required, by number, is known to stand nowhere. */
  mayHold(words: readonly Word[], required: ReadonlySet<number>): boolean
  /** Where each of the words stands. */
  positions(words: readonly Word[]): PositionList[]
  /** Null where it is not counted by hour: then it is said seldom, or not at all. */
  hours(word: Word): WordHours | null
}
