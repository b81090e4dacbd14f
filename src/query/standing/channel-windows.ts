import type { Cue, Gap } from '../../protocol/api.ts'
import { GapBook } from '../live/gap-book.ts'
import { mostStreams } from '../live/standing-matcher.ts'
import type { CueFacts } from '../match/filter-test.ts'
import type { Match } from '../text/segment.ts'
import { SharedWindow } from './shared-window.ts'
import type { StandingEntry } from './standing-entry.ts'

export type Give = (entry: StandingEntry, match: Match) => void

/** The windows of one channel's tracks, and the gaps between them. */
export class ChannelWindows {
  facts: CueFacts
  readonly #gaps = new GapBook()
  /** By track and run, the one that was silent longest first. */
  readonly #windows = new Map<string, SharedWindow>()
  /** The last of them, which most cues are for. */
  #newest: SharedWindow | undefined

  constructor(facts: CueFacts) {
    this.facts = facts
  }

  get windows(): Iterable<SharedWindow> {
    return this.#windows.values()
  }

  /** Where a cue belongs; what is cut before it is decided. */
  window(cue: Cue, give: Give): SharedWindow {
    const newest = this.#newest
    if (newest?.run === cue.run && newest.track === cue.track && !this.#isCut(newest, cue))
      return newest
    const key = `${cue.track} ${cue.run}`
    let window = this.#windows.get(key)
    if (window !== undefined && this.#isCut(window, cue)) {
      close(window, give)
      window = undefined
    }
    // Set anew, so that the first is the one that was silent longest.
    this.#windows.delete(key)
    window ??= new SharedWindow(cue)
    this.#windows.set(key, window)
    this.#newest = window
    if (this.#windows.size > mostStreams) {
      const [oldest] = this.#windows
      if (oldest !== undefined) {
        close(oldest[1], give)
        this.#windows.delete(oldest[0])
      }
    }
    return window
  }

  gap(gap: Gap, give: Give): void {
    this.#gaps.take(gap)
    for (const window of this.#windows.values()) {
      if (!window.cutAt(gap)) continue
      for (const [entry, stream] of window.patients)
        for (const match of stream.cutAt(gap)) give(entry, match)
    }
  }

  tick(nowMs: number, give: Give): void {
    for (const { patients } of this.#windows.values())
      for (const [entry, stream] of patients)
        if (stream.deadlineMs <= nowMs) for (const match of stream.judge(nowMs)) give(entry, match)
  }

  forget(entry: StandingEntry): void {
    for (const { patients } of this.#windows.values()) patients.delete(entry)
  }

  #isCut(window: SharedWindow, cue: Cue): boolean {
    const last = window.cues.at(-1)
    return last !== undefined && this.#gaps.parts(last.cue, cue)
  }
}

function close({ patients }: SharedWindow, give: Give): void {
  for (const [entry, stream] of patients) for (const match of stream.close()) give(entry, match)
}
