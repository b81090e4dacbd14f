import type { Reader, View } from '../../../policy/view.ts'
import { CcrError, type Code } from '../../../protocol/codes.ts'
import type { Archive } from '../../ports/archive.ts'
import type { Broker } from '../../ports/broker.ts'
import type { Log } from '../../ports/log.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { LiveBeat } from './live-beat.ts'
import { LiveChannel, recentCues, type AiringOf } from './live-channel.ts'
import { LiveOpenings } from './live-openings.ts'
import { LivePace } from './live-pace.ts'
import type { LiveQueries } from './live-queries.ts'
import { delayMarginMs, type StreamOptions, type StreamWish } from './live-stream.ts'
import {
  LiveViewer,
  type LiveSubscription,
  type SubscribeWish,
  type ViewerSink,
} from './live-viewer.ts'

export interface LiveHubOptions {
  readonly log: Log
  readonly archive: Archive
  readonly broker: Broker
  /** What a reader may have of a channel; undefined when there is no such channel. */
  readonly view: (reader: Reader, channel: string) => View | undefined
  readonly airing: AiringOf
  /** Whether a producer is connected to any node, or may still come back within its lease. */
  readonly isFed: (channel: string) => boolean
  readonly queries: LiveQueries
  readonly logger: Logger
  readonly now: () => number
  readonly random: () => number
}

/** Phases that viewers are spread over, so that their writes do not come at once. */
const beats = 8
/** Fewer share one beat: each beat encodes every channel for itself. */
const viewersPerBeat = 1250
const mostSubscriptions = 200
const expireEveryMs = 5000
/** Viewers told to go come back over this time, not all at once. */
const comeBackSpreadMs = 5000

/** Follows every channel's log and tells the viewers, tick by tick (docs/decisions/0005-live-delivery.md). */
export class LiveHub implements AsyncDisposable {
  readonly #options: LiveHubOptions
  readonly #channels = new Map<string, LiveChannel>()
  readonly #beats: readonly LiveBeat[]
  readonly #viewers = new Map<LiveViewer, LiveBeat>()
  readonly #pace = new LivePace(() => this.viewers)
  readonly #openings: LiveOpenings
  readonly #ended = new AbortController()
  readonly #expiry: ReturnType<typeof setInterval>
  #nextBeat = 0
  #isDraining = false
  /** Viewers whose next frames were gone; a slow network, not a fault. */
  reopened = 0

