import type { Reader } from '../../../policy/view.ts'
import type { Alert } from '../../../protocol/alerts.ts'
import { messageOf } from '../../../protocol/message-of.ts'
import type { Position } from '../../../protocol/position.ts'
import type {
  AlertLedger,
  AlertPast,
  Found,
  Place,
  Received,
  Standing,
} from '../../ports/alerts.ts'
import type { Announcement } from '../../ports/broker.ts'
import type { Directory } from '../../ports/directory.ts'
import type { Log, LogEntry, LogPage } from '../../ports/log.ts'
import type { Logger } from '../../ports/telemetry.ts'
import type { AlertBook } from './alert-book.ts'
import { Ear } from './ear.ts'
import { FoundNotes } from './found-notes.ts'

export interface AlertRunnerOptions {
  readonly log: Pick<Log, 'read' | 'tip'>
  readonly store: Pick<AlertLedger, 'places' | 'keep' | 'record' | 'forget'>
  readonly standing: Standing
  readonly book: AlertBook
  readonly directory: Pick<Directory, 'channel' | 'channels'>
  readonly airing: (channel: string) => { readonly id: string; readonly title: string } | null
  readonly readerOf: (owner: string) => Reader | undefined
  readonly logger: Logger
  readonly now: () => number
  /** What was stored and the log no longer keeps; null = nothing knows it. */
  readonly past: AlertPast | null
  /** How often the log is asked though nothing was announced, ms: between nodes the news may be lost; null = never. */
  readonly lookMs: number | null
  /** Called when mentions were recorded, with whose. */
  readonly onMentions: (alerts: ReadonlySet<string>) => void
  /** Called with how many entries the log had given up before they were heard. */
  readonly onMissed: (entries: number) => void
  /** Called after every attempt to hear: why it failed, or null. */
  readonly onState: (problem: string | null) => void
}

/**
 * Entries before the place up to which a channel was heard that are heard again at a start, so that what is said across
 * the stop is matched, and what waited to be decided. What begins in the first of them was recorded long ago: they are
 * what its second half is held against, more than a window of tokens and half a minute each.
 */
const heardAgain = { context: 300, pending: 300 }
const pageLimit = 500
/** What is long ago is not looked up by its number: few large pages are quicker than many. */
const pastLimit = 5000
/** How often places are kept when nothing is found: what came after them is heard again after a crash. */
const keepPlacesMs = 10_000
const retryMs = 5000
/** Channels with something found that are recorded together while the log is caught up with. */
const mostNoted = 100

/**
 * Hears every channel's log, in order, from where it was heard last, and records what the alerts find in it. What is
 * recorded is recorded with the place it was heard up to; what a crash takes is heard again, and is the same.
 */
export class AlertRunner implements AsyncDisposable {
  readonly #options: AlertRunnerOptions
  readonly #ears = new Map<string, Ear>()
  #isBegun = false
  /** From the moment that the matcher was told its queries, it is told their changes. */
  #isListening = false
  #working: Promise<void> = Promise.resolve()
  #isQueued = false
  #isClosed = false
  #keptMs = 0
  #lookedMs = 0
  #notBeforeMs = -Infinity
  readonly #notes: FoundNotes

  constructor(options: AlertRunnerOptions) {
    this.#options = options
    this.#notes = new FoundNotes(options)
  }

  /** What was announced; a listener of the broker. */
  take(announcement: Announcement): void {
    const { book, now } = this.#options
    if (announcement.type !== 'entries' || book.size === 0) return
    const { channel, entries } = announcement
    const [first] = entries
    if (this.#isBegun && first !== undefined && !this.#ears.has(channel)) {
      // All that is known were there when it began: this one is new.
      this.#ears.set(channel, beginning(first.value.position))
    }
    this.#ears.get(channel)?.take(entries, now())
    this.work()
  }

  /** Hears what there is, soon; one call after the other. */
  work(): void {
    if (this.#isQueued || this.#isClosed) return
    this.#isQueued = true
    this.#working = this.#working.then(async () => {
      this.#isQueued = false
      const { book, logger, now, onState } = this.#options
      if (book.size === 0 || now() < this.#notBeforeMs) return
      try {
        await this.#hearAll()
        onState(null)
      } catch (error) {
        onState(messageOf(error))
        this.#forgetAll()
        this.#notBeforeMs = now() + retryMs
        logger.error({ err: error }, 'alerts stand still; they go on from where they were')
      }
    })
  }

