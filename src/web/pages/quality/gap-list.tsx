import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Channel, Gap, List } from '../../../protocol/api.ts'
import { get } from '../../data/api.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useQualityMessages } from '../../messages/quality/use-quality-messages.ts'
import { formatClock, formatDay } from '../../shared/time/times.ts'

const mostShown = 100

/** Where nothing was recorded, newest first, each with the way to that place of the transcript. */
export function GapList(props: { readonly channel: Channel; readonly from: string }): ReactNode {
  const { channel, from } = props
  const { messages: site, locale } = useCatalogue()
  const t = useQualityMessages()
  const query = new URLSearchParams({ from, limit: String(mostShown) })
  const gaps = useQuery({
    queryKey: ['quality-gaps', channel.id, from],
    queryFn: ({ signal }) =>
      get<List<Gap>>(`/channels/${channel.id}/gaps?${query.toString()}`, signal),
  })
  if (gaps.isError) return <p role="alert">{t.gapsFailed}</p>
  if (gaps.data === undefined) return <p className="muted">{t.loading}</p>
  const { items, next } = gaps.data
  if (items.length === 0) return <p className="muted">{t.gapsNone}</p>
  return (
    <>
      <ul className="quality-gaps">
        {items.map((gap) => (
          <li key={gap.id}>
            <Link href={`/c/${channel.id}/${gap.from}`}>
              <time dateTime={gap.from}>
                {formatDay(gap.from, 'UTC', locale)}, {formatClock(gap.from, 'UTC', locale)}
              </time>
            </Link>
            <span>{site.gap[gap.reason]}</span>
            <span className="muted">
              {gap.to === null
                ? t.open
                : t.duration((Date.parse(gap.to) - Date.parse(gap.from)) / 1000)}
            </span>
          </li>
        ))}
      </ul>
      {next !== null && <p className="muted">{t.gapsMore(mostShown)}</p>}
    </>
  )
}
