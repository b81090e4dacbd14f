import type { ReactNode } from 'react'
import { Link, Redirect } from 'wouter'
import { useSignIn } from '../../data/account.ts'
import { useAdminMessages } from '../../messages/admin/use-admin-messages.ts'
import { useTitle } from '../../shared/use-title.ts'
import '../../styles/account.css'
import '../../styles/admin.css'
import { Channels } from './channels.tsx'
import { Outbox } from './outbox.tsx'
import { Overview } from './overview.tsx'
import { People } from './people.tsx'
import { InstanceTokens } from './instance-tokens.tsx'
import { Tuners } from './tuners.tsx'

const tabs = ['overview', 'tuners', 'people', 'channels', 'tokens', 'outbox'] as const
export type AdminTab = (typeof tabs)[number]

/** What administrators decide, and how things are; each part has an address of its own. */
export default function AdminPage({ tab: wanted }: { readonly tab: string }): ReactNode {
  const t = useAdminMessages()
  const facts = useSignIn()
  const tab = tabs.find((one) => one === wanted) ?? 'overview'
  useTitle(`${t.tabs[tab]} · ${t.heading}`)
  if (facts === undefined) return <p className="page waiting">{t.loading}</p>
  const { user } = facts
  if (user === null) return <Redirect to={`/sign-in?next=/admin/${tab}`} replace />
  if (user.role !== 'admin')
    return (
      <div className="page empty">
        <h1>{t.heading}</h1>
        <p>{t.closed}</p>
      </div>
    )
  return (
    <div className="page admin">
      <h1>{t.heading}</h1>
      <nav className="admin-tabs" aria-label={t.tabs.label}>
        {tabs.map((one) => (
          <Link
            key={one}
            href={one === 'overview' ? '/admin' : `/admin/${one}`}
            aria-current={one === tab ? 'page' : undefined}
          >
            {t.tabs[one]}
          </Link>
        ))}
      </nav>
      {tab === 'overview' && <Overview />}
      {tab === 'tuners' && <Tuners />}
      {tab === 'people' && <People self={user.id} />}
      {tab === 'channels' && <Channels />}
      {tab === 'tokens' && <InstanceTokens />}
      {tab === 'outbox' && <Outbox />}
    </div>
  )
}
