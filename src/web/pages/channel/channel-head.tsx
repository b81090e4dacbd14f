import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Channel } from '../../../protocol/api.ts'
import { useMessages } from '../../messages/catalogue.tsx'
import { ChannelMark } from '../../shared/channels/channel-mark.tsx'
import { StateMark } from '../../shared/channels/state-mark.tsx'
import './channel.css'
import { leavePlace, placeLeft } from './place-left.ts'

export type Tab = 'transcript' | 'download' | 'embed'

/** A channel's name, what is on now, its tabs, and the tools of the tab that is open. */
export function ChannelHead(props: {
  readonly channel: Channel
  readonly tab: Tab
  readonly children?: ReactNode
}): ReactNode {
  const { channel, tab, children } = props
  const t = useMessages()
  return (
    <div className="channel-head">
      <ChannelMark channel={channel} />
      <div className="channel-names">
        <h1 dir="auto">{channel.name}</h1>
        <p className="muted">
          <StateMark state={channel.state} />
          {channel.now !== null && (
            <span className="now">
              {t.channel.now}: <strong dir="auto">{channel.now.title}</strong>
            </span>
          )}
        </p>
      </div>
      <Tabs id={channel.id} tab={tab} />
      {children}
    </div>
  )
}

/** Each tab is an address; the transcript is found again where it was left. */
function Tabs({ id, tab }: { readonly id: string; readonly tab: Tab }): ReactNode {
  const t = useMessages()
  const left = tab === 'transcript' ? undefined : placeLeft(id)
  const leave = (): void => {
    if (tab === 'transcript') leavePlace(id)
  }
  return (
    <nav className="tabs" aria-label={t.channel.tabs.label}>
      <Link
        href={left?.href ?? `/c/${id}`}
        state={left?.state}
        aria-current={tab === 'transcript' ? 'page' : undefined}
      >
        {t.channel.tabs.transcript}
      </Link>
      <Link
        href={`/c/${id}/download`}
        aria-current={tab === 'download' ? 'page' : undefined}
        onClick={leave}
      >
        {t.channel.tabs.download}
      </Link>
      <Link
        href={`/c/${id}/embed`}
        aria-current={tab === 'embed' ? 'page' : undefined}
        onClick={leave}
      >
        {t.channel.tabs.embed}
      </Link>
    </nav>
  )
}
