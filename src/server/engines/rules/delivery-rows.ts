import type { Destination, DestinationSettings, Notification } from '../../../protocol/alerts.ts'
import type { DeliveryState } from '../../../protocol/delivery-words.ts'
import type { DeliveryRecord, DestinationRecord, DestinationSecrets } from '../../ports/delivery.ts'
import { integer, integerOrNull, json, text, textOrNull, type Row } from './columns.ts'

/** What waits and where it goes, out of rows that every engine has in the same columns. */

/** More would be read by nobody: what comes then is a dead letter at once. */
export const mostWaiting = 1000
/** Tries that are shown of a delivery. */
export const shownAttempts = 20

export function destinationOf(row: Row): DestinationRecord {
  return {
    id: text(row, 'id'),
    owner: text(row, 'owner'),
    name: text(row, 'name'),
    settings: json(row, 'settings') as DestinationSettings,
    secrets: json(row, 'secrets') as DestinationSecrets,
    isAccount: integer(row, 'account') === 1,
    state: text(row, 'state') as Destination['state'],
    problem: textOrNull(row, 'problem'),
    createdAt: new Date(integer(row, 'created')).toISOString(),
  }
}

/** `attempts`: the oldest first. */
export function deliveryOf(row: Row, attempts: readonly Row[]): DeliveryRecord {
  const state = text(row, 'state') as DeliveryState
  const finished = integerOrNull(row, 'finished')
  const next = state === 'waiting' ? integerOrNull(row, 'next') : null
  return {
    id: integer(row, 'id'),
    destination: text(row, 'destination'),
    owner: text(row, 'owner'),
    notification: json(row, 'notification') as Notification,
    state,
    attempts: integer(row, 'attempts'),
    createdAt: new Date(integer(row, 'created')).toISOString(),
    finishedAt: finished === null ? null : new Date(finished).toISOString(),
    nextAt: next === null ? null : new Date(next).toISOString(),
    problem: textOrNull(row, 'problem'),
    log: attempts.map((attempt) => ({
      at: new Date(integer(attempt, 'at')).toISOString(),
      ms: integer(attempt, 'ms'),
      problem: textOrNull(attempt, 'problem'),
    })),
  }
}
