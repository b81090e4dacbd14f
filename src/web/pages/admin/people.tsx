import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { call, itemsOf, type InvitationView, type Role, type UserView } from '../../data/account.ts'
import { useAccountMessages } from '../../messages/account/use-account-messages.ts'
import { useAdminMessages } from '../../messages/admin/use-admin-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { Secret } from '../../shared/secret.tsx'
import { formatSince } from '../../shared/time/since.ts'
import { Trouble } from '../../shared/trouble.tsx'
import { useDeed } from '../../shared/use-deed.ts'
import { Person } from './person.tsx'
import { RoleFields } from './role-fields.tsx'
import { idsOf } from './words.ts'

const usersKey = ['admin', 'users']
const invitationsKey = ['admin', 'invitations']

export function People({ self }: { readonly self: string }): ReactNode {
  const t = useAdminMessages().people
  const queries = useQueryClient()
  const users = useQuery({ queryKey: usersKey, queryFn: () => itemsOf<UserView>('/admin/users') })
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey: ['admin'] })
  return (
    <div className="sheets wide">
      <Invite onDone={again} />
      <section className="sheet">
        <h2>{t.heading}</h2>
        <ul className="entries">
          {users.data?.map((user) => (
            <Person key={user.id} user={user} isSelf={user.id === self} onDone={again} />
          ))}
        </ul>
        <Trouble error={users.error} />
      </section>
    </div>
  )
}

function Invite({ onDone }: { readonly onDone: () => Promise<void> }): ReactNode {
  const t = useAdminMessages().people
  const { locale } = useCatalogue()
  const deed = useDeed()
  const [email, setEmail] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [channels, setChannels] = useState('')
  const [made, setMade] = useState<{ email: string; url: string } | null>(null)
  return (
    <section className="sheet">
      <h2>{t.invite}</h2>
      <form
        className="grid-form"
        onSubmit={(event) => {
          event.preventDefault()
          deed.run(async () => {
            const body = { email, role, channels: idsOf(channels), language: locale }
            const { url } = await call<{ url: string }>('POST', '/admin/invitations', body)
            setMade({ email, url })
            setEmail('')
            await onDone()
          })
        }}
      >
        <label>
          <span>{t.email}</span>
          <input
            type="email"
            required
            maxLength={254}
            autoComplete="off"
            value={email}
            onChange={({ target }) => setEmail(target.value)}
          />
        </label>
        <RoleFields {...{ role, channels }} onRole={setRole} onChannels={setChannels} />
        <button type="submit" className="main">
          {t.send}
        </button>
      </form>
      {made !== null && <Secret text={made.url} says={t.invited(made.email)} />}
      <Trouble error={deed.error} />
      <Invitations onDone={onDone} />
    </section>
  )
}

function Invitations({ onDone }: { readonly onDone: () => Promise<void> }): ReactNode {
  const t = useAdminMessages().people
  const names = useAccountMessages().account.roles
  const { locale } = useCatalogue()
  const deed = useDeed()
  const { data } = useQuery({
    queryKey: invitationsKey,
    queryFn: () => itemsOf<InvitationView>('/admin/invitations'),
  })
  if (data === undefined || data.length === 0) return null
  return (
    <>
      <h3>{t.waiting}</h3>
      <ul className="entries">
        {data.map((invitation) => (
          <li key={invitation.id}>
            <span className="row-main">
              <strong>
                {invitation.email}
                <span className="mark">{names[invitation.role]}</span>
              </strong>
              <span className="muted">{t.until(formatSince(invitation.expiresAt, locale))}</span>
            </span>
            <button
              type="button"
              aria-label={t.takeBackOf(invitation.email)}
              onClick={() =>
                deed.run(async () => {
                  await call('DELETE', `/admin/invitations/${invitation.id}`)
                  await onDone()
                })
              }
            >
              {t.takeBack}
            </button>
          </li>
        ))}
      </ul>
      <Trouble error={deed.error} />
    </>
  )
}
