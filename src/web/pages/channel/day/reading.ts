import { useSyncExternalStore } from 'react'
import type { Cue } from '../../../../protocol/api.ts'

/** What a transcript can be asked for by what stands around it. */
export interface ReadingActions {
  /** The lines to quote: those selected, or the one being read. */
  readonly quote: () => readonly Cue[]
  /** Stops following, or follows again. */
  readonly toggle: () => void
}

/**
 * Which moment of a channel is being read: told by the transcript as it is scrolled, and heard by what shows it, so
 * that scrolling draws nothing but that.
 */
export class Reading {
  #at: string | null = null
  #actions: ReadingActions = { quote: () => [], toggle: () => undefined }
  readonly #listeners = new Set<() => void>()

  /** The start of the line at the top, or of the newest while it is followed; null = none is there. */
  readonly at = (): string | null => this.#at

  readonly onChange = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get actions(): ReadingActions {
    return this.#actions
  }

  offer(actions: ReadingActions): void {
    this.#actions = actions
  }

  tell(at: string | null): void {
    if (at === this.#at) return
    this.#at = at
    for (const listener of this.#listeners) listener()
  }
}

export function useReading(reading: Reading): string | null {
  return useSyncExternalStore(reading.onChange, reading.at)
}
