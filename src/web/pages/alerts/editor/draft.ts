import type { AlertFields, AlertRate, NewAlert, VolumeRule } from '../../../../protocol/alerts.ts'
import type { weekdays } from '../words.ts'

/** An alert as the form has it: what another choice hides is kept for when it is chosen again. */
export interface AlertDraft {
  readonly query: string
  readonly name: string
  readonly isEverywhere: boolean
  readonly channels: readonly string[]
  readonly rate: AlertRate['kind']
  /** `HH:MM` */
  readonly at: string
  readonly day: (typeof weekdays)[number]
  /** Of `at`, IANA. */
  readonly timeZone: string
  /** Ids, the account's own among them. */
  readonly destinations: readonly string[]
  readonly isQuiet: boolean
  readonly quietHours: NonNullable<AlertFields['quietHours']>
  readonly foldRepeats: boolean
  readonly isVolume: boolean
  readonly volume: VolumeRule
}

/** What is still to be chosen before it can be saved. */
export type Missing = 'channel' | 'place'

const usual = {
  ...({ rate: 'at-once', at: '08:00', day: 'monday', isQuiet: false, foldRepeats: true } as const),
}
const usualQuiet = { from: '22:00', to: '07:00' }
const usualVolume = { sigma: 3, least: 10 }
const longestName = 200

export function newDraft(options: {
  readonly query: string
  readonly channels: readonly string[]
  readonly timeZone: string
  /** The destination that is the account's address. */
  readonly account: string | null
}): AlertDraft {
  const { query, channels, timeZone, account } = options
  return {
    ...{ ...usual, query, name: '', isEverywhere: channels.length === 0, channels, timeZone },
    destinations: account === null ? [] : [account],
    quietHours: { ...usualQuiet, timeZone },
    ...{ isVolume: false, volume: usualVolume },
  }
}

export function draftOf(
  alert: Omit<AlertFields, 'mutedUntil' | 'paused'>,
  options: { readonly timeZone: string; readonly account: string | null },
): AlertDraft {
  const { timeZone, account } = options
  const { query, name, channels, rate, destinations, quietHours, foldRepeats, volume } = alert
  return {
    ...newDraft({ query, channels, timeZone, account }),
    // The words themselves are what it is called unless somebody says.
    name: name === query.slice(0, longestName) ? '' : name,
    ...{ rate: rate.kind, foldRepeats, isQuiet: quietHours !== null },
    ...('at' in rate ? { at: rate.at, timeZone: rate.timeZone } : {}),
    ...('day' in rate ? { day: rate.day } : {}),
    ...(destinations.length === 0 ? {} : { destinations }),
    ...(quietHours === null ? {} : { quietHours }),
    ...(volume === null ? {} : { isVolume: true, volume }),
  }
}

export function rateOf({ rate, at, day, timeZone }: AlertDraft): AlertRate {
  switch (rate) {
    case 'at-once':
    case 'hourly':
    case 'never':
      return { kind: rate }
    case 'daily':
      return { kind: rate, at, timeZone }
    case 'weekly':
      return { kind: rate, day, at, timeZone }
  }
}

/** Where it tells, as the API has it: nothing = the account's address. */
export function destinationsOf(
  { destinations }: AlertDraft,
  account: string | null,
): readonly string[] {
  return destinations.length === 1 && destinations[0] === account ? [] : destinations
}

/** Whether anything is ever sent. */
export function isTold({ rate, isVolume }: AlertDraft): boolean {
  return rate !== 'never' || isVolume
}

export function missingIn(draft: AlertDraft): Missing | null {
  if (!draft.isEverywhere && draft.channels.length === 0) return 'channel'
  return isTold(draft) && draft.destinations.length === 0 ? 'place' : null
}

/** All that the form says; pause and mute are said elsewhere. */
export function fieldsOf(
  draft: AlertDraft,
  account: string | null,
): Omit<AlertFields, 'mutedUntil' | 'paused'> {
  const query = draft.query.trim()
  const name = draft.name.trim()
  return {
    query,
    name: name === '' ? query.slice(0, longestName) : name,
    channels: draft.isEverywhere ? [] : [...draft.channels],
    rate: rateOf(draft),
    destinations: [...destinationsOf(draft, account)],
    quietHours: draft.isQuiet ? draft.quietHours : null,
    foldRepeats: draft.foldRepeats,
    volume: draft.isVolume ? draft.volume : null,
  }
}

export function newAlertOf(draft: AlertDraft, account: string | null): NewAlert {
  return { ...fieldsOf(draft, account), mutedUntil: null, paused: false }
}
