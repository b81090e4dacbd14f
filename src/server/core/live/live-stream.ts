import type { Airing, Cue } from '../../../protocol/api.ts'
import { FrameEncoder } from '../../../protocol/live/frame-encoder.ts'
import type { Draft, LiveEvent } from '../../../protocol/live/live.ts'
import { addressRecords, type Records } from '../../../protocol/live/live-frames.ts'
import {
  cloneLiveState,
  createLiveState,
  type LiveState,
} from '../../../protocol/live/live-state.ts'
import type { Position } from '../../../protocol/position.ts'
import type { Log, LogEntry } from '../../ports/log.ts'
import { eventOf, type AiringOf, type LiveChannel } from './live-channel.ts'

/** Which part of a channel, and how late; readers with the same wish share one stream. */
export interface StreamWish {
  readonly delayMs: number
  readonly drafts: boolean
  /** null = all. */
  readonly tracks: readonly string[] | null
  /** In its canonical form; null = everything. */
  readonly query: string | null
}

/** Passes the cues of a live channel that a query wants, at once or when later ones or the time decide. */
export interface CueFilter {
  take(entry: LogEntry, nowMs: number): readonly LogEntry[]
  tick(nowMs: number): readonly LogEntry[]
}

/** What one tick added: made once, written to every reader. */
export class StreamFrame {
  readonly events: readonly LiveEvent[]
  /** The position after it. */
  readonly seq: number
  readonly #records: Records
  readonly #bySlot: Uint8Array[] = []

  constructor(events: readonly LiveEvent[], records: Records, seq: number) {
    this.events = events
    this.seq = seq
    this.#records = records
  }

  /** Its records, for those who know the channel by that slot. */
  binary(slot: number): Uint8Array {
    return (this.#bySlot[slot] ??= addressRecords(this.#records, slot))
  }
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
  /** The number of the frame that follows. */
  readonly next: number
}

export interface StreamOptions {
  readonly airing: AiringOf
  readonly log: Log
  readonly now: () => number
  /** A filter with nothing in it yet. */
  readonly filterOf: (query: string, channel: string) => CueFilter
}

/** Frames kept for readers that are a moment behind. */
const keptFrames = 64
/** Places to begin at, between two frames, for which the answer is kept. */
const keptOpenings = 100
/** A reader that missed more is better served by a snapshot and the archive. */
const mostMissed = 5000
const entriesPerRead = 1000
/** A filter that begins in the middle reads this much before it, for matches that run across the place. */
const filterRunUp = 200
/** Storing takes some 50 ms; a row whose cue does not come was taken back. */
const longestWaitMs = 250
/** A delayed reader's next tick may be late by this much. */
export const delayMarginMs = 1000
/** Readers whose query or tracks pass nothing learn where they are this often, in entries. */
const passEvery = 50

export function wishKey(channel: string, wish: StreamWish): string {
  const tracks = wish.tracks === null ? '*' : [...wish.tracks].sort().join(',')
  return `${channel} ${wish.delayMs} ${wish.drafts ? 'd' : '-'} ${tracks} ${wish.query ?? ''}`
}

/** One channel as one kind of reader sees it: a cursor over its log, encoded once a tick for all of them. */
export class LiveStream {
  readonly channel: LiveChannel
  readonly wish: StreamWish
  readonly #options: StreamOptions
  readonly #encoder: FrameEncoder
  #filter: CueFilter | null
  readonly #frames: StreamFrame[] = []
  readonly #told = new Map<string, Draft>()
  /** By track, since when a new draft waits for the cue of the one before. */
  readonly #waitingSince = new Map<string, number>()
  /** Many who come at once, from the same place, are told the same. */
  readonly #openings = new Map<string, Promise<Opening>>()
  #seq: number
  #seen = -1
  /** The number of the newest frame; the first is 1. */
  last = 0
  readers = 0

