import type { StatementSync } from 'node:sqlite'
import type { LogReader } from '../../log/log-reader.ts'
import { announcedRuns } from '../../log/log-reader.ts'
import { integer, text } from '../../../rules/columns.ts'
import { rows } from '../../database.ts'
import { supersededRuns } from '../../../rules/revisions.ts'
import { formatMonth, monthOf } from '../../volumes/months.ts'
import type { IndexVolume } from './index-volume.ts'
import type { IndexVolumes, Lease } from './index-volumes.ts'
import { CutBook } from './cut-book.ts'
import { Settled } from './settled.ts'
import { SpanBook } from './span-book.ts'
import { TailChunk } from '../tail/tail-chunk.ts'
import { Tail, streamName } from '../tail/tail.ts'
import type { History } from '../tail/tail-stream.ts'
import type { UnreadMonths } from './unread-months.ts'

/** What was read of the log so recently is taken as it is. */
const freshMs = 200
const entriesPerRead = 5000

/** One moment of all that can be searched. */
export interface Moment {
  readonly lease: Lease
  readonly tail: TailChunk
  /** The first minute of a stream that the tail owns. */
  readonly tailOwns: ReadonlyMap<string, number>
  readonly superseded: ReadonlyMap<string, ReadonlySet<string>>
  readonly settled: Settled
  /** What is missing of it, beside what its lease tells. */
  readonly problems: readonly string[]
}

/** A moment that searches which begin within it share. */
interface Shared {
  readonly moment: Moment
  readonly fromMonth: number
  readonly toMonth: number
  /** When the log was read for it. */
  readonly readMs: number
  uses: number
  isOver: boolean
}

/** Follows log and index, and keeps what is in no chunk yet ready for searching. */
export class SearchState {
  readonly spans: SpanBook
  readonly cuts: CutBook
  readonly #log: LogReader
  readonly #indexes: IndexVolumes
  readonly #tail: Tail
  readonly #sql: Record<'channels' | 'revised' | 'revisions', StatementSync>
  readonly #seen = new Map<string, number>()
  #superseded = new Map<string, ReadonlySet<string>>()
  #revisions = -1
  #settled = ''
  #readMs = -Infinity
  #serial = 0
  #shared: Shared | undefined
  #timer: NodeJS.Timeout | undefined
  #chunk: { readonly version: number; readonly chunk: TailChunk } | undefined

