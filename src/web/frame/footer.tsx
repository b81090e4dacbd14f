import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'wouter'
import type { Site } from '../../protocol/api.ts'
import { get } from '../data/api.ts'
import { useMessages } from '../messages/catalogue.tsx'

/** What this site is, and whom to ask. Its height does not depend on the answer. */
export function Footer(): ReactNode {
  const t = useMessages().footer
  const { data: site } = useQuery({
    queryKey: ['site'],
    queryFn: ({ signal }) => get<Site>('/site', signal),
    staleTime: Infinity,
  })
  return (
    <footer className="foot">
      <nav aria-label={t.label}>
        <Link href="/quality">{t.quality}</Link>
        <a href="/docs">{t.api}</a>
        {site?.source != null && <a href={site.source}>{t.source}</a>}
        {site?.contact != null && <a href={site.contact}>{t.contact}</a>}
      </nav>
      <p className="muted">{site !== undefined && t.version(site.version)}</p>
    </footer>
  )
}
