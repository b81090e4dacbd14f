import type { GapEvent, RunEvent } from '../../../protocol/events.ts'
import type { Monitoring } from '../../ports/log.ts'
import { hearGap, hearRun, isOpen, openHole, type OwnGap, type WatchNote } from './log-holes.ts'

/** What of a run's note tells when it monitored its channel. */
interface WatchedRun {
  readonly live: boolean
  readonly announced: RunEvent | null
  extent: { fromMs: number; toMs: number } | null
  readonly changed: { extent: boolean }
}

interface WatchedBook {
  readonly watch: WatchNote
  run(id: string): WatchedRun
}

/** Whether somebody monitors the channel; null before its first live run. */
export function monitoringOf(book: WatchedBook): Monitoring | null {
  const { run, ended } = book.watch
  const lastMs = run === null ? undefined : book.run(run).extent?.toMs
  if (run === null || lastMs === undefined) return null
  return { run, ended, lastMs, isAbsent: isOpen(book.watch) }
}

/** A run has spoken of these times; whether that was news. */
export function extendRun(note: WatchedRun, fromMs: number, toMs: number): boolean {
  const known = note.extent ?? { fromMs, toMs }
  const extent = { fromMs: Math.min(known.fromMs, fromMs), toMs: Math.max(known.toMs, toMs) }
  if (extent.fromMs === note.extent?.fromMs && extent.toMs === note.extent.toMs) return false
  note.extent = extent
  note.changed.extent = true
  return true
}

/** Follows, through one batch, who monitors a channel, and tells the server's own gaps as they follow from it. */
export class Watch {
  /** The note must be written. */
  changed = false
  readonly #book: WatchedBook
  readonly #nowMs: number
  readonly #tell: (gap: OwnGap) => void

  constructor(book: WatchedBook, nowMs: number, tell: (gap: OwnGap) => void) {
    this.#book = book
    this.#nowMs = nowMs
    this.#tell = tell
  }

  /** Called before the run is extended. What is decoded again later monitors nothing. */
  hearRun(run: string, atMs: number): void {
    const { watch } = this.#book
    const note = this.#book.run(run)
    if (!note.live || note.announced?.of !== undefined) return
    if (watch.run === run && !watch.ended && !isOpen(watch)) return
    const lastMs = this.#lastMs()
    // Another run's data from before the watched one's last are only late.
    if (watch.run !== run && note.extent !== null && atMs <= lastMs) return
    this.#tellAll(hearRun(watch, run, atMs, lastMs))
  }

  /** A client tells a gap. */
  hearGap(id: string, fromMs: number, toMs: number | null): void {
    this.#tellAll(hearGap(this.#book.watch, id, { fromMs, toMs }))
  }

  /** The server says that nobody monitors the channel. */
  open(event: GapEvent): void {
    const { watch } = this.#book
    if (event.run !== watch.run) return
    const lastMs = this.#book.run(event.run).extent?.toMs ?? Infinity
    // Data that were stored since the server looked have ended the hole before it began.
    if (Date.parse(event.from) < lastMs) return
    this.#tellAll(openHole(watch, event.reason, this.#lastMs()))
  }

  /** A run says end: nobody monitors the channel any more, which is known without waiting for a lease. */
  end(run: string | undefined): void {
    const { watch } = this.#book
    if (watch.run === null || (run ?? watch.run) !== watch.run) return
    watch.ended = true
    this.#tellAll(openHole(watch, 'tuner-offline', this.#lastMs()))
  }

  /** The latest time the watched run spoke of; a clock that is ahead does not put it into the future. */
  #lastMs(): number {
    const { run } = this.#book.watch
    const lastMs = run === null ? undefined : this.#book.run(run).extent?.toMs
    return Math.min(lastMs ?? -Infinity, this.#nowMs)
  }

  #tellAll(gaps: readonly OwnGap[]): void {
    this.changed = true
    for (const gap of gaps) this.#tell(gap)
  }
}
