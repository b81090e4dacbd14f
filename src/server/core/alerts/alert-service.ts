import type { Reader } from '../../../policy/view.ts'
import {
  alertFieldsSchema,
  type Alert,
  type AlertChange,
  type AlertFields,
  type AlertItem,
  type Mention,
  type NewAlert,
} from '../../../protocol/alerts.ts'
import { CcrError } from '../../../protocol/codes.ts'
import type { Announcement } from '../../ports/broker.ts'
import type { AlertStore, Shown } from '../../ports/alerts.ts'
import type { Directory } from '../../ports/directory.ts'
import type { Logger } from '../../ports/telemetry.ts'
import { tellQuery } from '../search/read-query.ts'
import type { AlertBook } from './alert-book.ts'
import type { KnownAlerts } from './known-alerts.ts'
import { readAlertQuery } from './rehearse.ts'
import { clipped, seenBy, shownTo } from './shown.ts'

export interface AlertServiceOptions {
  readonly store: AlertStore
  readonly book: AlertBook
  readonly known: KnownAlerts
  readonly directory: Directory
  readonly readerOf: (owner: string) => Reader | undefined
  readonly destinationsOf: (owner: string) => Promise<readonly string[]>
  readonly logger: Logger
  readonly now: () => number
  /** How long somebody must be unknown here before what is theirs is removed: other nodes may know them already. */
  readonly orphanMs: number
}

/** Alerts of one person. */
export const mostAlerts = 200
const longestName = 200
const sparkDays = 30
const dayMs = 86_400_000

/** Alerts as their owners make and read them. */
export class AlertService {
  readonly #options: AlertServiceOptions
  /** Owners who are unknown here, and since when. */
  #orphans = new Map<string, number>()

  constructor(options: AlertServiceOptions) {
    this.#options = options
  }

