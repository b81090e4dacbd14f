import { isStorageDown } from '../../protocol/codes.ts'
import type { Position } from '../../protocol/position.ts'
import type { Announcement, Broker } from '../ports/broker.ts'
import type { Log } from '../ports/log.ts'

export interface LostNewsOptions {
  readonly log: Pick<Log, 'read' | 'tip'>
  readonly broker: Pick<Broker, 'announceHere'>
  /** Channels that somebody feeds, on any node. */
  readonly channels: () => readonly string[]
  readonly now: () => number
}

/** A channel that announced something since then is heard; what it lost comes with its next entry. */
const quietMs = 4000
const entriesPerRead = 500
const atOnce = 16

interface Heard {
  readonly position: Position
  readonly atMs: number
  /** The log was seen ahead of it: the announcement may still be on its way. */
  readonly isBehind?: true
}

/**
 * What nodes tell each other may be lost, and the last line before a silence would then be missing for as long as the silence
 * lasts. So the log of a channel that has gone quiet is looked at, and what was not heard of is told here.
 */
export class LostNews {
  readonly #options: LostNewsOptions
  readonly #heard = new Map<string, Heard>()
  #looking: Promise<void> | undefined

  constructor(options: LostNewsOptions) {
    this.#options = options
  }

  take(announcement: Announcement): void {
    if (announcement.type !== 'entries') return
    const last = announcement.entries.at(-1)
    if (last === undefined) return
    const { position } = last.value
    this.#heard.set(announcement.channel, { position, atMs: this.#options.now() })
  }

  /** Looks at the quiet channels, twice at each before it tells anything. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined))
    return this.#looking
  }

  async #look(): Promise<void> {
    const { channels, now } = this.#options
    const quiet = channels().filter((channel) => {
      const heard = this.#heard.get(channel)
      return heard === undefined || now() - heard.atMs > quietMs
    })
    const lookers = Array.from({ length: Math.min(atOnce, quiet.length) }, async () => {
      for (let channel = quiet.pop(); channel !== undefined; channel = quiet.pop())
        await this.#lookAt(channel).catch((error: unknown) => {
          // The log tells of itself.
          if (!isStorageDown(error)) throw error
        })
    })
    await Promise.all(lookers)
  }

  async #lookAt(channel: string): Promise<void> {
    const tip = await this.#options.log.tip(channel)
    const heard = this.#heard.get(channel)
    const atMs = -Infinity
    // What was said before this node began is no news.
    if (heard === undefined) this.#heard.set(channel, { position: tip, atMs })
    else if (heard.position.epoch === tip.epoch && heard.position.seq >= tip.seq) return
    else if (heard.isBehind === undefined) this.#heard.set(channel, { ...heard, isBehind: true })
    else await this.#tell(channel, heard.position, tip)
  }

  async #tell(channel: string, since: Position, tip: Position): Promise<void> {
    const { log, broker } = this.#options
    let page = await log.read(channel, since, entriesPerRead)
    if (!page.ok) {
      // Another epoch, or too long ago: whoever follows finds out by its last entry.
      const from = { epoch: tip.epoch, seq: Math.max(0, tip.seq - 1) }
      page = await log.read(channel, from, 1)
    }
    if (!page.ok || page.entries.length === 0) {
      this.#heard.set(channel, { position: tip, atMs: -Infinity })
      return
    }
    broker.announceHere({ type: 'entries', channel, entries: page.entries })
  }
}
