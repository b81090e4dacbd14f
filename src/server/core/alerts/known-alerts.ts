import type { Alert } from '../../../protocol/alerts.ts'
import { CcrError } from '../../../protocol/codes.ts'
import type { AlertNews, AlertStore } from '../../ports/alerts.ts'
import type { Logger } from '../../ports/telemetry.ts'
import type { AlertBook } from './alert-book.ts'
import type { AlertLead } from './alert-lead.ts'

export interface KnownAlertsOptions {
  readonly store: AlertStore
  /** null = nobody else changes them. */
  readonly news: AlertNews | null
  readonly book: AlertBook
  readonly logger: Logger
  readonly now: () => number
}

/** Until what could not be read is tried again. */
const retryMs = 5000

/** The alerts as this node knows them, and who hears for them while this node leads. */
export class KnownAlerts {
  readonly #options: KnownAlertsOptions
  /** Until the alerts that there are were read: `waiting` when that failed, and is tried again. */
  #state: 'ready' | 'reading' | 'waiting' = 'ready'
  #triedMs = 0
  #lead: AlertLead | undefined
  /** Changed elsewhere and not read since; null = any may be. */
  #stale: Set<string> | null = new Set()
  #rereading: Promise<unknown> = Promise.resolve()

  constructor(options: KnownAlertsOptions) {
    this.#options = options
  }

  /** undefined while another node leads. */
  get lead(): AlertLead | undefined {
    return this.#lead
  }

  get isReady(): boolean {
    return this.#state === 'ready'
  }

  /** `storage-unavailable` (CcrError) until they were read. */
  requireReady(): void {
    if (!this.isReady) throw new CcrError('storage-unavailable', 'The alerts cannot be read now.')
  }

  /** Takes up the alerts that there are; false when it could not. */
  async begin(): Promise<boolean> {
    const { store, logger, now } = this.#options
    this.#state = 'reading'
    this.#triedMs = now()
    try {
      await this.#take(await store.alerts(null), [], 'begun with')
      this.#state = 'ready'
    } catch (error) {
      this.#state = 'waiting'
      logger.error({ err: error }, 'alerts cannot be read; it is tried again')
      return false
    }
    this.#lead?.begin()
    return true
  }

  /** Whether it is time to try again to begin. */
  get isDue(): boolean {
    return this.#state === 'waiting' && this.#options.now() - this.#triedMs >= retryMs
  }

  /** Has this one hear for them until `signal` aborts. */
  async serve(lead: AlertLead, signal: AbortSignal): Promise<void> {
    const { news, book } = this.#options
    if (news !== null) {
      // Before anything is heard, what others changed just now is known.
      this.#stale = null
      if (!(await this.#reread())) throw new CcrError('storage-unavailable')
    }
    if (signal.aborted) return
    this.#lead = lead
    if (news !== null || book.size > 0) lead.begin()
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
    this.#lead = undefined
  }

  /** These were changed, maybe elsewhere; null = some may have been. */
  changed(ids: readonly string[] | null): void {
    if (ids === null) this.#stale = null
    else for (const id of ids) this.#stale?.add(id)
    this.reread()
  }

  /** Reads what was changed elsewhere, soon. */
  reread(): void {
    if (this.#stale?.size === 0 || !this.isReady) return
    this.#rereading = this.#rereading.then(() => this.#reread())
  }

  async settled(): Promise<void> {
    await this.#rereading
  }

  /** Resolves when nothing that is said from now on is missed by it, if this node leads. */
  async set(alert: Alert): Promise<void> {
    await this.#take([alert], [], 'made here')
  }

  async remove(ids: readonly string[]): Promise<void> {
    await this.#take([], ids, 'made here')
  }

  /** False when it is to be tried again. */
  async #reread(): Promise<boolean> {
    const { store, book, logger } = this.#options
    const stale = this.#stale
    if (stale?.size === 0) return true
    this.#stale = new Set()
    // One that is made while they are read is not gone.
    const before = stale === null ? book.ids() : [...stale]
    try {
      const found = await store.alerts(stale === null ? null : before)
      const there = new Set(found.map(({ id }) => id))
      await this.#take(
        found,
        before.filter((id) => !there.has(id)),
        'made elsewhere',
      )
      this.#lead?.tell()
      return true
    } catch (error) {
      this.#stale = null
      logger.error({ err: error }, 'changes of alerts cannot be read; it is tried again')
      return false
    }
  }

  async #take(
    found: readonly Alert[],
    gone: readonly string[],
    how: 'begun with' | 'made here' | 'made elsewhere',
  ): Promise<void> {
    const { book } = this.#options
    const removed = gone.flatMap((id) => book.remove(id))
    // Hearing begins anew with the first of them.
    const isFirst = how !== 'begun with' && book.size === 0 && found.length > 0
    const added: string[] = []
    const late: Alert[] = []
    for (const alert of found) {
      if (how === 'made elsewhere' && book.get(alert.id)?.since !== alert.since) late.push(alert)
      const keys = book.set(alert)
      added.push(...keys.added)
      removed.push(...keys.removed)
    }
    await this.#lead?.listenFor({ added, removed, isFirst, late })
  }
}
