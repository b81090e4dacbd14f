import { useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useConnection } from '../../data/live.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useEmbedMessages } from '../../messages/embed/use-embed-messages.ts'
import { ownStyle } from '../../shared/caption-style/own-style.ts'
import { isSameStyle, usualStyle } from '../../shared/caption-style/style.ts'
import { Styled } from '../../shared/caption-style/styled.tsx'
import { useKept } from '../../shared/settings/kept.ts'
import { nameOfTrack } from '../../shared/channels/names.ts'
import { SpokenLog } from '../../shared/captions/spoken-log.tsx'
import { StateMark } from '../../shared/channels/state-mark.tsx'
import { useTitle } from '../../shared/use-title.ts'
import '../../styles/embed.css'
import { LiveText } from './live-text.tsx'
import { readerSettings, styleOf, usualReader, type ReaderSettings } from './parameters.ts'
import { ReaderBar } from './reader-bar.tsx'
import { useEmbedded, useEmbedTheme, useTrack, type Embedded } from './use-embedded.ts'
import { useParameters } from './use-parameters.ts'

/** Nothing but text, in one or several tracks side by side. Whatever is set here is in the address, to be kept or sent. */
export default function ReaderPage({ id }: { readonly id: string }): ReactNode {
  const t = useEmbedMessages()
  const [values, change] = useParameters(readerSettings, usualReader)
  const own = useKept(ownStyle)
  const hasOwn = !isSameStyle(own, usualStyle)
  const isOwn = hasOwn && values.ownStyle
  const style = useMemo(() => (isOwn ? own : styleOf(values)), [isOwn, own, values])
  const embedded = useEmbedded(id)
  const [isPaused, setPaused] = useState(false)
  const [isAnnounced, setAnnounced] = useState(false)
  const { status } = useConnection()
  const { channel, tracks, isClosed } = embedded
  const name = channel?.name ?? id
  const shown = values.track.length > 0 ? values.track : [tracks[0]?.track ?? 'CC1']
  const columns = useRef<HTMLDivElement>(null)
  useEmbedTheme(values.theme)
  useTitle(name)
  useLayoutEffect(() => {
    columns.current?.style.setProperty('--letters', String(values.width))
  }, [values.width, isClosed])
  return (
    <div className="reader">
      {values.title ? (
        <header className="reader-head">
          <h1 dir="auto">{name}</h1>
          {channel !== undefined && <StateMark state={channel.state} />}
          {channel?.now != null && (
            <span className="muted" dir="auto">
              {channel.now.title}
            </span>
          )}
        </header>
      ) : (
        <h1 className="quiet">{name}</h1>
      )}
      {isClosed && channel === undefined ? (
        <p className="frame-note muted">{t.closed}</p>
      ) : (
        <Styled style={style} className="reader-text">
          <div ref={columns} className="reader-columns">
            {shown.map((track, i) => (
              <Column
                key={track}
                embedded={embedded}
                name={name}
                track={track}
                isAlone={shown.length === 1}
                values={values}
                isPaused={isPaused}
                isAnnounced={isAnnounced && i === 0}
              />
            ))}
          </div>
        </Styled>
      )}
      <p role="status" className="frame-lost">
        {status === 'waiting' && t.lost}
      </p>
      {values.controls.length > 0 && (
        <ReaderBar
          channel={id}
          tracks={tracks}
          shown={shown}
          values={values}
          onChange={change}
          style={style}
          // From what is seen: the reader's own style becomes the address's as it is changed here.
          onStyle={(part) => change({ ...style, ...part, ownStyle: false })}
          isOwn={hasOwn ? isOwn : null}
          isPaused={isPaused}
          onPause={setPaused}
          isAnnounced={isAnnounced}
          onAnnounce={setAnnounced}
        />
      )}
    </div>
  )
}

function Column(props: {
  readonly embedded: Embedded
  readonly name: string
  readonly track: string
  readonly isAlone: boolean
  readonly values: ReaderSettings
  readonly isPaused: boolean
  readonly isAnnounced: boolean
}): ReactNode {
  const { embedded, name, isAlone, values } = props
  const t = useEmbedMessages()
  const { locale } = useCatalogue()
  const followed = useTrack(embedded, props.track)
  const trackName = nameOfTrack(followed.track, locale)
  return (
    <section className="reader-column" aria-label={trackName}>
      {!isAlone && <h2>{trackName}</h2>}
      <LiveText
        {...values}
        followed={followed}
        name={isAlone ? t.captionsOf(name) : t.captionsOf(trackName)}
        timeZone={embedded.channel?.timeZone ?? 'UTC'}
        isPaused={props.isPaused}
        waiting={t.waiting}
      />
      {props.isAnnounced && <SpokenLog cues={followed.cues} />}
    </section>
  )
}
