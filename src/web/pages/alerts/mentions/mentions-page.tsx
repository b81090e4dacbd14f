import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { Link, useLocation } from 'wouter'
import type { AlertItem } from '../../../../protocol/alerts.ts'
import { listChannels } from '../../../data/api.ts'
import { useMentions } from '../../../data/alerts.ts'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'
import { useTitle } from '../../../shared/use-title.ts'
import '../../../styles/search.css'
import { AlertCounts } from '../alert-card.tsx'
import { AlertDeeds } from '../alert-deeds.tsx'
import { AlertFacts } from '../alert-facts.tsx'
import { AlertHead } from '../alert-head.tsx'
import { MissingAlert } from '../missing-alert.tsx'
import { takeSaved } from '../saved-note.ts'
import { SignedIn, type OwnAlerts } from '../signed-in.tsx'
import { Feeds } from './feeds.tsx'
import { MentionItem } from './mention-item.tsx'
import './mentions.css'

/** What one alert found, and what can be done with it. */
export default function MentionsPage({ id }: { readonly id: string }): ReactNode {
  return (
    <SignedIn>
      {(own) => {
        const alert = own.alerts.find((one) => one.id === id)
        return alert === undefined ? <MissingAlert /> : <AlertMentions alert={alert} own={own} />
      }}
    </SignedIn>
  )
}

function AlertMentions(props: { readonly alert: AlertItem; readonly own: OwnAlerts }): ReactNode {
  const { alert, own } = props
  const t = useAlertMessages()
  const [, navigate] = useLocation()
  const [said, setSaid] = useState('')
  useEffect(() => {
    // A screen reader tells what changes in a page, not what it came with.
    const timer = setTimeout(() => {
      const saved = takeSaved(alert.id)
      if (saved !== null) setSaid(t.edit.saved(saved))
    })
    return () => clearTimeout(timer)
  }, [alert.id, t])
  useTitle(t.mentions.title(alert.name))
  return (
    <div className="page alerts-page">
      <AlertHead alert={alert} at="mentions" />
      <p role="status" className={said === '' ? 'quiet' : 'alert-said'}>
        {said}
      </p>
      <div className="alert-card">
        <div className="alert-what">
          <Facts alert={alert} own={own} />
        </div>
        <AlertCounts alert={alert} />
        <AlertDeeds
          alert={alert}
          hasEdit={false}
          onDone={setSaid}
          onRemoved={() => navigate('/alerts')}
        />
      </div>
      <History alert={alert} />
      <Feeds id={alert.id} />
      <p>
        <Link href="/destinations">{t.destinations}</Link>
      </p>
    </div>
  )
}

function Facts({ alert, own }: { readonly alert: AlertItem; readonly own: OwnAlerts }): ReactNode {
  const { data: channels = [] } = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => listChannels(signal),
  })
  return (
    <AlertFacts
      alert={alert}
      channels={channels}
      destinations={own.destinations}
      isOutbox={own.isOutbox}
    />
  )
}

function History({ alert }: { readonly alert: AlertItem }): ReactNode {
  const t = useAlertMessages()
  const { mentions, error, hasMore, isLoadingMore, loadMore } = useMentions(alert.id)
  const more = useNearing(hasMore && !isLoadingMore ? loadMore : null)
  return (
    <section aria-label={t.mentions.label}>
      <h2 className="quiet">{t.mentions.label}</h2>
      {error !== null && (
        <p role="alert" className="trouble">
          {t.failed} <span lang="en">{error.message}</span>
        </p>
      )}
      {mentions === undefined && error === null && <p className="waiting">{t.loading}</p>}
      {mentions?.length === 0 && (
        <div className="empty">
          <p>{alert.paused ? t.mentions.nonePaused : t.mentions.none}</p>
          <p>
            <Link href={`/search?q=${encodeURIComponent(alert.query)}`}>{t.mentions.search}</Link>
          </p>
        </div>
      )}
      {mentions !== undefined && mentions.length > 0 && (
        <>
          <ol className="passages">
            {mentions.map((mention) => (
              <MentionItem key={mention.id} mention={mention} />
            ))}
          </ol>
          <div className="passages-end">
            {hasMore ? (
              <button type="button" ref={more} onClick={loadMore}>
                {isLoadingMore ? t.loading : t.mentions.more}
              </button>
            ) : (
              <span className="muted">{t.mentions.end}</span>
            )}
          </div>
        </>
      )}
    </section>
  )
}

/** Whoever scrolls to the end goes on without a press. */
function useNearing(onNear: (() => void) | null): React.RefObject<HTMLButtonElement | null> {
  const end = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (onNear === null || end.current === null) return undefined
    const watcher = new IntersectionObserver(([entry]) => {
      if (entry?.isIntersecting === true) onNear()
    })
    watcher.observe(end.current)
    return () => watcher.disconnect()
  }, [onNear])
  return end
}
