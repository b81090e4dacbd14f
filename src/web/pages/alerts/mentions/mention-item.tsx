import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Mention, Repeat } from '../../../../protocol/alerts.ts'
import type { AlertMessages } from '../../../messages/alerts/en.ts'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useZone } from '../../../shared/settings/choices.ts'
import { formatClock, formatDay } from '../../../shared/time/times.ts'
import { Passage } from '../../search/passage.tsx'

/** One mention: the words in context, where else they were said, and how they came here. */
export function MentionItem({ mention }: { readonly mention: Mention }): ReactNode {
  const { channelName, timeZone } = mention
  return (
    <Passage item={mention} channel={{ name: channelName, timeZone, tracks: [] }}>
      <AlsoOn mention={mention} />
      <Trail mention={mention} />
    </Passage>
  )
}

function AlsoOn({ mention }: { readonly mention: Mention }): ReactNode {
  const { mentions: t } = useAlertMessages()
  const { alsoOn, repeats, timeZone } = mention
  if (repeats === 0) return null
  return (
    <details className="also-on">
      <summary>{sayRepeats(mention, t)}</summary>
      {alsoOn.length < repeats && <p className="muted">{t.first(alsoOn.length)}</p>}
      <ul>
        {alsoOn.map((repeat) => (
          <li key={`${repeat.channel} ${repeat.track} ${repeat.start}`}>
            <Elsewhere repeat={repeat} timeZone={timeZone} />
          </li>
        ))}
      </ul>
    </details>
  )
}

function Elsewhere(props: {
  readonly repeat: Repeat
  /** Of the channel that it was first said on. */
  readonly timeZone: string
}): ReactNode {
  const { channel, channelName, track, start } = props.repeat
  const { locale } = useCatalogue()
  const zone = useZone(props.timeZone)
  return (
    <Link href={`/c/${channel}/${start}?track=${encodeURIComponent(track)}`}>
      <span dir="auto">{channelName}</span>{' '}
      <time dateTime={start}>
        {formatDay(start, zone, locale)}, {formatClock(start, zone, locale)}
      </time>
    </Link>
  )
}

function sayRepeats({ alsoOn, channel, repeats }: Mention, t: AlertMessages['mentions']): string {
  const others = new Set(alsoOn.map((one) => one.channel).filter((id) => id !== channel))
  return others.size === 0 ? t.again(repeats) : t.also(others.size)
}

/** When it passed through here, and how long each step took. */
function Trail({ mention }: { readonly mention: Mention }): ReactNode {
  const { mentions: t } = useAlertMessages()
  const { locale } = useCatalogue()
  const zone = useZone(mention.timeZone)
  const { aired, received, matched } = mention.trail
  const later = (from: string, to: string): string => {
    const seconds = Math.max(0, Date.parse(to) - Date.parse(from)) / 1000
    return t.after(
      new Intl.NumberFormat(locale, {
        ...{ style: 'unit', unit: 'second', unitDisplay: 'narrow', maximumFractionDigits: 1 },
      }).format(seconds),
    )
  }
  return (
    <p className="trail muted">
      <span className="quiet">{t.trail}: </span>
      <span>
        {t.aired} <time dateTime={aired}>{formatClock(aired, zone, locale)}</time>
      </span>
      <span>
        {t.received} <time dateTime={received}>{later(aired, received)}</time>
      </span>
      <span>
        {t.matched} <time dateTime={matched}>{later(received, matched)}</time>
      </span>
    </p>
  )
}
