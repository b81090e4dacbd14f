import type { Destination, DestinationSettings, Notification } from '../../protocol/alerts.ts'
import type { Attempt } from '../../protocol/deliveries.ts'
import type { DeliveryState } from '../../protocol/delivery-words.ts'

/** Where notifications are handed over for delivery. */
export interface DeliveryQueue {
  /**
   * Resolves once they would survive `kill -9` and a power cut: from then on each is delivered at least once to each
   * of its destinations, in this order, or becomes a dead letter that its owner sees. What was handed over before,
   * by its id, is passed over. Rejects with `storage-unavailable` (CcrError): hand them over again.
   */
  enqueue(notifications: readonly Notification[]): Promise<void>
}

/** What a destination needs to be reached and does not show. */
export interface DestinationSecrets {
  /** Of a webhook, `whsec_…`, the newest first; a second one signs too, until `secondUntil`. */
  readonly signing?: readonly string[]
  /** ms */
  readonly secondUntil?: number
  /** Of a push subscription, base64url. */
  readonly keys?: { readonly p256dh: string; readonly auth: string }
  /** Bearer token of an ntfy server. */
  readonly token?: string
}

export interface DestinationRecord extends Destination {
  /** The address of the account itself: made by the server, and not removed. */
  readonly isAccount: boolean
  readonly secrets: DestinationSecrets
}

/** A notification for one destination. */
export interface Job {
  readonly delivery: number
  readonly notification: Notification
  readonly destination: DestinationRecord
  /** Tries before this one. */
  readonly attempts: number
  /** ms; since when it waits, or was last asked for again. */
  readonly since: number
}

export interface DeliveryRecord {
  readonly id: number
  readonly destination: string
  readonly owner: string
  readonly notification: Notification
  readonly state: DeliveryState
  readonly attempts: number
  readonly createdAt: string
  readonly finishedAt: string | null
  readonly nextAt: string | null
  readonly problem: string | null
  readonly log: readonly Attempt[]
}

/** What became of a try, and what is to be done. Times in ms. */
export type Verdict =
  | { readonly verdict: 'sent' }
  /** This one, and all that wait behind it, at `at`. */
  | { readonly verdict: 'retry'; readonly at: number; readonly problem: string }
  /** The same, without a try of the destination: it is not at fault. */
  | { readonly verdict: 'wait'; readonly at: number; readonly problem: string }
  /** This one never; the next may go. */
  | { readonly verdict: 'dead'; readonly problem: string }
  /** The destination is not used any more, and what waits for it is dead. */
  | { readonly verdict: 'disable'; readonly problem: string }

export interface NewDelivery {
  readonly notification: Notification
  readonly destination: string
}

export interface Stop {
  readonly destination: string
  readonly alert: string
  readonly alertName: string
  /** RFC 3339; null = for good. */
  readonly until: string | null
}

export interface DeliveryFilter {
  readonly owner: string | null
  readonly state: DeliveryState | null
  readonly before: number | null
  readonly limit: number
}

/**
 * Destinations, what waits for them, and what became of it, as any node asks for it and changes it. Every call is durable when
 * it resolves, and rejects with `storage-unavailable` (CcrError) when trying again can help.
 */
export interface DeliveryStore {
  destinations(owner: string): Promise<readonly DestinationRecord[]>
  destination(id: string): Promise<DestinationRecord | undefined>
  /** `full` when the owner has `most` already, `conflict` when the id is taken. */
  addDestination(
    destination: DestinationRecord,
    most: number,
  ): Promise<'added' | 'full' | 'conflict'>
  changeDestination(
    id: string,
    change: {
      readonly name?: string
      readonly settings?: DestinationSettings
      readonly secrets?: DestinationSecrets
      readonly state?: Destination['state']
      readonly problem?: string | null
    },
  ): Promise<void>
  /** With all that waits for it, and its log. */
  removeDestination(id: string): Promise<void>
  /** Everything of a person who goes. */
  removeOwner(owner: string): Promise<void>

  /** Passes over what was added before, what is stopped, and destinations that are not the notification's owner's. */
  add(deliveries: readonly NewDelivery[], nowMs: number): Promise<void>
  deliveries(filter: DeliveryFilter): Promise<readonly DeliveryRecord[]>
  /** Lets it go out again under the same key. `disabled` when its destination is not active. */
  replay(id: number, owner: string, nowMs: number): Promise<'replayed' | 'missing' | 'disabled'>

  /** No more of this alert to this destination; `until` in ms, null = for good. What waits is given up. */
  stop(stop: {
    readonly destination: string
    readonly alert: string
    readonly until: number | null
  }): Promise<void>
  stops(owner: string, nowMs: number): Promise<readonly Stop[]>
  resume(destination: string, alert: string): Promise<void>

  /** Counts one more of `what` on the day of `nowMs` (UTC) unless there are `most` already. */
  take(what: string, most: number, nowMs: number): Promise<boolean>
  /** Of somebody who wants no letters from here, by a hash of the address. */
  block(hash: string, nowMs: number): Promise<void>
  isBlocked(hash: string): Promise<boolean>
  /** A secret of this server, made by `make` when it is first asked for. */
  secret(name: string, make: () => string): Promise<string>
  /** For who leads `delivery` in this term (leadership.ts). */
  output(term: number): DeliveryOutput
}

/** Of a store that several nodes share. */
export interface DeliveryNews {
  /** Calls the listener soon after something may go that could not before, here or elsewhere. */
  onDue(listener: () => void, signal: AbortSignal): void
}

/**
 * What sending needs, on one node at a time. `due` and `settle` are refused (`fenced`, CcrError) once another term has begun:
 * a process that was paused sends nothing more, and what it sent last is sent again by its successor, under the same key.
 */
export interface DeliveryOutput {
  /**
   * The oldest of each destination that is due, is not among `busy` and not of a kind that is `full`; `nextMs` = when the
   * next of such will be, null = none waits.
   */
  due(ask: {
    readonly nowMs: number
    readonly limit: number
    readonly busy: readonly string[]
    readonly full: readonly string[]
  }): Promise<{ readonly jobs: readonly Job[]; readonly nextMs: number | null }>
  settle(done: {
    readonly delivery: number
    readonly at: number
    readonly ms: number
    readonly verdict: Verdict
  }): Promise<void>
  /** Removes what was finished before `beforeMs`; true when there is more. */
  sweep(beforeMs: number): Promise<boolean>
}