  /** The channel must be warm, and reach back as far as the delay. */
  constructor(channel: LiveChannel, wish: StreamWish, options: StreamOptions) {
    this.channel = channel
    this.wish = wish
    this.#options = options
    this.#filter = this.#createFilter()
    const start = this.#start()
    this.#seq = start.seq
    if (this.#filter !== null) this.#runUp(this.#filter)
    const state = createLiveState(start)
    state.airing = options.airing(channel.id)?.id ?? null
    for (const { track, language } of channel.tracks)
      state.tracks.push({ track, language, run: '', id: 0, mode: 'pop-on', draft: null })
    this.#encoder = new FrameEncoder(state)
  }

  /** The newest that its readers may see. */
  #start(): Position {
    const { channel, wish } = this
    const { epoch, seq } = channel.tip ?? { epoch: '', seq: 0 }
    if (wish.delayMs === 0) return { epoch, seq }
    return { epoch, seq: channel.seqAt(this.#options.now() - wish.delayMs) }
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
    if (channel.changes === this.#seen && wish.delayMs === 0 && this.#filter === null) return
    this.#seen = channel.changes
    if (channel.tip !== undefined && channel.tip.epoch !== this.position.epoch) this.#restart()
    const events: LiveEvent[] = []
    this.#takeEntries(events)
    if (wish.drafts) this.#takeDrafts(events)
    let records = events.length === 0 ? null : this.#encoder.encode(events)
    if (records === null && this.#seq - this.position.seq >= passEvery)
      records = this.#encoder.passTo(this.#seq)
    if (records === null || records.bytes.length === 0) return
    this.#frames.push(new StreamFrame(events, records, this.position.seq))
    if (this.#frames.length > keptFrames) this.#frames.shift()
    this.last++
    this.#openings.clear()
  }

  /** What a reader at `since` needs to follow from `next` on. Brings the stream up to date first. */
  async open(since: Position | null, backlog: number): Promise<Opening> {
    this.flush()
    const key = `${since === null ? '' : `${since.epoch}.${since.seq}`} ${backlog}`
    const known = this.#openings.get(key)
    if (known !== undefined) return known
    const opening = this.#open(since, backlog)
    // Behind a delay, what is shown changes with the time alone.
    if (this.wish.delayMs > 0 || this.#openings.size >= keptOpenings) return opening
    this.#openings.set(key, opening)
    opening.catch(() => this.#openings.delete(key))
    return opening
  }

  async #open(since: Position | null, backlog: number): Promise<Opening> {
    // It saw more, before there was a delay.
    if (since !== null && since.epoch === this.position.epoch && since.seq > this.#seq)
      return this.#opening(this.channel.reaches(since), null, backlog)
    // What is ahead of the log is of a part of it that was lost.
    if (since !== null && since.epoch === this.position.epoch && this.channel.reaches(since)) {
      const missed = await this.#missed(since.seq)
      if (missed !== undefined) return this.#opening(true, missed, backlog)
    }
    return this.#opening(since === null, null, backlog)
  }

  #takeEntries(events: LiveEvent[]): void {
    const nowMs = this.#options.now()
    const untilMs = this.wish.delayMs === 0 ? Infinity : nowMs - this.wish.delayMs
    const entries = this.channel.after(this.#seq, untilMs)
    if (entries === undefined) {
      this.#restart()
      return
    }
    for (const entry of entries) {
      this.#seq = entry.value.position.seq
      events.push(...this.#pass(entry, this.#filter, nowMs))
    }
    events.push(...(this.#filter?.tick(nowMs) ?? []).map(eventOf))
  }

  /**
   * More came since the last tick than the tail keeps, or it is another log now: the stream goes on at the newest, and a
   * frame that nobody can have makes each reader open again from where it is, out of the log.
   */
  #restart(): void {
    const start = this.#start()
    this.#seq = start.seq
    this.#encoder.state.position = start
    this.#filter = this.#createFilter()
    if (this.#filter !== null) this.#runUp(this.#filter)
    this.#frames.length = 0
    this.last++
    this.#openings.clear()
  }

  #pass(entry: LogEntry, filter: CueFilter | null, nowMs: number): LiveEvent[] {
    const { tracks } = this.wish
    if (entry.type === 'cue' && tracks !== null && !tracks.includes(entry.value.track)) return []
    if (filter === null) return [eventOf(entry)]
    // It was said long ago, and matched then.
    if (entry.type === 'cue' && entry.value.of !== undefined) return []
    const passed = filter.take(entry, nowMs).map(eventOf)
    return entry.type === 'cue' ? passed : [...passed, eventOf(entry)]
  }

  #createFilter(): CueFilter | null {
    const { query } = this.wish
    return query === null ? null : this.#options.filterOf(query, this.channel.id)
  }

  /** Fills a filter with what came before the tip; gives the cues it passes. */
  #runUp(filter: CueFilter): Cue[] {
    const nowMs = this.#options.now()
    const passed: Cue[] = []
    for (const entry of this.channel.tail(this.#seq))
      for (const event of this.#pass(entry, filter, nowMs))
        if (event.type === 'cue') passed.push(event)
    return passed
  }

  #takeDrafts(events: LiveEvent[]): void {
    const { channel } = this
    const ended = new Set(events.map((event) => (event.type === 'cue' ? event.track : '')))
    for (const [track, draft] of channel.drafts) {
      if (this.#told.get(track) === draft) continue
      if (!ended.has(track) && this.#mustWait(draft)) {
        // Looked at again at the next tick, whether or not anything else happens.
        this.#seen = -1
        continue
      }
      this.#waitingSince.delete(track)
      this.#told.set(track, draft)
      if (this.wish.tracks === null || this.wish.tracks.includes(track))
        events.push({ type: 'draft', channel: channel.id, ...draft })
    }
  }

  /**
   * The row before is still growing for readers: its cue is being stored. What comes after it waits for that moment, so
   * that no row goes off the screen and comes back, and the cue is a commit.
   */
  #mustWait({ track, run, id }: Draft): boolean {
    const { tracks } = this.#encoder.state
    const known = tracks.find((one) => one.track === track)
    if (known?.draft == null || known.run !== run || known.id >= id) return false
    const nowMs = this.#options.now()
    const sinceMs = this.#waitingSince.get(track) ?? nowMs
    this.#waitingSince.set(track, sinceMs)
    return nowMs - sinceMs < longestWaitMs
  }

  /** Undefined when it cannot be told exactly: the log does not reach back, or it is too much. */
  async #missed(since: number): Promise<LiveEvent[] | undefined> {
    const filter = this.#createFilter()
    const events: LiveEvent[] = []
    let at = filter === null ? since : Math.max(0, since - filterRunUp)
    const take = (entries: readonly LogEntry[]): void => {
      for (const entry of entries) {
        const { seq } = entry.value.position
        // What the stream has not taken yet comes with its next frame.
        if (seq > this.#seq) break
        at = seq
        const passed = this.#pass(entry, filter, this.#options.now())
        if (seq > since) events.push(...passed)
      }
    }
    for (;;) {
      this.flush()
      const rest = this.channel.after(at, Infinity)
      if (rest !== undefined) {
        take(rest)
        events.push(...(filter?.tick(this.#options.now()) ?? []).map(eventOf))
        return events
      }
      const from = { epoch: this.position.epoch, seq: at }
      const page = await this.#options.log.read(this.channel.id, from, entriesPerRead)
      if (!page.ok || events.length > mostMissed) return undefined
      const before = at
      take(page.entries)
      if (at === before) return events
    }
  }

  #opening(complete: boolean, missed: readonly LiveEvent[] | null, backlog: number): Opening {
    const { channel, wish } = this
    const drafts = wish.drafts
      ? [...channel.drafts.values()].filter(
          ({ text, track }) => text !== '' && (wish.tracks?.includes(track) ?? true),
        )
      : []
    const cues = missed === null ? this.#recent(backlog) : []
    const airing = this.#options.airing(channel.id)
    const state = cloneLiveState(this.#encoder.state)
    return { complete, missed, cues, drafts, airing, state, next: this.last + 1 }
  }

  #recent(backlog: number): Cue[] {
    const { delayMs, tracks } = this.wish
    if (backlog === 0) return []
    const filter = this.#createFilter()
    if (filter !== null) return this.#runUp(filter).slice(-backlog)
    const edge = new Date(this.#options.now() - delayMs).toISOString()
    return this.channel.recent
      .filter(
        (cue) =>
          (tracks?.includes(cue.track) ?? true) &&
          (delayMs === 0 || (cue.end <= edge && cue.position.seq <= this.#seq)),
      )
      .slice(-backlog)
  }
}
