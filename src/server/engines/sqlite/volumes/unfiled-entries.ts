import type { LogEntry } from '../../../ports/log.ts'
import type { LogChannel, LogReader } from '../log/log-reader.ts'

/** The entries of a channel's log above `filed`, as far as `tip`. */
interface Unfiled {
  readonly epoch: string
  readonly filed: number
  readonly tip: number
  readonly entries: readonly LogEntry[]
}

/** Channels whose entries are kept for the next question. */
const maxChannels = 32

/**
 * What of a channel is in no volume yet. A search asks for many stretches of one moment, and while a month cannot be
 * filed, what waits for it only grows: so only what is new is read.
 */
export class UnfiledEntries {
  readonly #log: LogReader
  /** The channel that was asked for longest ago comes first. */
  readonly #known = new Map<string, Unfiled>()

  constructor(log: LogReader) {
    this.#log = log
  }

  /** Ascending by position; `channel` as it is in the snapshot that is being read. */
  of(channel: LogChannel): readonly LogEntry[] {
    const { name, epoch, tip, filed } = channel
    const known = this.#known.get(name)
    this.#known.delete(name)
    const entries = this.#extended(known, channel) ?? this.#log.entries(channel, filed, tip - filed)
    this.#known.set(name, { epoch, filed, tip, entries })
    const oldest = this.#known.size > maxChannels ? this.#known.keys().next() : undefined
    if (oldest?.done === false) this.#known.delete(oldest.value)
    return entries
  }

  /** What was read before with what came since; undefined when that would not be the same. */
  #extended(known: Unfiled | undefined, channel: LogChannel): readonly LogEntry[] | undefined {
    const { epoch, tip, filed } = channel
    if (known?.epoch !== epoch || known.filed !== filed || known.tip > tip) return undefined
    if (known.tip === tip) return known.entries
    const since = this.#log.entries(channel, known.tip, tip - known.tip)
    // A removal empties entries that were read before.
    if (since.some(({ type }) => type === 'removed')) return undefined
    return [...known.entries, ...since]
  }
}
