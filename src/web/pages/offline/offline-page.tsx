import { useEffect, useState, useSyncExternalStore, type ReactNode } from 'react'
import { readKept, type KeptLines } from '../../data/kept-lines.ts'
import { askNow, lastHeard, useOffline } from '../../data/offline.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useOfflineMessages } from '../../messages/offline/use-offline-messages.ts'
import { CaptionText } from '../../shared/captions/caption-text.tsx'
import { ownZone, useZone } from '../../shared/settings/choices.ts'
import { Monogram } from '../../shared/channels/monogram.tsx'
import { formatClock, formatDay } from '../../shared/time/times.ts'
import { useTitle } from '../../shared/use-title.ts'
import './offline.css'

/**
 * In place of any page that was opened without the server: what happened, since when, and what can still be
 * read. What was read is never called live, and nobody is taken away from it.
 */
export default function OfflinePage({ onLeave }: { readonly onLeave: () => void }): ReactNode {
  const { locale } = useCatalogue()
  const t = useOfflineMessages()
  const isAway = useOffline()
  const hasNetwork = useSyncExternalStore(onNetwork, () => navigator.onLine)
  const [heard] = useState(lastHeard)
  const [kept] = useState(() => readKept(Date.now()))
  const [isReading, setReading] = useState(false)
  useTitle(t.title)
  useEffect(() => {
    if (!isAway && !isReading) onLeave()
  }, [isAway, isReading, onLeave])
  return (
    <div className="page offline">
      <p className="offline-what">{hasNetwork ? t.serverAway : t.noNetwork}</p>
      <h1>{t.heading}</h1>
      {heard !== null && (
        <p>
          {t.heard}{' '}
          <time dateTime={heard}>
            {formatDay(heard, ownZone, locale)}, {formatClock(heard, ownZone, locale)}
          </time>
        </p>
      )}
      <p className="muted">{t.nothingLost}</p>
      <p className="offline-next" role="status">
        {isAway ? t.trying : t.back}
      </p>
      <p>
        {isAway ? (
          <button type="button" onClick={askNow}>
            {t.tryNow}
          </button>
        ) : (
          <button type="button" className="primary" onClick={onLeave}>
            {t.show}
          </button>
        )}
      </p>
      <section aria-labelledby="kept">
        <h2 id="kept">{t.kept}</h2>
        {kept.length === 0 ? (
          <p className="muted">{t.keptNone}</p>
        ) : (
          <>
            <p className="muted">{t.keptWhat}</p>
            {kept.map((one) => (
              <Kept key={one.id} kept={one} onRead={() => setReading(true)} />
            ))}
          </>
        )}
      </section>
    </div>
  )
}

function Kept(props: { readonly kept: KeptLines; readonly onRead: () => void }): ReactNode {
  const { kept, onRead } = props
  const { locale } = useCatalogue()
  const t = useOfflineMessages()
  const zone = useZone(kept.timeZone)
  const last = kept.lines.at(-1)?.start ?? kept.keptAt
  return (
    <details className="kept" onToggle={({ currentTarget }) => currentTarget.open && onRead()}>
      <summary>
        <Monogram name={kept.name} />
        <span>
          <strong dir="auto">{kept.name}</strong>
          <span className="muted">
            {t.upTo} {formatDay(last, zone, locale)}, {formatClock(last, zone, locale)}
          </span>
        </span>
      </summary>
      <ol>
        {kept.lines.map(({ start, text, language }, n) => (
          <li key={n}>
            <time dateTime={start}>{formatClock(start, zone, locale)}</time>
            <p lang={language ?? undefined} dir="auto">
              <CaptionText text={text} />
            </p>
          </li>
        ))}
      </ol>
    </details>
  )
}

function onNetwork(listener: () => void): () => void {
  window.addEventListener('online', listener)
  window.addEventListener('offline', listener)
  return () => {
    window.removeEventListener('online', listener)
    window.removeEventListener('offline', listener)
  }
}
