import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Airing, Channel } from '../../../../protocol/api.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useChannelMessages } from '../../../messages/channel/use-channel-messages.ts'
import { dayOf } from '../../../shared/time/days.ts'
import { Disclosure } from '../../../shared/disclosure.tsx'
import { Facts } from '../../../shared/facts.tsx'
import { formatClock, formatLength } from '../../../shared/time/times.ts'

/** A programme’s name; pressed, what is known of this broadcast of it. */
export function AiringInfo(props: {
  readonly channel: Channel
  readonly airing: Airing
  readonly zone: string
  readonly onGo: (moment: string) => void
}): ReactNode {
  const { channel, airing, zone, onGo } = props
  const { locale } = useCatalogue()
  const t = useChannelMessages().airing
  const { start, end, title, description, category, rating, source } = airing
  const clock = (at: string): string => formatClock(at, zone, locale).slice(0, 5)
  const facts = [
    [t.category, category],
    [t.rating, rating],
    [t.source, t.sources[source] ?? source],
  ] as const
  const download = new URLSearchParams({ day: dayOf(start, zone), airing: airing.id })
  return (
    <Disclosure
      className="airing-info"
      label={
        <strong dir="auto" className="airing-title">
          {title}
        </strong>
      }
    >
      <p>
        <strong dir="auto">{title}</strong>
        <br />
        {t.from(clock(start), end === null ? null : clock(end))}
        {end !== null && (
          <span className="muted"> · {formatLength(Date.parse(end) - Date.parse(start))}</span>
        )}
      </p>
      {description !== null && <p dir="auto">{description}</p>}
      <Facts of={facts} />
      <button type="button" onClick={() => onGo(start)}>
        {t.begin}
      </button>
      {channel.policy.export && (
        <Link href={`/c/${channel.id}/download?${download.toString()}`}>{t.download}</Link>
      )}
    </Disclosure>
  )
}