  constructor(log: LogReader, months: UnreadMonths, indexes: IndexVolumes, history: History) {
    this.#log = log
    this.#indexes = indexes
    this.#tail = new Tail(history)
    this.spans = new SpanBook(months)
    this.cuts = new CutBook(this.spans)
    this.#sql = {
      channels: log.db.prepare('SELECT name, tip, floor, filed, indexed FROM channel'),
      // Of both there are only ever more.
      revisions: log.db.prepare(
        "SELECT count(*) + count(json_extract(announced, '$.ended')) AS count FROM run WHERE original IS NOT NULL",
      ),
      revised: log.db.prepare(
        'SELECT channel.name AS channel, run.announced AS announced FROM run JOIN channel ON channel.id = run.channel WHERE original IS NOT NULL',
      ),
    }
  }

  /** The moment in which a search between two times begins, and what to call when it is done. */
  take(
    fromMs: number,
    toMs: number,
    nowMs: number,
  ): { readonly moment: Moment; readonly release: () => void } {
    const [fromMonth, toMonth] = [monthAt(fromMs), monthAt(toMs)]
    let shared = this.#shared
    const isFresh = shared !== undefined && Math.abs(nowMs - shared.readMs) < freshMs
    if (!isFresh || shared?.fromMonth !== fromMonth || shared.toMonth !== toMonth) {
      this.#end()
      const moment = this.#begin(fromMonth, toMonth, nowMs)
      shared = { moment, fromMonth, toMonth, readMs: this.#readMs, uses: 0, isOver: false }
      this.#shared = shared
      // Nobody may come: an index is not held at one moment for longer than that.
      this.#timer = setTimeout(() => this.#end(), freshMs).unref()
    }
    const used = shared
    used.uses++
    return { moment: used.moment, release: () => this.#leave(used) }
  }

  close(): void {
    this.#end()
  }

  #end(): void {
    clearTimeout(this.#timer)
    const shared = this.#shared
    this.#shared = undefined
    if (shared === undefined) return
    shared.isOver = true
    if (shared.uses === 0) shared.moment.lease.release()
  }

  #leave(shared: Shared): void {
    shared.uses--
    if (shared.isOver && shared.uses === 0) shared.moment.lease.release()
  }

  /** The log first: what becomes a chunk afterwards is then seen twice, and never missed. */
  #begin(fromMonth: number, toMonth: number, nowMs: number): Moment {
    this.#follow(nowMs)
    const tail = this.#snapshot()
    const tailOwns = new Map(
      tail.stretches.map(({ firstMinute }, n) => {
        const key = tail.keys[n]
        return [key === undefined ? '' : streamName(key), firstMinute]
      }),
    )
    const problems = this.#missing(fromMonth, toMonth, nowMs)
    const lease = this.#indexes.lease(fromMonth, toMonth, nowMs)
    const settled = new Settled(lease, tailOwns)
    return { lease, tail, tailOwns, superseded: this.#superseded, settled, problems }
  }

  #follow(nowMs: number): void {
    if (Math.abs(nowMs - this.#readMs) < freshMs) return
    this.#readMs = nowMs
    if (this.spans.isFull) {
      this.spans.forget()
      this.#seen.clear()
      this.#tail.forget()
    }
    const leases = new Map<number, Lease>()
    const volumeOf = (month: number): IndexVolume | undefined => {
      let lease = leases.get(month)
      if (lease === undefined) leases.set(month, (lease = this.#indexes.lease(month, month, nowMs)))
      return lease.volume(month)
    }
    const sealedTo = (channel: string, month: number): number =>
      volumeOf(month)?.sealedTo(channel) ?? 0
    try {
      for (const row of rows(this.#sql.channels))
        this.#readChannel(text(row, 'name'), row, sealedTo)
      const months = [...this.#tail.months].sort((a, b) => a - b)
      const settled = months.map((month) => `${month}.${volumeOf(month)?.version ?? 0}`).join()
      if (settled !== this.#settled) this.#tail.settle(sealedTo, nowMs)
      this.#settled = settled
    } finally {
      for (const lease of leases.values()) lease.release()
    }
    this.#readRevisions()
  }

  #readChannel(
    name: string,
    row: ReturnType<typeof rows>[number],
    sealedTo: (channel: string, month: number) => number,
  ): void {
    const tip = integer(row, 'tip')
    let seen = this.#seen.get(name)
    // What was filed before a search has heard of the channel, is not told by the log: months are read again for it.
    if (seen === undefined) this.spans.readAgain()
    seen ??= Math.min(integer(row, 'filed'), integer(row, 'indexed'))
    const channel = seen < tip ? this.#log.channel(name) : undefined
    while (channel !== undefined && seen < tip) {
      const entries = this.#log.entries(channel, seen, entriesPerRead)
      for (const entry of entries) {
        if (entry.type === 'cue') this.#tail.add(entry.value, sealedTo)
        else this.spans.take(entry)
      }
      const last = entries.at(-1)
      if (last === undefined) break
      seen = last.value.position.seq
    }
    this.#seen.set(name, seen)
  }

  #readRevisions(): void {
    const count = integer(this.#sql.revisions.get() ?? {}, 'count')
    if (count === this.#revisions) return
    this.#revisions = count
    const byChannel = Map.groupBy(rows(this.#sql.revised), (row) => text(row, 'channel'))
    this.#superseded = new Map(
      [...byChannel].map(([channel, found]) => [channel, supersededRuns(announcedRuns(found))]),
    )
  }

  #snapshot(): TailChunk {
    if (this.#chunk?.version !== this.#tail.version)
      this.#chunk = {
        version: this.#tail.version,
        chunk: new TailChunk(this.#tail, ++this.#serial),
      }
    return this.#chunk.chunk
  }

  /** A month begins with both: without an index, it is one that is being made again. */
  #missing(fromMonth: number, toMonth: number, nowMs: number): string[] {
    return this.#indexes
      .missing(nowMs)
      .filter((month) => month >= fromMonth && month <= toMonth)
      .map((month) => `The search index of ${formatMonth(month)} is being made.`)
  }
}

function monthAt(ms: number): number {
  if (ms === -Infinity || ms === Infinity) return ms
  return monthOf(ms)
}
