import type { Airing, Cue } from '../../protocol/api.ts'
import { FrameEncoder } from '../../protocol/frame-encoder.ts'
import type { Draft, LiveEvent } from '../../protocol/live.ts'
import { cloneLiveState, createLiveState, type LiveState } from '../../protocol/live-state.ts'
import type { Position } from '../../protocol/position.ts'
import type { Log } from '../ports/log.ts'
import { eventOf, type AiringOf, type LiveChannel } from './live-channel.ts'

/** Which part of a channel, and how late; readers with the same wish share one stream. */
export interface StreamWish {
  readonly delayMs: number
  readonly drafts: boolean
  /** null = all. */
  readonly tracks: readonly string[] | null
  readonly filter: CueFilter | null
}

/** Passes the cues of a live channel that a query wants, at once or when later ones decide. */
export interface CueFilter {
  readonly key: string
  take(cue: Cue): readonly Cue[]
}

/** What one tick added: made once, written to every reader. */
export interface StreamFrame {
  readonly events: readonly LiveEvent[]
  readonly binary: Uint8Array
  /** The position after it. */
  readonly seq: number
}

/** What a reader gets first. */
export interface Opening {
  readonly complete: boolean
  /** Events that were missed; null: a snapshot instead. */
  readonly missed: readonly LiveEvent[] | null
  readonly cues: readonly Cue[]
  readonly drafts: readonly Draft[]
  readonly airing: Airing | null
  readonly state: LiveState
}

/** Frames kept for readers that are a moment behind. */
const keptFrames = 64
/** A reader that missed more is better served by a snapshot and the archive. */
const mostMissed = 5000
const entriesPerRead = 1000

export function wishKey(channel: string, wish: StreamWish): string {
  const tracks = wish.tracks === null ? '*' : [...wish.tracks].sort().join(',')
  return `${channel} ${wish.delayMs} ${wish.drafts ? 'd' : '-'} ${tracks} ${wish.filter?.key ?? ''}`
}

/** One channel as one kind of reader sees it: a cursor over its log, encoded once a tick for all of them. */
export class LiveStream {
  readonly channel: LiveChannel
  readonly wish: StreamWish
  readonly #encoder: FrameEncoder
  readonly #airing: AiringOf
  readonly #log: Log
  readonly #now: () => number
  readonly #frames: StreamFrame[] = []
  readonly #told = new Map<string, Draft>()
  #seq: number
  #seen = -1
  /** The number of the newest frame; the first is 1. */
  last = 0
  readers = 0

  /** The channel must be warm. */
  constructor(
    channel: LiveChannel,
    wish: StreamWish,
    options: { airing: AiringOf; log: Log; now: () => number },
  ) {
    this.channel = channel
    this.wish = wish
    this.#airing = options.airing
    this.#log = options.log
    this.#now = options.now
    const tip = channel.tip ?? { epoch: '', seq: 0 }
    this.#seq = tip.seq
    const state = createLiveState(tip)
    state.airing = this.#airing(channel.id)?.id ?? null
    for (const { track, language } of channel.tracks)
      state.tracks.push({ track, language, run: '', id: 0, mode: 'pop-on', draft: null })
    this.#encoder = new FrameEncoder(channel.slot, state)
    if (wish.delayMs > channel.keepMs) channel.keepMs = wish.delayMs
  }

  get position(): Position {
    return this.#encoder.state.position
  }

  /** The frame of that number; undefined when it is not kept any more. */
  frame(number: number): StreamFrame | undefined {
    return this.#frames[number - (this.last - this.#frames.length) - 1]
  }

  /** Encodes what is new, as one frame. */
  flush(): void {
    const { channel, wish } = this
    if (channel.changes === this.#seen && wish.delayMs === 0) return
    this.#seen = channel.changes
    const events: LiveEvent[] = []
    this.#takeEntries(events)
    if (wish.drafts) this.#takeDrafts(events)
    if (events.length === 0) return
    const binary = this.#encoder.encode(events)
    if (binary.length === 0) return
    this.#frames.push({ events, binary, seq: this.#seq })
    if (this.#frames.length > keptFrames) this.#frames.shift()
    this.last++
  }

  /** What a reader at `since` needs to follow from the next frame on. Brings the stream up to date first. */
  async open(since: Position | null, backlog: number): Promise<Opening> {
    this.flush()
    if (since !== null && since.epoch === this.position.epoch) {
      const missed = await this.#missed(since.seq)
      if (missed !== undefined) return this.#opening(true, missed, backlog)
    }
    return this.#opening(since === null, null, backlog)
  }

  #takeEntries(events: LiveEvent[]): void {
    const untilMs = this.wish.delayMs === 0 ? Infinity : this.#now() - this.wish.delayMs
    const entries = this.channel.after(this.#seq, untilMs)
    if (entries === undefined) {
      // Only a delay longer than the tail gets here; its readers go on at the tip and are told by position.
      this.#seq = this.channel.tip?.seq ?? this.#seq
      return
    }
    for (const entry of entries) {
      this.#seq = entry.value.position.seq
      events.push(...this.#pass(eventOf(entry)))
    }
  }

  #pass(event: LiveEvent): readonly LiveEvent[] {
    const { tracks, filter } = this.wish
    if (event.type !== 'cue') return [event]
    if (tracks !== null && !tracks.includes(event.track)) return []
    if (filter === null) return [event]
    return filter.take(event).map((cue) => ({ type: 'cue', ...cue }))
  }

  #takeDrafts(events: LiveEvent[]): void {
    const { channel } = this
    for (const [track, draft] of channel.drafts) {
      if (this.#told.get(track) === draft) continue
      this.#told.set(track, draft)
      if (this.wish.tracks === null || this.wish.tracks.includes(track))
        events.push({ type: 'draft', channel: channel.id, ...draft })
    }
  }

  /** Undefined when it cannot be told exactly: the log does not reach back, or it is too much. */
  async #missed(seq: number): Promise<LiveEvent[] | undefined> {
    const events: LiveEvent[] = []
    let at = seq
    for (;;) {
      this.flush()
      const rest = this.channel.after(at, Infinity)
      if (rest !== undefined) {
        for (const entry of rest)
          if (entry.value.position.seq <= this.#seq) events.push(...this.#pass(eventOf(entry)))
        return events
      }
      const from = { epoch: this.position.epoch, seq: at }
      const page = await this.#log.read(this.channel.id, from, entriesPerRead)
      if (!page.ok || events.length > mostMissed) return undefined
      for (const entry of page.entries) {
        at = entry.value.position.seq
        if (at <= this.#seq) events.push(...this.#pass(eventOf(entry)))
      }
      if (page.entries.length === 0) return events
    }
  }

  #opening(complete: boolean, missed: readonly LiveEvent[] | null, backlog: number): Opening {
    const { channel, wish } = this
    const drafts = wish.drafts
      ? [...channel.drafts.values()].filter(
          ({ text, track }) => text !== '' && (wish.tracks?.includes(track) ?? true),
        )
      : []
    const cues = missed === null && wish.filter === null ? this.#recent(backlog) : []
    const airing = this.#airing(channel.id)
    return { complete, missed, cues, drafts, airing, state: cloneLiveState(this.#encoder.state) }
  }

  #recent(backlog: number): Cue[] {
    const { delayMs, tracks } = this.wish
    const edge = new Date(this.#now() - delayMs).toISOString()
    return this.channel.recent
      .filter(
        (cue) =>
          (tracks?.includes(cue.track) ?? true) &&
          (delayMs === 0 || (cue.end <= edge && cue.position.seq <= this.#seq)),
      )
      .slice(-backlog)
  }
}
