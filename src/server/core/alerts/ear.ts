import type { Position } from '../../../protocol/position.ts'
import type { Received } from '../../ports/alerts.ts'
import type { LogEntry } from '../../ports/log.ts'

/** Announced entries of one channel that are held; the log has the others. */
const mostHeld = 2000

/** Where the alerts are in a channel's log, and what was announced since. */
export class Ear {
  position: Position
  /** The log has more than what is held. */
  isBehind: boolean
  /** Of the position that was kept last. */
  keptSeq: number
  #held: Received[] = []

  constructor(position: Position, isBehind: boolean, keptSeq: number) {
    this.position = position
    this.isBehind = isBehind
    this.keptSeq = keptSeq
  }

  take(entries: readonly LogEntry[], nowMs: number): void {
    if (this.#held.length + entries.length > mostHeld) {
      this.#held = []
      this.isBehind = true
      return
    }
    for (const entry of entries) this.#held.push({ entry, receivedMs: nowMs })
  }

  /** Up to when all is heard that was announced; when there is more in the log, nobody knows. */
  get heardUntilMs(): number {
    return this.isBehind ? -Infinity : (this.#held[0]?.receivedMs ?? Infinity)
  }

  get hasNews(): boolean {
    return this.isBehind || this.#held.length > 0
  }

  /** What was announced and not heard yet; when it does not follow on what was heard, the log has what does. */
  announced(): readonly Received[] {
    const { epoch, seq } = this.position
    const held = this.#held.filter(
      ({ entry }) => entry.value.position.epoch !== epoch || entry.value.position.seq > seq,
    )
    this.#held = []
    const first = held[0]?.entry.value.position
    if (first !== undefined && (first.epoch !== epoch || first.seq !== seq + 1))
      this.isBehind = true
    return held
  }
}
