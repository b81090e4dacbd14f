import { useMemo, useState, type ReactNode } from 'react'
import type { Channel, Cue } from '../../../../protocol/api.ts'
import { keyOf } from '../../../data/channel-feed.ts'
import { useLiveMatches, useNewestMatches } from '../../../data/live-matches.ts'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { CaptionText } from '../../../shared/captions/caption-text.tsx'
import { useZone } from '../../../shared/settings/choices.ts'
import { formatClock } from '../../../shared/time/times.ts'

const mostShown = 8
/** Older matches are among the samples. */
const recentMs = 600_000
/** One connection follows no more. */
const mostFollowed = 200

/** What fits as it is said, the newest at the end; not read aloud, as it comes while somebody types. */
export function LivePreview(props: {
  /** One that the server has read. */
  readonly query: string
  readonly channels: readonly Channel[]
}): ReactNode {
  const { query, channels } = props
  const { rehearsal: t } = useAlertMessages()
  const ids = [...channels]
    .sort((a, b) => Number(b.state === 'live') - Number(a.state === 'live'))
    .slice(0, mostFollowed)
    .map(({ id }) => id)
    .sort()
    .join()
  // Programmes change all the time; what is followed does not.
  const followed = useMemo(() => (ids === '' ? [] : ids.split(',')), [ids])
  const [opened] = useState(Date.now)
  const cues = useNewestMatches(useLiveMatches(query), followed, mostShown).filter(
    ({ start }) => Date.parse(start) > opened - recentMs,
  )
  return (
    <>
      <h3>{t.live}</h3>
      <p className="muted alert-hint">
        {t.liveLead} {channels.length > mostFollowed && t.liveCut(mostFollowed)}
      </p>
      {cues.length === 0 ? (
        <p className="muted alert-nothing">{t.liveNone}</p>
      ) : (
        <ol className="alert-live">
          {cues.map((cue) => (
            <Match
              key={`${cue.channel} ${keyOf(cue)}`}
              cue={cue}
              channel={channels.find(({ id }) => id === cue.channel)}
            />
          ))}
        </ol>
      )}
    </>
  )
}

function Match(props: { readonly cue: Cue; readonly channel: Channel | undefined }): ReactNode {
  const { cue, channel } = props
  const { locale } = useCatalogue()
  const zone = useZone(channel?.timeZone ?? 'UTC')
  return (
    <li>
      <span className="muted">
        <time dateTime={cue.start}>{formatClock(cue.start, zone, locale)}</time>{' '}
        <span dir="auto">{channel?.name ?? cue.channel}</span>
      </span>
      <span lang={cue.language ?? undefined} dir="auto">
        <CaptionText text={cue.text} />
      </span>
    </li>
  )
}
