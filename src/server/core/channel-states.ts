import type { Airing, Channel } from '../../protocol/api.ts'
import type { Announcement } from '../ports/broker.ts'

/** A channel that is fed and has sent no caption for this long is quiet. */
export const quietAfterMs = 60_000

interface State {
  lastCaptionMs: number
  airing: Airing | null
  /** From the end of the newest live cue to its storage; null before the first. */
  lagMs: number | null
}

/** What can be observed of each channel now: whether it is fed, when it last spoke, and what is on. */
export class ChannelStates {
  readonly #now: () => number
  readonly #isHeld: (channel: string) => boolean
  readonly #states = new Map<string, State>()

  /** `isHeld`: whether a producer is connected or may still come back within its lease. */
  constructor(now: () => number, isHeld: (channel: string) => boolean) {
    this.#now = now
    this.#isHeld = isHeld
  }

  take(announcement: Announcement): void {
    const state = this.#of(announcement.channel)
    switch (announcement.type) {
      case 'feed':
        break
      case 'draft':
        state.lastCaptionMs = this.#now()
        break
      case 'entries':
        for (const entry of announcement.entries) {
          if (entry.type === 'cue' && !entry.late) {
            state.lastCaptionMs = this.#now()
            state.lagMs = state.lastCaptionMs - Date.parse(entry.value.end)
          }
          if (entry.type === 'airing') this.learnAiring(entry.value)
        }
        break
      case 'run-end':
      case 'producer':
        break
    }
  }

  /** The newest start wins; the same airing again replaces what was known of it. */
  learnAiring(airing: Airing): void {
    const state = this.#of(airing.channel)
    const known = state.airing
    if (known === null || known.id === airing.id || known.start <= airing.start)
      state.airing = airing
  }

  stateOf(channel: string): Channel['state'] {
    const { lastCaptionMs } = this.#of(channel)
    if (!this.#isHeld(channel)) return 'offline'
    return this.#now() - lastCaptionMs < quietAfterMs ? 'live' : 'quiet'
  }

  airingOf(channel: string): Airing | null {
    const { airing } = this.#of(channel)
    if (airing?.end == null) return airing
    return Date.parse(airing.end) > this.#now() ? airing : null
  }

  /** When a channel last spoke, since this server started, and how far behind it is. */
  lastOf(channel: string): {
    readonly lastCaptionAt: string | null
    readonly lagMs: number | null
  } {
    const { lastCaptionMs, lagMs } = this.#of(channel)
    const spoke = Number.isFinite(lastCaptionMs)
    return { lastCaptionAt: spoke ? new Date(lastCaptionMs).toISOString() : null, lagMs }
  }

  #of(channel: string): State {
    let state = this.#states.get(channel)
    if (state === undefined) {
      state = { lastCaptionMs: -Infinity, airing: null, lagMs: null }
      this.#states.set(channel, state)
    }
    return state
  }
}