  /** What was asked for is done, and nothing more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true
    await this.#working
  }

  /** Queries that are waited for from now on, and no more. */
  async listenFor(added: readonly string[], removed: readonly string[]): Promise<void> {
    if (this.#isListening && added.length + removed.length > 0)
      await this.#options.standing.listenFor(added, removed)
  }

  /** Alerts that became known here some time after they were made: what was aired since is heard again for them. */
  async hearAgainFor(alerts: readonly Alert[]): Promise<void> {
    // Whoever begins hears for all.
    if (!this.#isListening) return
    const { standing, book, now } = this.#options
    const keys = alerts.flatMap(({ id }) => book.keyOf(id) ?? [])
    const [since] = alerts.map((alert) => alert.since).sort()
    if (since === undefined || keys.length === 0) return
    const found = await standing.heardSince(keys, since, now())
    const late = new Set(alerts.map(({ id }) => id))
    for (const [channel, some] of Map.groupBy(found, ({ passage }) => passage.channel))
      this.#notes.add(channel, null, some, (id) => late.has(id))
    this.work()
  }

  /** Nobody listened until now; resolves when nothing is missed any more. */
  async beginAnew(): Promise<void> {
    await this.#working
    this.#forgetAll()
    this.work()
    await this.#working
  }

  #forgetAll(): void {
    this.#isBegun = false
    this.#isListening = false
    this.#ears.clear()
    this.#notes.take()
  }

  async #hearAll(): Promise<void> {
    const { standing, now } = this.#options
    if (!this.#isBegun) await this.#begin()
    await this.#lookAround()
    // Of a thousand channels one or two have said something since.
    const heard = await Promise.allSettled(
      [...this.#ears]
        .filter(([, ear]) => ear.hasNews)
        .map(([channel, ear]) => this.#hearChannel(channel, ear)),
    )
    for (const one of heard) if (one.status === 'rejected') throw one.reason
    // Time decides nothing about what lies here unheard.
    const decidedMs = Math.min(now(), ...[...this.#ears.values()].map((ear) => ear.heardUntilMs))
    const decided = decidedMs === -Infinity ? [] : await standing.tick(decidedMs)
    const byChannel = Map.groupBy(decided, ({ passage }) => passage.channel)
    for (const [channel, found] of byChannel) this.#notes.add(channel, null, found)
    await this.#record()
    if (now() - this.#keptMs >= keepPlacesMs) await this.#keepPlaces()
  }

  async #begin(): Promise<void> {
    const { store, standing, book, log, directory } = this.#options
    this.#isListening = true
    await standing.begin(book.keys())
    const places = await store.places()
    for (const place of places ?? []) this.#ears.set(place[0], await this.#resume(place))
    for (const { id } of directory.channels()) {
      if (this.#ears.has(id)) continue
      const tip = await log.tip(id)
      this.#ears.set(id, places === null ? await this.#firstEar(id, tip) : beginning(tip))
    }
    await this.#keepPlaces()
    this.#isBegun = true
  }

  async #lookAround(): Promise<void> {
    const { lookMs, now, directory, log } = this.#options
    if (lookMs === null || now() - this.#lookedMs < lookMs) return
    this.#lookedMs = now()
    for (const ear of this.#ears.values()) ear.isBehind = true
    for (const { id } of directory.channels()) {
      if (this.#ears.has(id)) continue
      const tip = await log.tip(id)
      // It may have been announced meanwhile.
      if (!this.#ears.has(id)) this.#ears.set(id, beginning(tip))
    }
  }

  /** Of several nodes, something may have been said since the first alert was made on another. */
  async #firstEar(channel: string, tip: Position): Promise<Ear> {
    if (this.#options.lookMs === null || tip.seq === 0) return new Ear(tip, true, -1)
    const ear = await this.#resume([channel, tip])
    // It was never kept.
    ear.keptSeq = -1
    return ear
  }

  /** Hears again what was said just before a place. */
  async #resume([channel, place]: Place): Promise<Ear> {
    const { log, past, now } = this.#options
    const length = heardAgain.context + heardAgain.pending
    let since = { ...place, seq: Math.max(0, place.seq - length) }
    let page = await log.read(channel, since, place.seq - since.seq)
    if (!page.ok && page.oldest.epoch === place.epoch && page.oldest.seq < place.seq) {
      since = page.oldest
      page = await log.read(channel, since, Math.min(length, place.seq - since.seq))
    }
    const entries = page.ok
      ? page.entries
      : await past?.(channel, since.seq, Math.min(place.seq, page.oldest.seq), length)
    if (entries !== undefined) {
      const afterSeq = since.seq === 0 ? 0 : since.seq + heardAgain.context
      const found = await this.#hear(channel, received(entries, now()))
      const pending = found.filter(
        ({ passage }) => (passage.cues[0]?.cue.position.seq ?? 0) > afterSeq,
      )
      this.#notes.add(channel, null, pending)
    }
    return new Ear(place, true, place.seq)
  }

  /** Up to where all channels were heard, whatever was found there. */
  async #keepPlaces(): Promise<void> {
    const { store, now } = this.#options
    const moved = [...this.#ears].filter(([, ear]) => ear.keptSeq !== ear.position.seq)
    if (moved.length > 0 || !this.#isBegun)
      await store.keep(moved.map(([channel, { position }]) => [channel, position]))
    for (const [, ear] of moved) ear.keptSeq = ear.position.seq
    this.#keptMs = now()
  }

  async #hearChannel(channel: string, ear: Ear): Promise<void> {
    const { log, now } = this.#options
    const announced = ear.announced()
    if (!ear.isBehind) {
      await this.#heard(channel, ear, announced)
      return
    }
    ear.isBehind = false
    for (;;) {
      const page = await log.read(channel, ear.position, pageLimit)
      if (!page.ok) {
        await this.#hearPast(channel, ear, page)
        continue
      }
      await this.#heard(channel, ear, received(page.entries, now()))
      if (page.entries.length < pageLimit) return
    }
  }

  /** What the log gave up before it was heard: as far as something else knows it, up to where the log begins. */
  async #hearPast(
    channel: string,
    ear: Ear,
    { oldest, position }: Extract<LogPage, { ok: false }>,
  ): Promise<void> {
    const { past, now, logger, onMissed } = this.#options
    const isSame = oldest.epoch === ear.position.epoch
    // Ahead of its end: it is not the log that was heard.
    if (isSame && ear.position.seq > position.seq) {
      ear.position = position
      return
    }
    if (past === null) {
      const missed = isSame ? oldest.seq - ear.position.seq : oldest.seq
      if (missed > 0) {
        onMissed(missed)
        logger.error({ channel, missed }, 'alerts missed what the log no longer keeps')
      }
    }
    // Numbers of an epoch that ended name the same in the next one, as far as they were stored.
    while (past !== null && ear.position.seq < oldest.seq) {
      const entries = await past(channel, ear.position.seq, oldest.seq, pastLimit)
      await this.#heard(channel, ear, received(entries, now()))
      if (entries.length < pastLimit) break
    }
    ear.position = oldest
  }

  /** Entries that follow on what was heard. What is removed goes after what was said before, and before what was after. */
  async #heard(channel: string, ear: Ear, entries: readonly Received[]): Promise<void> {
    let from = 0
    while (from < entries.length) {
      const removal = entries.findIndex(({ entry }, n) => n >= from && entry.type === 'removed')
      const to = removal < 0 ? entries.length : removal
      const part = entries.slice(from, to)
      const position = part.at(-1)?.entry.value.position ?? ear.position
      if (part.length > 0) this.#notes.add(channel, position, await this.#hear(channel, part))
      const removed = entries[to]?.entry
      if (removed?.type === 'removed') await this.#forget(channel, removed)
      ear.position = removed?.value.position ?? position
      from = to + 1
    }
    if (this.#notes.size > mostNoted) await this.#record()
  }

  async #hear(channel: string, entries: readonly Received[]): Promise<readonly Found[]> {
    const { standing, now, airing, directory } = this.#options
    const record = directory.channel(channel)
    if (record === undefined) return []
    const { id, network, timeZone } = record
    return await standing.hear({
      ...{ channel: { id, network, timeZone }, airing: airing(id), entries, nowMs: now() },
    })
  }

  async #record(): Promise<void> {
    const { store, onMentions } = this.#options
    const found = this.#notes.take()
    if (found.length === 0) return
    await store.record(found)
    for (const { channel, position } of found) {
      const ear = this.#ears.get(channel)
      if (ear !== undefined && position !== null) ear.keptSeq = position.seq
    }
    onMentions(
      new Set(found.flatMap(({ mentions }) => mentions.map(({ mention }) => mention.alert))),
    )
  }

  async #forget(channel: string, { value }: LogEntry & { type: 'removed' }): Promise<void> {
    const { store } = this.#options
    await this.#record()
    if (value.what === 'past') await store.forget(channel, { before: value.before })
    else if (value.what === 'cue' && value.run !== null && value.track !== null)
      await store.forget(channel, { run: value.run, track: value.track, cue: Number(value.id) })
  }
}

function beginning({ epoch }: Position): Ear {
  return new Ear({ epoch, seq: 0 }, true, -1)
}

function received(entries: readonly LogEntry[], receivedMs: number): Received[] {
  return entries.map((entry) => ({ entry, receivedMs }))
}
