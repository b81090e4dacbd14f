import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Channel } from '../../../protocol/api.ts'
import { keyOf } from '../../data/channel-feed.ts'
import { useDrafts, useFeed, useFeedView } from '../../data/live.ts'
import { useCatalogue, useMessages } from '../../messages/catalogue.tsx'
import { CaptionText } from '../../shared/captions/caption-text.tsx'
import { flowOf } from '../../shared/captions/flow.ts'
import { ChannelMark } from '../../shared/channels/channel-mark.tsx'
import { nameOfCountry, nameOfLanguage } from '../../shared/channels/names.ts'
import { StateMark } from '../../shared/channels/state-mark.tsx'
import { useHeld } from '../../shared/use-held.ts'
import { linkId, type Opened } from './use-opened.ts'

/** A channel that is off says no more than that; the others, what is said on them. */
export function ChannelCard(props: {
  readonly channel: Channel
  readonly isPaused: boolean
  readonly opened: Opened
}): ReactNode {
  const { channel, isPaused, opened } = props
  const isOpen = opened.id === channel.id
  const { locale } = useCatalogue()
  const { id, name, country, languages, now, state } = channel
  const about = [
    country === null ? null : (nameOfCountry(country, locale) ?? country),
    ...languages.map((tag) => nameOfLanguage(tag, locale) ?? tag),
  ].filter((part) => part !== null)
  return (
    <li
      className={['card', state === 'offline' && 'off', isOpen && 'open']
        .filter((part) => part !== false)
        .join(' ')}
    >
      <div className="card-head">
        <ChannelMark channel={channel} />
        <div className="card-names">
          <h3>
            <Link
              id={linkId(id)}
              href={opened.hrefOf(id)}
              dir="auto"
              title={name}
              aria-expanded={isOpen}
              onClick={(event) => {
                // What asks for another window is the browser’s.
                if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return
                event.preventDefault()
                opened.toggle(id)
              }}
            >
              {name}
            </Link>
          </h3>
          <div className="card-about">
            <p className="muted">{about.join(' · ')}</p>
            <StateMark state={state} />
          </div>
        </div>
      </div>
      {state !== 'offline' && (
        <>
          <p className="card-now" dir="auto">
            {now?.title}
          </p>
          <LastLine channel={channel} isPaused={isPaused} />
        </>
      )}
    </li>
  )
}

/** The newest lines of the first track, the last one growing. Not announced: there are many. */
function LastLine(props: { readonly channel: Channel; readonly isPaused: boolean }): ReactNode {
  const { channel, isPaused } = props
  const t = useMessages()
  const feed = useFeed(channel.id)
  const drafts = useHeld(useDrafts(feed), isPaused)
  const { cues } = useHeld(useFeedView(feed), isPaused)
  const track = channel.tracks[0]?.track ?? cues.at(-1)?.track ?? 'CC1'
  const language = channel.tracks[0]?.language ?? channel.languages[0]
  const draft = drafts.find((one) => one.track === track)
  const past = cues.filter((cue) => cue.track === track).slice(draft === undefined ? -3 : -2)
  return (
    <div className="card-text caption-window">
      {draft === undefined && past.length === 0 ? (
        <p className="muted">{channel.state === 'quiet' ? t.onAir.silent : t.onAir.waiting}</p>
      ) : (
        <p className="caption-lines" lang={language ?? undefined} dir="auto">
          {past.map((cue) => (
            <span key={keyOf(cue)} className={`card-line past ${flowOf(cue.mode, cue.text)}`}>
              <CaptionText text={cue.text} />
            </span>
          ))}
          {draft !== undefined && (
            <span
              className={[
                'card-line',
                flowOf(draft.mode, draft.text),
                draft.mode !== 'pop-on' && !isPaused && 'growing',
              ]
                .filter((name) => name !== false)
                .join(' ')}
              aria-hidden="true"
            >
              <CaptionText text={draft.text} />
            </span>
          )}
        </p>
      )}
    </div>
  )
}
