import type { Reader, View } from '../../policy/view.ts'
import { CcrError, type Code } from '../../protocol/codes.ts'
import type { Position } from '../../protocol/position.ts'
import type { Archive } from '../ports/archive.ts'
import type { Broker } from '../ports/broker.ts'
import type { Log } from '../ports/log.ts'
import type { Logger } from '../ports/telemetry.ts'
import { LiveBeat } from './live-beat.ts'
import { LiveChannel, type AiringOf } from './live-channel.ts'
import type { CueFilter, StreamWish } from './live-stream.ts'
import { LiveViewer, type LiveSubscription, type ViewerSink } from './live-viewer.ts'

export interface LiveHubOptions {
  readonly log: Log
  readonly archive: Archive
  readonly broker: Broker
  /** What a reader may have of a channel; undefined when there is no such channel. */
  readonly view: (reader: Reader, channel: string) => View | undefined
  readonly airing: AiringOf
  readonly logger: Logger
  readonly now: () => number
  readonly random: () => number
  /** Parses a query into a filter of its own state; throws `bad-request`. Undefined: queries are refused. */
  readonly filterOf?: ((query: string) => CueFilter) | undefined
}

export interface SubscribeWish {
  readonly since: Position | null
  readonly tracks: readonly string[] | null
  readonly query: string | null
  readonly backlog: number
}

/** Phases that viewers are spread over, so that their writes do not come at once. */
const beats = 4
const viewersPerBeat = 500
const mostSubscriptions = 200
/** Openings made in one go; the ticks of everyone else come between. */
const openingsPerTurn = 50
const expireEveryMs = 5000
/** Viewers told to go come back over this time, not all at once. */
const comeBackSpreadMs = 5000

/** Follows every channel's log and tells the viewers, tick by tick (docs/decisions/0005-live-delivery.md). */
export class LiveHub implements AsyncDisposable {
  readonly #options: LiveHubOptions
  readonly #channels = new Map<string, LiveChannel>()
  readonly #beats: readonly LiveBeat[]
  readonly #viewers = new Map<LiveViewer, LiveBeat>()
  readonly #ended = new AbortController()
  readonly #expiry: ReturnType<typeof setInterval>
  #openings: (() => void)[] = []
  #isOpening = false
  #nextSlot = 1
  #nextBeat = 0
  #isDraining = false

