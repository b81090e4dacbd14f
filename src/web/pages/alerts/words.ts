import type { AlertItem, AlertRate } from '../../../protocol/alerts.ts'
import type { OwnDestination } from '../../../protocol/deliveries.ts'
import type { AlertMessages } from '../../messages/alerts/en.ts'
import { ownZone } from '../../shared/settings/choices.ts'

/** How alerts tell what they find, in words. */

/** 4 January 2026 is a Sunday; the weekdays of the protocol follow it, Monday first. */
const sundayMs = Date.UTC(2026, 0, 4)
const dayMs = 86_400_000

// The protocol's list comes with its parser; its type holds this to it.
export const weekdays = [
  ...(['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const),
  ...(['saturday', 'sunday'] as const),
] as const satisfies Extract<AlertRate, { kind: 'weekly' }>['day'][]

export function nameOfWeekday(day: (typeof weekdays)[number], locale: string): string {
  const at = sundayMs + (weekdays.indexOf(day) + 1) * dayMs
  return new Intl.DateTimeFormat(locale, { weekday: 'long', timeZone: 'UTC' }).format(at)
}

/** `every day at 08:00`; the zone is named where it is not that of the reader's clock. Null when nothing is ever sent. */
export function sayWhen(
  { rate, volume }: Pick<AlertItem, 'rate' | 'volume'>,
  t: AlertMessages,
  locale: string,
): string | null {
  const times = [
    ...(rate.kind === 'never' ? [] : [sayRate(rate, t, locale)]),
    ...(volume === null ? [] : [t.rates.volume]),
  ]
  return times.length === 0
    ? null
    : new Intl.ListFormat(locale, { type: 'conjunction' }).format(times)
}

function sayRate(
  rate: Exclude<AlertRate, { kind: 'never' }>,
  { rates }: AlertMessages,
  locale: string,
): string {
  switch (rate.kind) {
    case 'at-once':
    case 'hourly':
      return rates[rate.kind]
    case 'daily':
      return rates.daily(sayTime(rate))
    case 'weekly':
      return rates.weekly(nameOfWeekday(rate.day, locale), sayTime(rate))
  }
}

/** `by mail at ada@example.org and at Newsroom`. Those that were removed are left out. */
export function sayPlaces(
  ids: readonly string[],
  destinations: readonly OwnDestination[],
  t: AlertMessages,
  locale: string,
): string {
  const places = placesOf(ids, destinations).map(({ settings, name }) =>
    settings.kind === 'email'
      ? t.byMail(settings.address)
      : settings.kind === 'push'
        ? t.here(name)
        : t.to(name),
  )
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(places)
}

/** Where an alert tells; without ids, the account's address. */
export function placesOf(
  ids: readonly string[],
  destinations: readonly OwnDestination[],
): readonly OwnDestination[] {
  return destinations.filter(({ id, isAccount }) =>
    ids.length === 0 ? isAccount : ids.includes(id),
  )
}

export function sayQuietHours(
  { from, to, timeZone }: NonNullable<AlertItem['quietHours']>,
  t: AlertMessages,
): string {
  return t.quiet(from, sayTime({ at: to, timeZone }))
}

/** What keeps a notification from where it is to go. */
export function warningsOf(
  places: readonly OwnDestination[],
  isOutbox: boolean,
  t: AlertMessages,
): readonly string[] {
  return [
    ...places.flatMap(({ name, state }) =>
      state === 'disabled' ? t.isOff(name) : state === 'unverified' ? t.isUnverified(name) : [],
    ),
    ...(isOutbox && places.some(({ settings }) => settings.kind === 'email') ? [t.outbox] : []),
  ]
}

/** Until it is over, in the reader's words: muted or not. */
export function isMuted({ mutedUntil }: Pick<AlertItem, 'mutedUntil'>, nowMs: number): boolean {
  return mutedUntil !== null && Date.parse(mutedUntil) > nowMs
}

export function sayMoment(at: string, locale: string): string {
  return new Intl.DateTimeFormat(locale, {
    ...{ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' },
  }).format(new Date(at))
}

function sayTime({ at, timeZone }: { readonly at: string; readonly timeZone: string }): string {
  return timeZone === ownZone ? at : `${at} (${timeZone.replaceAll('_', ' ')})`
}