  /** Takes up the alerts that there are. A storage that refuses stops them, and nothing else. */
  async begin(): Promise<void> {
    if (await this.#options.known.begin()) await this.dropOrphans()
  }

  take(announcement: Announcement): void {
    this.#options.known.lead?.take(announcement)
  }

  /** Every second: what time has decided, and what could not be done before. */
  tick(): void {
    const { book, known } = this.#options
    if (known.isDue) void this.begin()
    else known.reread()
    if (this.#orphans.size > 0) void this.dropOrphans()
    if (book.size > 0) known.lead?.tick()
  }

  /** `not-found` (CcrError) unless it is there and `owner`'s; null = anybody's. */
  get(id: string, owner: string | null): Alert {
    this.#options.known.requireReady()
    const alert = this.#options.book.get(id)
    if (alert === undefined || (owner !== null && alert.owner !== owner))
      throw new CcrError('not-found', `There is no alert ${id}.`)
    return alert
  }

  async list(owner: string): Promise<AlertItem[]> {
    this.#options.known.requireReady()
    const { store, book, now } = this.#options
    const alerts = book.ofOwner(owner)
    if (alerts.length === 0) return []
    const ids = alerts.map(({ id }) => id)
    const found = await store.counts(ids, this.#shown(owner), now() - sparkDays * dayMs)
    const counts = Map.groupBy(found, ({ alert }) => alert)
    return alerts.map((alert) => ({
      ...alert,
      restated: tellQuery(alert.query) ?? alert.query,
      days: (counts.get(alert.id) ?? []).map(({ day, mentions }) => ({ day, mentions })),
    }))
  }

  /** `bad-request` for a query that no alert can wait for, `conflict` when the owner has as many as one may. */
  async create(owner: string, { name, ...rest }: NewAlert): Promise<Alert> {
    this.#options.known.requireReady()
    const { store, now } = this.#options
    const fields: AlertFields = { ...rest, name: name ?? nameOf(rest.query) }
    await this.#check(fields, owner, null)
    const made = await store.add(owner, fields, mostAlerts, now())
    if (made === 'full')
      throw new CcrError('conflict', `There are ${mostAlerts} alerts already; remove one first.`)
    await this.#options.known.set(made)
    return made
  }

  async change(alert: Alert, change: AlertChange): Promise<Alert> {
    const { id, owner } = alert
    const { store, now } = this.#options
    const fields = alertFieldsSchema.parse({ ...alert, ...change })
    await this.#check({ ...fields, query: change.query }, owner, alert)
    const isOther =
      fields.query !== alert.query ||
      fields.channels.some((channel) => !alert.channels.includes(channel)) ||
      (fields.channels.length === 0 && alert.channels.length > 0)
    const isResumed = alert.paused && !fields.paused
    const changed = await store.change(id, fields, isOther || isResumed ? now() : null)
    if (changed === undefined) throw new CcrError('not-found', `There is no alert ${id}.`)
    const { known } = this.#options
    await known.set(changed)
    known.lead?.tell()
    return changed
  }

  async remove({ id }: Alert): Promise<void> {
    const { store, known } = this.#options
    await store.remove(id)
    await known.remove([id])
  }

  /** What it found, newest first, as far as its owner may see it now. */
  async mentions(
    { id, owner }: Alert,
    cursor: string | null,
    limit: number,
  ): Promise<{ readonly items: readonly Mention[]; readonly cursor: string | null }> {
    const { store, directory, readerOf } = this.#options
    const page = await store.mentions({ alert: id, shown: this.#shown(owner), cursor, limit })
    const reader = readerOf(owner)
    const items = page.items.flatMap((mention) => {
      const channel = directory.channel(mention.channel)
      const seen = channel && seenBy(reader, channel)
      return seen === undefined ? [] : clipped(mention, seen)
    })
    return { items, cursor: page.cursor }
  }

  /** A new secret for its feeds; the old one works no more. */
  async createFeed({ id }: Alert): Promise<string> {
    return await this.#options.store.createFeed(id)
  }

  /** The alert of a feed's secret, whose owner is still there. */
  async ofFeed(secret: string): Promise<Alert | undefined> {
    this.#options.known.requireReady()
    const { store, book, readerOf } = this.#options
    if (book.size === 0) return undefined
    const alert = book.get((await store.alertOfFeed(secret)) ?? '')
    return alert !== undefined && readerOf(alert.owner) !== undefined ? alert : undefined
  }

  /** All of a person's, without what was found: that is in the archive. */
  exportOf(owner: string): readonly Alert[] {
    this.#options.known.requireReady()
    return this.#options.book.ofOwner(owner)
  }

  async removeOf(owner: string): Promise<void> {
    const { store, book, known, orphanMs } = this.#options
    known.requireReady()
    const alerts = book.ofOwner(owner)
    // What another node has just made for them is not known here yet.
    if (alerts.length === 0 && orphanMs === 0) return
    await store.removeOwner(owner)
    await known.remove(alerts.map(({ id }) => id))
  }

  /** Removes what is of people whom somebody has removed elsewhere. */
  async dropOrphans(): Promise<void> {
    const { book, known, readerOf, logger, now, orphanMs } = this.#options
    if (!known.isReady) return
    const gone = book.owners().filter((owner) => readerOf(owner) === undefined)
    this.#orphans = new Map(gone.map((owner) => [owner, this.#orphans.get(owner) ?? now()]))
    try {
      for (const [owner, sinceMs] of this.#orphans) {
        if (now() - sinceMs < orphanMs) continue
        this.#orphans.delete(owner)
        await this.removeOf(owner)
      }
    } catch (error) {
      // Nothing of it is told to anybody; tried again at the next start.
      logger.error({ err: error }, 'alerts of people who are gone cannot be removed')
    }
  }

  #shown(owner: string): Shown[] {
    const { directory, readerOf, now } = this.#options
    return shownTo(readerOf(owner), directory.channels(), now())
  }

  /** What is asked for now; what was asked for before, and is gone since, is let be. */
  async #check(
    {
      query,
      channels,
      destinations,
    }: { readonly query: string | undefined } & Pick<AlertFields, 'channels' | 'destinations'>,
    owner: string,
    before: Alert | null,
  ): Promise<void> {
    if (query !== undefined) readAlertQuery(query)
    const { directory, readerOf, destinationsOf } = this.#options
    const chosen = destinations.filter((id) => before?.destinations.includes(id) !== true)
    const own = chosen.length === 0 ? [] : await destinationsOf(owner)
    const unknown = chosen.find((id) => !own.includes(id))
    if (unknown !== undefined)
      throw new CcrError('bad-request', `destinations: there is no destination ${unknown}.`)
    const reader = readerOf(owner)
    for (const id of channels) {
      if (before?.channels.includes(id) === true) continue
      const channel = directory.channel(id)
      if (channel === undefined || seenBy(reader, channel) === undefined)
        throw new CcrError('unknown-channel', `There is no channel ${id}.`)
    }
  }
}

/** A query may have line breaks, and a name is one line. */
function nameOf(query: string): string {
  return query
    .replaceAll(/[\p{Cc}\s]+/gu, ' ')
    .trim()
    .slice(0, longestName)
}
