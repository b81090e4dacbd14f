import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { useMessages } from '../messages/catalogue.tsx'
import { useTitle } from '../shared/use-title.ts'

export function NotFound(): ReactNode {
  const t = useMessages().notFound
  useTitle(t.heading)
  return (
    <div className="page empty">
      <h1>{t.heading}</h1>
      <p>{t.why}</p>
      <ul className="ways-on">
        <li>
          <Link href="/">{t.home}</Link>
        </li>
        <li>
          <Link href="/search">{t.search}</Link>
        </li>
      </ul>
    </div>
  )
}
