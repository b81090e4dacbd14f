import { useState } from 'react'
import type { Airing, Gap } from '../../../protocol/api.ts'
import type { Locale } from '../../messages/catalogue.tsx'
import { useDay, useHours, type Coverage } from '../../data/day.ts'
import { spanOfDay, type Day, type Span } from '../../shared/time/days.ts'
import { partOfAiring, partOfHour, type Part } from './parts.tsx'

export interface DayParts {
  readonly span: Span
  readonly by: 'programmes' | 'hours'
  readonly airings: readonly Airing[] | undefined
  readonly gaps: readonly Gap[]
  readonly hours: readonly Coverage[]
  readonly parts: readonly Part[]
  /** The part whose lines are looked at: the one chosen, or the first that has any. */
  readonly shown: Part | undefined
  readonly show: (key: string | null) => void
  readonly state: 'loading' | 'failed' | 'empty' | 'there'
  readonly again: () => void
}

/** What a day is made of: its programmes where their names were sent, else its hours. */
export function useParts(
  channel: string,
  day: Day,
  zone: string,
  locale: Locale,
  wished: {
    readonly by: DayParts['by'] | null
    readonly track: string | null
    readonly part: string | undefined
  },
): DayParts {
  const span = spanOfDay(day, zone)
  const { airings, gaps, failed, again } = useDay(channel, span)
  const by = airings?.length === 0 ? 'hours' : (wished.by ?? 'programmes')
  const { hours, hoursFailed } = useHours(channel, span, wished.track, by === 'hours')
  const [chosen, setChosen] = useState<string | null>(null)
  const heard = (hours ?? []).filter(({ cues, minutes }) => cues > 0 || minutes > 0)
  const parts =
    by === 'programmes'
      ? (airings ?? []).map((airing) => partOfAiring(airing, span.to))
      : heard.map((hour) => partOfHour(hour, zone, locale))
  const withLines = heard.find(({ cues }) => cues > 0)?.from
  const shown =
    parts.find(({ key }) => key === chosen) ??
    parts.find(({ key }) => key === wished.part) ??
    parts.find(({ key }) => key === withLines) ??
    parts[0]
  const isLoaded = airings !== undefined && (by === 'programmes' || hours !== undefined)
  const state = isLoaded
    ? parts.length === 0
      ? 'empty'
      : 'there'
    : failed || hoursFailed
      ? 'failed'
      : 'loading'
  return {
    ...{ span, by, airings, gaps, parts, shown, state, again },
    hours: hours ?? [],
    show: setChosen,
  }
}
