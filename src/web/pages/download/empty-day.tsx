import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Channel, Gap } from '../../../protocol/api.ts'
import { useCatalogue, useMessages } from '../../messages/catalogue.tsx'
import { useDownloadMessages } from '../../messages/download.ts'
import { formatClock, formatDay } from '../../shared/time/times.ts'
import { useLatest } from '../../data/day.ts'
import { dayOf, type Day, type Span } from '../../shared/time/days.ts'

/** A day without anything: why, as far as it is known, and the way to the last one that has something. */
export function EmptyDay(props: {
  readonly channel: Channel
  readonly span: Span
  readonly gaps: readonly Gap[]
  readonly zone: string
  readonly hrefOfDay: (day: Day) => string
}): ReactNode {
  const { channel, span, gaps, zone } = props
  const { locale } = useCatalogue()
  const t = useDownloadMessages()
  const before = useLatest(channel.id, span.from)
  const { retentionDays } = channel.policy
  return (
    <div className="empty-day">
      <h2>{gaps.length > 0 ? t.emptyGap : t.empty}</h2>
      <GapNotes gaps={gaps} zone={zone} span={span} />
      {before != null && (
        <p>
          {t.before(formatDay(before, zone, locale))}{' '}
          <Link href={props.hrefOfDay(dayOf(before, zone))}>{t.goBefore}</Link>
        </p>
      )}
      {before === null && retentionDays !== null && (
        <p className="muted">{t.retention(retentionDays)}</p>
      )}
    </div>
  )
}

/** The day's holes, in words; what reaches beyond the day is cut to it. */
export function GapNotes(props: {
  readonly gaps: readonly Gap[]
  readonly zone: string
  readonly span: Span
}): ReactNode {
  const { gaps, zone, span } = props
  const { locale } = useCatalogue()
  const t = useMessages()
  const own = useDownloadMessages()
  const clock = (at: string): string =>
    at === span.to ? own.midnight : formatClock(at, zone, locale).slice(0, 5)
  if (gaps.length === 0) return null
  return (
    <ul className="gap-notes">
      {gaps.map(({ id, from, to, reason }) => {
        const begin = from < span.from ? span.from : from
        const end = to !== null && to > span.to ? span.to : to
        return (
          <li key={id}>
            {end === null
              ? t.gap.open(t.gap[reason], clock(begin))
              : t.gap.span(t.gap[reason], clock(begin), clock(end))}
          </li>
        )
      })}
    </ul>
  )
}