  constructor(options: LiveHubOptions) {
    this.#options = options
    this.#openings = new LiveOpenings((viewer, channel) => {
      const wish = viewer.wishes.get(channel)
      if (wish === undefined) return
      this.#open(viewer, channel, wish).catch((error: unknown) => {
        if (viewer.wishes.get(channel) === wish) this.#refuse(viewer, channel, error)
      })
    })
    const stream: StreamOptions = {
      ...{ airing: options.airing, log: options.log, now: options.now },
      filterOf: (query, channel) => options.queries.filter(query, channel),
    }
    this.#beats = Array.from(
      { length: beats },
      (_, phase) =>
        new LiveBeat({
          ...stream,
          phase: phase / beats,
          pace: this.#pace,
          lost: (viewer, subscription) => this.#reopen(viewer, subscription),
          drained: (viewer) => this.#openings.resume(viewer),
        }),
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
    return this.#pace.tickMs
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
    for (const channel of [...viewer.wishes.keys()]) this.unsubscribe(viewer, channel)
    this.#viewers.delete(viewer)
    beat.delete(viewer)
  }

  /** `bad-request` (CcrError) when it is not a query. */
  checkQuery(query: string): void {
    this.#options.queries.canonical(query)
  }

  /** Replaces an earlier subscription to the channel. Refusals are told through the sink. */
  subscribe(viewer: LiveViewer, channel: string, wish: SubscribeWish): void {
    if (!this.#viewers.has(viewer)) return
    if (viewer.wishes.size >= mostSubscriptions && !viewer.wishes.has(channel)) {
      const most = `More than ${mostSubscriptions} channels on one connection.`
      viewer.sink.problem(channel, 'too-many-requests', most)
      return
    }
    viewer.wishes.set(channel, wish)
    this.#openings.add(viewer, channel)
  }

  unsubscribe(viewer: LiveViewer, channel: string): void {
    viewer.wishes.delete(channel)
    viewer.unopened.delete(channel)
    this.#release(viewer, channel)
  }

  /** Channels or their policies changed: who may no longer read is told so, who reads otherwise is opened again. */
  policiesChanged(): void {
    for (const viewer of this.#viewers.keys())
      for (const [channel, subscription] of [...viewer.subscriptions]) {
        const view = this.#options.view(viewer.reader, channel)
        if (view?.allowed === true && view.delayMs === subscription.stream.wish.delayMs) continue
        if (view?.allowed === true) {
          this.#reopen(viewer, subscription)
          continue
        }
        this.unsubscribe(viewer, channel)
        viewer.sink.problem(channel, 'forbidden', 'This channel is no longer open to you.')
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
      channel = new LiveChannel({ ...this.#options, id })
      this.#channels.set(id, channel)
    }
    return channel
  }

  async #open(viewer: LiveViewer, id: string, wish: SubscribeWish): Promise<void> {
    const { view, queries } = this.#options
    const seen = view(viewer.reader, id)
    if (seen === undefined || (!seen.allowed && seen.because === 'hidden'))
      throw new CcrError('unknown-channel', `There is no channel ${id}.`)
    if (!seen.allowed)
      throw new CcrError('unauthorized', `The channel ${id} is for those who sign in.`)
    const query = wish.query === null ? null : queries.canonical(wish.query)
    const channel = this.#channel(id)
    await channel.warm()
    // It comes from another node, which has heard more by now, or of another epoch.
    if (wish.since !== null && !channel.reaches(wish.since)) await channel.catchUp()
    if (seen.delayMs > 0) await channel.reachBack(seen.delayMs + delayMarginMs)
    await this.#begin(viewer, channel, wish, {
      delayMs: seen.delayMs,
      drafts: seen.drafts && query === null,
      tracks: wish.tracks,
      query,
    })
  }

  async #begin(
    viewer: LiveViewer,
    channel: LiveChannel,
    wish: SubscribeWish,
    as: StreamWish,
  ): Promise<void> {
    const beat = this.#viewers.get(viewer)
    if (beat === undefined || viewer.wishes.get(channel.id) !== wish) return
    this.#release(viewer, channel.id)
    const { since, backlog } = wish
    const stream = beat.stream(channel, as)
    const slot = viewer.freeSlot()
    const subscription: LiveSubscription = { stream, slot, next: null, epoch: null, seq: 0 }
    viewer.subscriptions.set(channel.id, subscription)
    const opening = await stream.open(since, backlog)
    if (viewer.subscriptions.get(channel.id) !== subscription) return
    subscription.next = opening.next
    subscription.epoch = opening.state.position.epoch
    subscription.seq = opening.state.position.seq
    viewer.sink.open(channel.id, slot, opening)
  }

  /** From the position it was told: it was away too long for the kept frames, or reads otherwise now. */
  #reopen(viewer: LiveViewer, subscription: LiveSubscription): void {
    const { stream, seq } = subscription
    const { id } = stream.channel
    const wish = viewer.wishes.get(id)
    if (wish === undefined || viewer.subscriptions.get(id) !== subscription) return
    this.reopened++
    subscription.next = null
    const epoch = subscription.epoch ?? stream.position.epoch
    // Of another log it cannot be told what was missed: it is shown what was said last.
    const backlog = epoch === stream.position.epoch ? 0 : recentCues
    this.subscribe(viewer, id, { ...wish, since: { epoch, seq }, backlog })
  }

  #release(viewer: LiveViewer, channel: string): void {
    const subscription = viewer.subscriptions.get(channel)
    if (subscription === undefined) return
    viewer.subscriptions.delete(channel)
    this.#viewers.get(viewer)?.release(subscription.stream)
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
}
