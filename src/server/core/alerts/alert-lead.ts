import type { Alert } from '../../../protocol/alerts.ts'
import type { Announcement } from '../../ports/broker.ts'
import type { AlertRunner } from './alert-runner.ts'
import type { AlertTeller } from './alert-teller.ts'
import type { VolumeWatcher } from './volume-watcher.ts'

export interface AlertLeadParts {
  readonly runner: AlertRunner
  readonly teller: AlertTeller
  readonly volumes: VolumeWatcher
}

export interface Changes {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  readonly isFirst: boolean
  readonly late: readonly Alert[]
}

/** Hearing and telling, on the node that leads and as long as it does. */
export class AlertLead {
  readonly #parts: AlertLeadParts

  constructor(parts: AlertLeadParts) {
    this.#parts = parts
  }

  /** Goes on where the last leader, or the last stop, was. */
  begin(): void {
    this.#parts.runner.work()
    this.#parts.teller.work()
  }

  take(announcement: Announcement): void {
    this.#parts.runner.take(announcement)
  }

  /** Every second: what time has decided, and what could not be done before. */
  tick(): void {
    this.#parts.runner.work()
    this.#parts.volumes.tick()
  }

  /** An alert's rate or rest may be another. */
  tell(): void {
    this.#parts.teller.work()
  }

  /**
   * Queries that are waited for from now on, and no more. `isFirst`: nobody waited for anything until now. `late`: alerts that
   * this node was told of some time after they were made, or asked for something else.
   */
  async listenFor({ added, removed, isFirst, late }: Changes): Promise<void> {
    const { runner } = this.#parts
    await runner.listenFor(added, removed)
    // From then on nothing is missed: the places of all channels are kept.
    if (isFirst) await runner.beginAnew()
    else if (late.length > 0) await runner.hearAgainFor(late)
  }
}