  constructor(options: LiveHubOptions) {
    this.#options = options
    const lost = (viewer: LiveViewer, subscription: LiveSubscription): void =>
      this.#reopen(viewer, subscription)
    this.#beats = Array.from(
      { length: beats },
      (_, phase) =>
        new LiveBeat({ ...options, phase: phase / beats, lost, viewers: () => this.viewers }),
    )
    options.broker.listen((announcement) => {
      this.#channel(announcement.channel).take(announcement)
    }, this.#ended.signal)
    this.#expiry = setInterval(() => {
      for (const channel of this.#channels.values()) channel.expireDrafts()
    }, expireEveryMs)
    this.#expiry.unref()
  }

  get viewers(): number {
    return this.#viewers.size
  }

  /** Milliseconds between two writes to a viewer, at present. */
  get tickMs(): number {
    return this.#beats[0]?.tickMs ?? 0
  }

  join(reader: Reader, sink: ViewerSink): LiveViewer {
    const viewer = new LiveViewer(reader, sink, this.#options.now())
    const inUse = Math.min(beats, 1 + Math.floor(this.#viewers.size / viewersPerBeat))
    const beat = this.#beats[this.#nextBeat++ % inUse]
    if (beat === undefined) throw new RangeError('no beat')
    this.#viewers.set(viewer, beat)
    beat.add(viewer)
    if (this.#isDraining) sink.bye(this.#comeBackMs())
    return viewer
  }

  leave(viewer: LiveViewer): void {
    const beat = this.#viewers.get(viewer)
    if (beat === undefined) return
    this.#viewers.delete(viewer)
    for (const channel of [...viewer.subscriptions.keys()]) this.unsubscribe(viewer, channel)
    beat.delete(viewer)
  }

  /** Refusals are told through the sink. */
  subscribe(viewer: LiveViewer, channel: string, wish: SubscribeWish): void {
    this.#openings.push(() => {
      this.#open(viewer, channel, wish).catch((error: unknown) => {
        this.#refuse(viewer, channel, error)
      })
    })
    this.#makeOpenings()
  }

  unsubscribe(viewer: LiveViewer, channel: string): boolean {
    const subscription = viewer.subscriptions.get(channel)
    if (subscription === undefined) return false
    viewer.subscriptions.delete(channel)
    this.#viewers.get(viewer)?.release(subscription.stream)
    return true
  }

  /** Channels or their policies changed: who may no longer read is told so, who reads otherwise is opened again. */
  policiesChanged(): void {
    for (const viewer of this.#viewers.keys())
      for (const [channel, { stream, seq }] of [...viewer.subscriptions]) {
        const view = this.#options.view(viewer.reader, channel)
        const wish = stream.wish
        if (view?.allowed === true && view.delayMs === wish.delayMs) continue
        this.unsubscribe(viewer, channel)
        if (view?.allowed !== true)
          viewer.sink.problem(channel, 'forbidden', 'This channel is no longer open to you.')
        else
          this.subscribe(viewer, channel, {
            since: { epoch: stream.position.epoch, seq },
            tracks: wish.tracks,
            query: wish.filter?.key ?? null,
            backlog: 0,
          })
      }
  }

  /** Tells every viewer to come back, and waits until they have gone or the time is over. */
  async drain(forMs: number): Promise<void> {
    this.#isDraining = true
    for (const beat of this.#beats) beat.tick()
    for (const viewer of this.#viewers.keys()) viewer.sink.bye(this.#comeBackMs())
    const until = this.#options.now() + forMs
    while (this.#viewers.size > 0 && this.#options.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 50))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort()
    clearInterval(this.#expiry)
    for (const beat of this.#beats) beat.stop()
    await Promise.resolve()
  }

  #comeBackMs(): number {
    return Math.round(200 + this.#options.random() * comeBackSpreadMs)
  }

  #channel(id: string): LiveChannel {
    let channel = this.#channels.get(id)
    if (channel === undefined) {
      channel = new LiveChannel({ ...this.#options, id, slot: this.#nextSlot++ })
      this.#channels.set(id, channel)
    }
    return channel
  }

  async #open(viewer: LiveViewer, id: string, wish: SubscribeWish): Promise<void> {
    const { view, filterOf } = this.#options
    const seen = view(viewer.reader, id)
    if (seen === undefined || (!seen.allowed && seen.because === 'hidden'))
      throw new CcrError('unknown-channel', `There is no channel ${id}.`)
    if (!seen.allowed)
      throw new CcrError('unauthorized', `The channel ${id} is for those who sign in.`)
    if (viewer.subscriptions.size >= mostSubscriptions && !viewer.subscriptions.has(id))
      throw new CcrError(
        'too-many-requests',
        `More than ${mostSubscriptions} channels on one connection.`,
      )
    if (wish.query !== null && filterOf === undefined)
      throw new CcrError('bad-request', 'query: live queries are not offered by this server')
    const filter = wish.query === null ? null : (filterOf?.(wish.query) ?? null)
    const channel = this.#channel(id)
    await channel.warm()
    await this.#begin(viewer, channel, {
      wish: {
        delayMs: seen.delayMs,
        drafts: seen.drafts && filter === null,
        tracks: wish.tracks,
        filter,
      },
      since: wish.since,
      backlog: wish.backlog,
    })
  }

  async #begin(
    viewer: LiveViewer,
    channel: LiveChannel,
    { wish, since, backlog }: { wish: StreamWish; since: Position | null; backlog: number },
  ): Promise<void> {
    const beat = this.#viewers.get(viewer)
    if (beat === undefined) return
    this.unsubscribe(viewer, channel.id)
    const stream = beat.stream(channel, wish)
    const subscription: LiveSubscription = { stream, next: null, seq: since?.seq ?? 0 }
    viewer.subscriptions.set(channel.id, subscription)
    const opening = await stream.open(since, backlog)
    if (viewer.subscriptions.get(channel.id) !== subscription) return
    subscription.next = stream.last + 1
    subscription.seq = opening.state.position.seq
    viewer.sink.open(channel.id, channel.slot, opening)
  }

  /** A viewer was away too long for the kept frames: it goes on from the position it was told. */
  #reopen(viewer: LiveViewer, { stream, seq }: LiveSubscription): void {
    const subscription = viewer.subscriptions.get(stream.channel.id)
    if (subscription === undefined) return
    subscription.next = null
    const since = { epoch: stream.position.epoch, seq }
    this.#openings.push(() => {
      this.#begin(viewer, stream.channel, { wish: stream.wish, since, backlog: 0 }).catch(
        (error: unknown) => this.#refuse(viewer, stream.channel.id, error),
      )
    })
    this.#makeOpenings()
  }

  #refuse(viewer: LiveViewer, channel: string, error: unknown): void {
    const known = error instanceof CcrError
    const code: Code = known ? error.code : 'internal'
    if (!known)
      this.#options.logger.error({ err: error, channel }, 'a subscription could not be opened')
    this.unsubscribe(viewer, channel)
    viewer.sink.problem(
      channel,
      code,
      known ? error.message : 'Something went wrong on the server.',
    )
  }

  /** Ten thousand that return at once are served in turns, between the ticks of those who stayed. */
  #makeOpenings(): void {
    if (this.#isOpening) return
    this.#isOpening = true
    setImmediate(() => {
      this.#isOpening = false
      const turn = this.#openings.splice(0, openingsPerTurn)
      for (const open of turn) open()
      if (this.#openings.length > 0) this.#makeOpenings()
    })
  }
}
