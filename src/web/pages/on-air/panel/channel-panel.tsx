import { lazy, Suspense, useEffect, useId, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { Link, useSearchParams } from 'wouter'
import type { Channel } from '../../../../protocol/api.ts'
import { useChannelMessages } from '../../../messages/channel/use-channel-messages.ts'
import { ChannelMark } from '../../../shared/channels/channel-mark.tsx'
import { StateMark } from '../../../shared/channels/state-mark.tsx'
import { ChannelAbout } from './channel-about.tsx'
import './channel-panel.css'
import { PanelTranscript } from './panel-transcript.tsx'

const DownloadPane = lazy(async () => {
  const { DownloadPane: component } = await import('../../download/download-tab.tsx')
  return { default: component }
})

const tabs = ['about', 'download'] as const
type Tab = (typeof tabs)[number]

/** A channel opened in place: what is said on it, what it is, and what it said as files. */
export default function ChannelPanel(props: {
  readonly channel: Channel
  readonly takeFocus: () => boolean
  readonly onClose: () => void
}): ReactNode {
  const { channel, takeFocus, onClose } = props
  const t = useChannelMessages().panel
  const id = useId()
  const panel = useRef<HTMLElement>(null)
  const [search, setSearch] = useSearchParams()
  const tab: Tab = search.get('tab') === 'download' ? 'download' : 'about'
  useEffect(() => {
    // Whoever came by the card goes on here; whoever came by the address reads from the top of the page.
    if (takeFocus()) panel.current?.focus({ preventScroll: true })
    panel.current?.scrollIntoView({ block: 'nearest', behavior: 'instant' })
  }, [takeFocus])
  const choose = (next: Tab): void => {
    setSearch(
      (before) => {
        const after = new URLSearchParams(before)
        if (next === 'about') after.delete('tab')
        else after.set('tab', next)
        return after
      },
      { replace: true },
    )
    document.getElementById(`${id}-${next}`)?.focus()
  }
  const onKey = ({ key }: KeyboardEvent): void => {
    const other = tabs.find((one) => one !== tab)
    if ((key === 'ArrowLeft' || key === 'ArrowRight') && other !== undefined) choose(other)
  }
  return (
    <section ref={panel} className="opened" tabIndex={-1} aria-label={t.label(channel.name)}>
      <div className="opened-head">
        <ChannelMark channel={channel} />
        <div className="opened-names">
          <h3 dir="auto">{channel.name}</h3>
          <StateMark state={channel.state} />
        </div>
        <div role="tablist" aria-label={t.tabs} className="tabs" onKeyDown={onKey}>
          {tabs.map((one) => (
            <button
              key={one}
              id={`${id}-${one}`}
              type="button"
              role="tab"
              aria-selected={one === tab}
              aria-controls={`${id}-pane`}
              tabIndex={one === tab ? 0 : -1}
              onClick={() => choose(one)}
            >
              {t[one]}
            </button>
          ))}
        </div>
        <Link href={`/c/${channel.id}`} className="opened-page">
          {t.page}
        </Link>
        <button type="button" className="opened-close" aria-label={t.close} onClick={onClose}>
          <svg viewBox="0 0 16 16" width="18" height="18" aria-hidden="true" className="glyph">
            <path d="M3.5 3.5l9 9M12.5 3.5l-9 9" />
          </svg>
        </button>
      </div>
      <div className={tab === 'about' ? 'opened-body with-transcript' : 'opened-body'}>
        {/* The lines to choose from are the Download tab’s own. */}
        {tab === 'about' && <PanelTranscript channel={channel} />}
        <div
          id={`${id}-pane`}
          role="tabpanel"
          aria-labelledby={`${id}-${tab}`}
          tabIndex={0}
          className="opened-pane"
        >
          {tab === 'about' ? (
            <ChannelAbout channel={channel} />
          ) : (
            <Suspense>
              <div className="download">
                <DownloadPane channel={channel} />
              </div>
            </Suspense>
          )}
        </div>
      </div>
    </section>
  )
}
