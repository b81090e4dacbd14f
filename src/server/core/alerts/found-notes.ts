import type { Reader } from '../../../policy/view.ts'
import type { Position } from '../../../protocol/position.ts'
import type { Found, NewMention, Recording } from '../../ports/alerts.ts'
import type { Directory } from '../../ports/directory.ts'
import type { AlertBook } from './alert-book.ts'
import { newMention } from './new-mentions.ts'

export interface FoundNotesOptions {
  readonly book: AlertBook
  readonly directory: Pick<Directory, 'channel'>
  readonly readerOf: (owner: string) => Reader | undefined
  readonly now: () => number
}

/** What was found, for whom, and is not recorded yet. */
export class FoundNotes {
  readonly #options: FoundNotesOptions
  #found: Recording[] = []

  constructor(options: FoundNotesOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#found.length
  }

  /** What is found on a channel up to a place is recorded with it; `isMeant`: for which alerts. */
  add(
    channel: string,
    position: Position | null,
    found: readonly Found[],
    isMeant: (alert: string) => boolean = () => true,
  ): void {
    const { book, now, readerOf, directory } = this.#options
    const record = directory.channel(channel)
    if (found.length === 0 || record === undefined) return
    const context = { readerOf, nowMs: now(), channel: record }
    const mentions = found.flatMap((one) =>
      book.waitingFor(one.key).flatMap((alert): NewMention[] => {
        if (!isMeant(alert.id)) return []
        const made = newMention(alert, one, context)
        return made === undefined ? [] : [made]
      }),
    )
    if (mentions.length > 0) this.#found.push({ channel, position, mentions })
  }

  /** All of it: it is not held any longer. */
  take(): readonly Recording[] {
    const found = this.#found
    this.#found = []
    return found
  }
}
