import { useEffect, useState, type ReactNode } from 'react'
import { Link, useRoute } from 'wouter'
import { useConnection } from '../data/live.ts'
import {
  locales,
  nameOfLocale,
  useCatalogue,
  useMessages,
  type Locale,
} from '../messages/catalogue.tsx'
import { readTheme, storeTheme, themes, type Theme } from './theme.ts'

export function Header(): ReactNode {
  const t = useMessages()
  const [isOnAir] = useRoute('/')
  const [isWall] = useRoute('/wall')
  return (
    <header className="bar">
      <Link href="/" className="brand">
        <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
          <rect width="32" height="32" rx="7" className="brand-ground" />
          <rect
            x="5"
            y="8"
            width="22"
            height="3.4"
            rx="1.7"
            className="brand-line"
            opacity="0.55"
          />
          <rect
            x="5"
            y="14.3"
            width="17"
            height="3.4"
            rx="1.7"
            className="brand-line"
            opacity="0.8"
          />
          <rect x="5" y="20.6" width="11" height="3.4" rx="1.7" className="brand-line" />
          <rect x="18.4" y="20.6" width="2.6" height="3.4" rx="1.1" className="brand-cursor" />
        </svg>
        <span>ccr</span>
      </Link>
      <nav aria-label={t.nav.label}>
        <Link href="/" aria-current={isOnAir ? 'page' : undefined}>
          {t.nav.onAir}
        </Link>
        <Link href="/wall" aria-current={isWall ? 'page' : undefined}>
          {t.nav.wall}
        </Link>
        <a href="/docs">{t.nav.api}</a>
      </nav>
      <div className="bar-slot" id="bar-slot" />
      <Choices />
      <ConnectionNote />
    </header>
  )
}

function Choices(): ReactNode {
  const { messages: t, locale, choose } = useCatalogue()
  const [theme, setTheme] = useState(readTheme)
  return (
    <div className="choices">
      <label>
        <span className="quiet">{t.theme.label}</span>
        <select
          value={theme}
          onChange={(event) => {
            const chosen = event.target.value as Theme
            setTheme(chosen)
            storeTheme(chosen)
          }}
        >
          {themes.map((one) => (
            <option key={one} value={one}>
              {t.theme[one]}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="quiet">{t.interfaceLanguage}</span>
        <select value={locale} onChange={(event) => choose(event.target.value as Locale)}>
          {locales.map((one) => (
            <option key={one} value={one}>
              {nameOfLocale(one)}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

/** Said only while something is wrong: what happened, what will happen, and that nothing is lost. */
function ConnectionNote(): ReactNode {
  const t = useMessages()
  const { status, since, retryAt } = useConnection()
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    if (status === 'open') return undefined
    const timer = setInterval(() => setNow(Date.now()), 500)
    return () => clearInterval(timer)
  }, [status])
  if (status !== 'waiting' && !(status === 'connecting' && now - since > 1500)) return null
  const seconds = Math.max(0, Math.ceil(((retryAt ?? now) - now) / 1000))
  return (
    <p className="connection" role="status">
      <strong>
        {status === 'waiting' ? t.connection.waiting(seconds) : t.connection.connecting}
      </strong>{' '}
      {t.connection.nothingLost}
    </p>
  )
}
