import type {
  AiringEvent,
  BinEvent,
  CueEvent,
  GapEvent,
  RunEvent,
  SkipEvent,
} from '../../../protocol/events.ts'
import { isOwnGapId, type Batch, type LogEntry, type Reject } from '../../ports/log.ts'
import type { ChannelBook, ProducerNote } from './channel-book.ts'
import { IdSpans } from './id-spans.ts'
import type { OwnGap } from './log-holes.ts'
import { extendRun, Watch } from './log-watch.ts'
import { airingAt } from './airing-notes.ts'
import { revisionOf } from './revisions.ts'

/**
 * What a batch does to a channel's log, whatever the engine keeps it in: numbering, identity,
 * lateness, the airing of a cue. Pure: the books are read and changed in memory, and the engine
 * writes the effects in one transaction or forgets the books.
 */

/** A live cue stored longer than this after its end is late. */
export const lateAfterMs = 30_000

/** What must be written, besides the changed books. */
export interface Effects {
  readonly ok: true
  readonly received: number
  readonly entries: LogEntry[]
  readonly bins: BinEvent[]
  readonly rejects: Reject[]
  /** Runs whose note has changed. */
  readonly runs: Set<string>
  readonly airingsChanged: boolean
  readonly tracksChanged: boolean
  readonly watchChanged: boolean
  readonly duplicates: number
}

export type Refusal =
  | { readonly ok: false; readonly code: 'fenced' }
  | { readonly ok: false; readonly code: 'sequence-gap'; readonly expected: number }

/** Applies a batch to the books. A refusal leaves them as they were. */
export function applyBatch(book: ChannelBook, batch: Batch, nowMs: number): Effects | Refusal {
  if (batch.fence < book.fence) return { ok: false, code: 'fenced' }
  const expected = firstHole(batch.events, book.producer(batch.producer).received)
  if (expected !== undefined) return { ok: false, code: 'sequence-gap', expected }
  return new Application(book, batch, nowMs).run()
}

/** The number missing before an event; undefined when the events continue what was received. */
function firstHole(events: Batch['events'], received: number): number | undefined {
  let next = received + 1
  for (const event of events) {
    if (event.seq > next) return next
    next = Math.max(next, lastSeq(event) + 1)
  }
  return undefined
}

function lastSeq(event: Batch['events'][number]): number {
  return event.type === 'skip' ? Math.max(event.seq, event.to) : event.seq
}

class Application {
  readonly #book: ChannelBook
  readonly #batch: Batch
  readonly #nowMs: number
  readonly #producer: ProducerNote
  readonly #watch: Watch
  readonly #entries: LogEntry[] = []
  readonly #bins: BinEvent[] = []
  readonly #rejects: Reject[] = []
  readonly #runs = new Set<string>()
  #airingsChanged = false
  #tracksChanged = false
  #duplicates = 0

  constructor(book: ChannelBook, batch: Batch, nowMs: number) {
    this.#book = book
    this.#batch = batch
    this.#nowMs = nowMs
    this.#producer = book.producer(batch.producer)
    this.#watch = new Watch(book, nowMs, (gap) => this.#tellGap(gap))
  }

