import { useMemo, type ReactNode } from 'react'
import { useSearchParams } from 'wouter'
import { useConnection } from '../../data/live.ts'
import { useEmbedMessages } from '../../messages/embed/use-embed-messages.ts'
import { ownStyle } from '../../shared/caption-style/own-style.ts'
import { Styled } from '../../shared/caption-style/styled.tsx'
import { useKept } from '../../shared/settings/kept.ts'
import { StateMark } from '../../shared/channels/state-mark.tsx'
import { useTitle } from '../../shared/use-title.ts'
import '../../styles/embed.css'
import { LiveText } from './live-text.tsx'
import { frameSettings, saysStyle, styleOf, usualFrame } from './parameters.ts'
import { useEmbedded, useEmbedTheme, useTrack } from './use-embedded.ts'
import { useParameters } from './use-parameters.ts'

/** One channel in a frame of somebody's page: what is said, and the way to the rest. */
export default function FramePage({ id }: { readonly id: string }): ReactNode {
  const t = useEmbedMessages()
  const [values] = useParameters(frameSettings, usualFrame)
  const [search] = useSearchParams()
  const own = useKept(ownStyle)
  const style = useMemo(() => (saysStyle(search) ? styleOf(values) : own), [search, values, own])
  const embedded = useEmbedded(id)
  const followed = useTrack(embedded, values.track[0])
  const { status } = useConnection()
  const { channel, isClosed } = embedded
  const name = channel?.name ?? id
  useEmbedTheme(values.theme)
  useTitle(name)
  const home = `/c/${encodeURIComponent(id)}`
  return (
    <div className="frame">
      {values.title ? (
        <header className="frame-head">
          <h1 dir="auto">
            <a href={home} target="_blank" rel="noopener" title={t.openHere}>
              {name}
            </a>
          </h1>
          {channel !== undefined && <StateMark state={channel.state} />}
          <a href="/" target="_blank" rel="noopener" className="frame-home">
            ccr
          </a>
        </header>
      ) : (
        <h1 className="quiet">{name}</h1>
      )}
      {isClosed && followed.cues.length === 0 ? (
        <p className="frame-note muted">{t.closed}</p>
      ) : (
        <Styled style={style} className="frame-text">
          <LiveText
            followed={followed}
            name={t.captionsOf(name)}
            newest="bottom"
            smooth={false}
            rows="flow"
            times={values.times}
            timeZone={channel?.timeZone ?? 'UTC'}
            isPaused={false}
            waiting={t.waiting}
          />
        </Styled>
      )}
      <p role="status" className="frame-lost">
        {status === 'waiting' && t.lost}
      </p>
    </div>
  )
}
