import type { ReactNode } from 'react'
import { Link, useRoute } from 'wouter'
import { useConnection } from '../data/live.ts'
import { useHeard } from '../data/offline.ts'
import { useMessages } from '../messages/catalogue.tsx'
import { AccountLink } from './account-link.tsx'
import { ConnectionNote } from './connection-note.tsx'
import { DisplaySettings } from './display-settings.tsx'

export function Header(): ReactNode {
  const t = useMessages()
  const [isOnAir] = useRoute('/')
  const [isWall] = useRoute('/wall')
  const [isSearch] = useRoute('/search')
  const [isAlerts] = useRoute('/alerts/*?')
  useHeard(useConnection().status === 'open')
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
        <Link href="/search" aria-current={isSearch ? 'page' : undefined}>
          {t.nav.search}
        </Link>
        <Link href="/alerts" aria-current={isAlerts ? 'page' : undefined}>
          {t.nav.alerts}
        </Link>
        {/* Narrow windows have it at the foot of the page alone. */}
        <a href="/docs" className="nav-api">
          {t.nav.api}
        </a>
      </nav>
      <DisplaySettings />
      <AccountLink />
      {/* The wall says more of it, and in the whole screen too. */}
      {!isWall && <ConnectionNote />}
    </header>
  )
}