  run(): Effects {
    for (const event of this.#batch.events) {
      if (lastSeq(event) <= this.#producer.received) continue
      this.#apply(event)
      this.#producer.received = lastSeq(event)
    }
    return {
      ok: true,
      received: this.#producer.received,
      entries: this.#entries,
      bins: this.#bins,
      rejects: this.#rejects,
      runs: this.#runs,
      airingsChanged: this.#airingsChanged,
      tracksChanged: this.#tracksChanged,
      watchChanged: this.#watch.changed,
      duplicates: this.#duplicates,
    }
  }

  #apply(event: Batch['events'][number]): void {
    switch (event.type) {
      case 'run':
        this.#announceRun(event)
        break
      case 'cue':
        this.#storeCue(event)
        break
      case 'bin':
        this.#storeBin(event)
        break
      case 'airing':
        this.#storeAiring(event)
        break
      case 'gap':
        if (isOwnGapId(event.id)) this.#watch.open(event)
        else this.#storeGap(event)
        break
      case 'skip':
        if (event.lost === 'bin') this.#noteLostBin(event)
        else this.#openSkip(event)
        break
      case 'reject':
        this.#rejects.push(event)
        break
      case 'removed':
        this.#entries.push({
          type: 'removed',
          value: {
            channel: this.#book.channel,
            position: this.#nextPosition(),
            what: 'past',
            before: event.before,
          },
        })
        break
      case 'end':
        this.#watch.end(event.run)
        this.#endRun(event.run)
        break
    }
  }

  #announceRun(event: RunEvent): void {
    const note = this.#book.run(event.run)
    note.live = event.live
    for (const { track, language } of event.tracks) {
      note.languages.set(track, language ?? note.languages.get(track) ?? null)
      this.#seeTrack(track, language)
    }
    const tracks = [...note.languages].map(([track, language]) => ({ track, language }))
    note.announced = { ...event, startedAt: note.announced?.startedAt ?? event.startedAt, tracks }
    note.changed.announced = true
    this.#runs.add(event.run)
    // A run that is told again began before what was skipped.
    const startedMs = Date.parse(event.startedAt)
    if (startedMs >= (this.#producer.openSkip?.fromMs ?? startedMs))
      this.#passTime(event.run, startedMs)
  }

  /** A decode of what is stored already takes its place in this moment; others are known to be over. */
  #endRun(run = ''): void {
    const note = this.#book.run(run)
    if (note.announced === null) return
    note.announced = { ...note.announced, ended: true }
    note.changed.announced = true
    this.#runs.add(run)
  }

  #seeTrack(track: string, language: string | null): void {
    const { tracks } = this.#book
    const known = tracks.get(track)
    if (known !== undefined && (language === null || language === known)) return
    tracks.set(track, language ?? known ?? null)
    this.#tracksChanged = true
  }

  #storeCue(event: CueEvent): void {
    const note = this.#book.run(event.run)
    let ids = note.cues.get(event.track)
    if (ids === undefined) note.cues.set(event.track, (ids = new IdSpans()))
    const startMs = Date.parse(event.start)
    const endMs = Date.parse(event.end)
    this.#passTime(event.run, startMs, endMs)
    if (!ids.add(event.id)) {
      this.#duplicates++
      return
    }
    this.#runs.add(event.run)
    this.#seeTrack(event.track, null)
    const { airing = airingAt(this.#book.airings.values(), startMs) } = event
    const revised = note.announced === null ? undefined : revisionOf(note.announced)
    const late = revised !== undefined || (note.live && this.#nowMs - endMs > lateAfterMs)
    const value = {
      channel: this.#book.channel,
      track: event.track,
      id: event.id,
      start: event.start,
      end: event.end,
      text: event.text,
      mode: event.mode,
      language: note.languages.get(event.track) ?? null,
      run: event.run,
      position: this.#nextPosition(),
      airing,
      ...revised,
    }
    this.#entries.push({ type: 'cue', late, value })
  }

  #storeBin(event: BinEvent): void {
    const note = this.#book.run(event.run)
    const atMs = Date.parse(event.at)
    this.#passTime(event.run, atMs)
    const { producer } = this.#batch
    // A second producer of a run resends what its predecessor may have delivered. A run is
    // deterministic and its BIN arrives in order, so whatever is not beyond the last is here already.
    if (note.binProducer !== null && note.binProducer !== producer && atMs <= note.binAtMs) {
      this.#duplicates++
      return
    }
    note.binProducer = producer
    note.binAtMs = atMs
    note.changed.bin = true
    this.#runs.add(event.run)
    this.#bins.push(event)
  }

  #storeAiring(event: AiringEvent): void {
    const value = {
      channel: this.#book.channel,
      id: event.id,
      run: event.run,
      title: event.title,
      start: event.start,
      end: event.end,
      source: event.source,
      description: event.description,
      category: event.category,
      rating: event.rating,
      position: this.#nextPosition(),
    }
    const endMs = event.end === null ? null : Date.parse(event.end)
    // Deleted first, so that the latest stored is the last in the map and wins a tie.
    this.#book.airings.delete(event.id)
    this.#book.airings.set(event.id, { id: event.id, startMs: Date.parse(event.start), endMs })
    this.#airingsChanged = true
    this.#entries.push({ type: 'airing', value })
  }

  #storeGap({ id, run, from, to, reason }: GapEvent): void {
    const fromMs = Date.parse(from)
    const toMs = to === null ? null : Date.parse(to)
    this.#tellGap({ id, run, fromMs, toMs, reason })
    this.#watch.hearGap(id, fromMs, toMs)
  }

  /** The transcript is whole; that its original is not is kept for whoever looks into it. */
  #noteLostBin(event: SkipEvent): void {
    const { lastTimeMs } = this.#producer
    const after = lastTimeMs === null ? '' : ` after ${new Date(lastTimeMs).toISOString()}`
    this.#rejects.push({
      ...{ type: 'reject', seq: event.seq, code: 'bin-lost', line: JSON.stringify(event) },
      detail: `${event.to - event.seq + 1} BIN events${after} were dropped by the tuner: spool-overflow`,
    })
  }

  /** One that follows another with no time between them lengthens its gap. */
  #openSkip(event: SkipEvent): void {
    if (this.#producer.openSkip !== null) return
    const fromMs = this.#producer.lastTimeMs ?? this.#nowMs
    const reason = event.reason === 'spool-overflow' ? 'spool-overflow' : 'server-restart'
    this.#producer.openSkip = { id: `skip-${this.#batch.producer}-${event.seq}`, fromMs, reason }
    this.#storeSkipGap(null)
  }

  /** A time the producer speaks of: the end of an open skip, and the beginning of the next. */
  #passTime(run: string, fromMs: number, toMs: number = fromMs): void {
    const producer = this.#producer
    if (producer.openSkip !== null) {
      this.#storeSkipGap(fromMs)
      producer.openSkip = null
    }
    producer.lastTimeMs = Math.max(producer.lastTimeMs ?? toMs, toMs)
    this.#watch.hearRun(run, fromMs)
    if (extendRun(this.#book.run(run), fromMs, toMs)) this.#runs.add(run)
  }

  #storeSkipGap(toMs: number | null): void {
    const { openSkip } = this.#producer
    if (openSkip === null) return
    const fromMs = toMs === null ? openSkip.fromMs : Math.min(openSkip.fromMs, toMs)
    this.#tellGap({ ...openSkip, run: null, fromMs, toMs })
    this.#watch.hearGap(openSkip.id, fromMs, toMs)
  }

  #tellGap({ id, run, fromMs, toMs, reason }: OwnGap): void {
    const value = {
      channel: this.#book.channel,
      id,
      run,
      from: new Date(fromMs).toISOString(),
      to: toMs === null ? null : new Date(toMs).toISOString(),
      reason,
      position: this.#nextPosition(),
    }
    this.#entries.push({ type: 'gap', value })
  }

  #nextPosition(): { epoch: string; seq: number } {
    this.#book.tip++
    return { epoch: this.#book.epoch, seq: this.#book.tip }
  }
}
