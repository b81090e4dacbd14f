import { useState, type ReactNode } from 'react'
import type { Channel } from '../../../../protocol/api.ts'
import { useDay, useHours } from '../../../data/day.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useChannelMessages } from '../../../messages/channel/use-channel-messages.ts'
import { dayOf, spanOfDay } from '../../../shared/time/days.ts'
import { formatClock, formatDay, nameOfZone } from '../../../shared/time/times.ts'
import { AiringInfo } from './airing-info.tsx'
import { DayMap } from './day-map.tsx'
import './day.css'
import { nextStart, previousStart, programmeAt } from './programmes.ts'
import { useReading, type Reading } from './reading.ts'

/** Where the reader is: the day, the clock and the programme, and the whole day to go elsewhere. */
export function DayBar(props: {
  readonly channel: Channel
  readonly zone: string
  readonly reading: Reading
  readonly step: ProgrammeSteps
  readonly onGo: (moment: string) => void
}): ReactNode {
  const { channel, zone, reading, step, onGo } = props
  const { locale } = useCatalogue()
  const t = useChannelMessages().day
  const now = new Date().toISOString()
  const at = useReading(reading) ?? now
  const span = spanOfDay(dayOf(at, zone), zone)
  const { airings = [], gaps } = useDay(channel.id, span)
  const { hours = [] } = useHours(channel.id, span, null, true)
  const programme = programmeAt(airings, at)
  return (
    <section className="day-bar" aria-label={t.label}>
      <p className="day-place">
        <span className="day-clock">
          {formatClock(at, zone, locale).slice(0, 5)}{' '}
          <span className="muted">
            {nameOfZone(zone, locale, at)}
            <span className="day-date"> · {formatDay(at, zone, locale)}</span>
          </span>
        </span>
      </p>
      {programme === null ? (
        <span className="muted airing-none">{t.unknown}</span>
      ) : (
        <AiringInfo key={programme.id} airing={programme} {...{ channel, zone, onGo }} />
      )}
      <div className="day-steps">
        <button
          type="button"
          aria-label={t.previous}
          title={t.previous}
          disabled={step.isBusy}
          onClick={step.previous}
        >
          <Arrow d="M10 3L5 8l5 5" />
        </button>
        <DayMap {...{ span, zone, airings, gaps, hours, at, now, onGo }} />
        <button
          type="button"
          aria-label={t.next}
          title={t.next}
          disabled={step.isBusy}
          onClick={step.next}
        >
          <Arrow d="M6 3l5 5-5 5" />
        </button>
      </div>
      <p role="status" className={step.said === null ? 'quiet' : 'day-said muted'}>
        {step.said}
      </p>
    </section>
  )
}

function Arrow({ d }: { readonly d: string }): ReactNode {
  return (
    <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" className="glyph arrow">
      <path d={d} />
    </svg>
  )
}

export interface ProgrammeSteps {
  readonly previous: () => void
  readonly next: () => void
  readonly isBusy: boolean
  /** Why a step led nowhere. */
  readonly said: string | null
}

/** From programme to programme, as far as the archive goes. */
export function useProgrammeSteps(
  channel: string,
  reading: Reading,
  onGo: (moment: string) => void,
): ProgrammeSteps {
  const t = useChannelMessages().day
  const [isBusy, setBusy] = useState(false)
  const [said, say] = useState<string | null>(null)
  const go = (find: typeof previousStart, none: string): void => {
    if (isBusy) return
    setBusy(true)
    say(null)
    find(channel, reading.at() ?? new Date().toISOString())
      .then((start) => (start === null ? say(none) : onGo(start)))
      .catch(() => say(t.failed))
      .finally(() => setBusy(false))
  }
  return {
    previous: () => go(previousStart, t.noPrevious),
    next: () => go(nextStart, t.noNext),
    ...{ isBusy, said },
  }
}
