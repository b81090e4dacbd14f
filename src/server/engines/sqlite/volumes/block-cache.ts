import type { Cue } from '../../../../protocol/api.ts'
import { blob, integer, type Row } from '../../rules/columns.ts'
import { parseCueBlock } from './cue-block.ts'

/** Ten minutes of a channel each: some ten megabytes at most, of all months together. */
const maxBlocks = 64

/** The blocks read last: pages of a transcript and passages of a search begin where others ended. */
export class BlockCache {
  readonly #blocks = new Map<
    string,
    { readonly bytes: Uint8Array; readonly cues: readonly Cue[] }
  >()

  read(month: number, channel: string, row: Row): readonly Cue[] {
    const key = `${month} ${integer(row, 'key')}`
    const bytes = blob(row, 'cues')
    const known = this.#blocks.get(key)
    // A block is written anew when more is filed into it; comparing costs far less than unpacking.
    if (known !== undefined && Buffer.compare(known.bytes, bytes) === 0) return known.cues
    const cues = parseCueBlock(channel, bytes)
    this.#blocks.delete(key)
    this.#blocks.set(key, { bytes, cues })
    const oldest = this.#blocks.size > maxBlocks ? this.#blocks.keys().next() : undefined
    if (oldest?.done === false) this.#blocks.delete(oldest.value)
    return cues
  }
}
