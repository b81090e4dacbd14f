import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Channel } from '../../../protocol/api.ts'
import { useDrafts, useFeed, useFeedView } from '../../data/live.ts'
import { useCatalogue, useMessages } from '../../messages/catalogue.tsx'
import { CaptionText } from '../../shared/caption-text.tsx'
import { Monogram } from '../../shared/monogram.tsx'
import { nameOfCountry, nameOfLanguage } from '../../shared/names.ts'
import { StateMark } from '../../shared/state-mark.tsx'

export function ChannelCard({ channel }: { readonly channel: Channel }): ReactNode {
  const { locale } = useCatalogue()
  const { id, name, country, languages, now, state } = channel
  const about = [
    country === null ? null : (nameOfCountry(country, locale) ?? country),
    ...languages.map((tag) => nameOfLanguage(tag, locale) ?? tag),
  ].filter((part) => part !== null)
  return (
    <li className="card">
      <div className="card-head">
        <Monogram name={name} />
        <div className="card-names">
          <h3>
            <Link href={`/c/${id}`}>{name}</Link>
          </h3>
          <p className="muted">{about.join(' · ')}</p>
        </div>
        <StateMark state={state} />
      </div>
      {now !== null && <p className="card-now">{now.title}</p>}
      <LastLine channel={channel} />
    </li>
  )
}

/** The two newest lines of the first track, the newest growing. Not announced: there are many. */
function LastLine({ channel }: { readonly channel: Channel }): ReactNode {
  const t = useMessages()
  const feed = useFeed(channel.id)
  const drafts = useDrafts(feed)
  const { cues } = useFeedView(feed)
  const track = channel.tracks[0]?.track ?? cues.at(-1)?.track ?? 'CC1'
  const language = channel.tracks[0]?.language ?? channel.languages[0]
  const draft = drafts.find((one) => one.track === track)
  const past = cues.filter((cue) => cue.track === track).slice(draft === undefined ? -2 : -1)
  if (draft === undefined && past.length === 0)
    return <p className="card-text muted">{channel.state === 'offline' ? '' : t.onAir.waiting}</p>
  return (
    <p className="card-text" lang={language ?? undefined}>
      {past.map((cue) => (
        <span key={cue.id} className="card-line card-line-past">
          <CaptionText text={cue.text} />
        </span>
      ))}
      {draft !== undefined && (
        <span className={draft.mode === 'pop-on' ? 'card-line' : 'card-line growing'}>
          <CaptionText text={draft.text} />
        </span>
      )}
    </p>
  )
}
