import { useState, type ReactNode } from 'react'
import { call, type Role, type UserView } from '../../data/account.ts'
import { useAccountMessages } from '../../messages/account/use-account-messages.ts'
import { useAdminMessages } from '../../messages/admin/use-admin-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { Secret } from '../../shared/secret.tsx'
import { formatSince } from '../../shared/time/since.ts'
import { Trouble } from '../../shared/trouble.tsx'
import { useDeed } from '../../shared/use-deed.ts'
import { RoleFields } from './role-fields.tsx'
import { idsOf, orNull } from './words.ts'

interface Props {
  readonly user: UserView
  readonly isSelf: boolean
  readonly onDone: () => Promise<void>
}

export function Person({ user, isSelf, onDone }: Props): ReactNode {
  const t = useAdminMessages().people
  const names = useAccountMessages().account.roles
  const { locale } = useCatalogue()
  const [isOpen, setOpen] = useState(false)
  return (
    <li className={isOpen ? 'open' : undefined}>
      <span className="row-main">
        <strong>
          {user.name ?? user.email}
          <span className="mark">{names[user.role]}</span>
          {isSelf && <span className="mark">{t.you}</span>}
        </strong>
        <span className="muted">
          {user.name !== null && `${user.email} · `}
          {user.role === 'operator' && user.channels.length > 0 && `${user.channels.join(', ')} · `}
          {user.lastSeenAt === null ? t.unseen : t.seen(formatSince(user.lastSeenAt, locale))}
        </span>
      </span>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-label={t.editOf(user.email)}
        onClick={() => setOpen(!isOpen)}
      >
        {isOpen ? t.cancel : t.edit}
      </button>
      {isOpen && (
        <Edit
          user={user}
          onDone={async () => {
            await onDone()
            setOpen(false)
          }}
        />
      )}
    </li>
  )
}

function Edit({ user, onDone }: Omit<Props, 'isSelf'>): ReactNode {
  const t = useAdminMessages().people
  const deed = useDeed()
  const [name, setName] = useState(user.name ?? '')
  const [role, setRole] = useState<Role>(user.role)
  const [channels, setChannels] = useState(user.channels.join(', '))
  const [isRemoving, setRemoving] = useState(false)
  const [link, setLink] = useState<string | null>(null)
  const [said, setSaid] = useState('')
  const path = `/admin/users/${user.id}`
  return (
    <div className="row-more">
      <form
        className="grid-form"
        onSubmit={(event) => {
          event.preventDefault()
          deed.run(async () => {
            await call('PATCH', path, { name: orNull(name), role, channels: idsOf(channels) })
            await onDone()
          })
        }}
      >
        <label>
          <span>{t.name}</span>
          <input maxLength={100} value={name} onChange={({ target }) => setName(target.value)} />
        </label>
        <RoleFields {...{ role, channels }} onRole={setRole} onChannels={setChannels} />
        <button type="submit" className="main">
          {t.save}
        </button>
      </form>
      <div className="deeds">
        <button
          type="button"
          onClick={() =>
            deed.run(async () => setLink((await call<{ url: string }>('POST', `${path}/link`)).url))
          }
        >
          {t.link}
        </button>
        <button
          type="button"
          onClick={() =>
            deed.run(async () => {
              await call('DELETE', `${path}/sessions`)
              setSaid(t.signedOut(user.email))
            })
          }
        >
          {t.signOut}
        </button>
        <button type="button" className="danger" onClick={() => setRemoving(!isRemoving)}>
          {t.remove}
        </button>
      </div>
      {isRemoving && (
        <div className="deeds sure" role="group" aria-label={t.removeSure(user.email)}>
          <p>{t.removeSure(user.email)}</p>
          <button
            type="button"
            className="danger"
            onClick={() =>
              deed.run(async () => {
                await call('DELETE', path)
                await onDone()
              })
            }
          >
            {t.removeDo}
          </button>
          <button type="button" onClick={() => setRemoving(false)}>
            {t.cancel}
          </button>
        </div>
      )}
      {link !== null && <Secret text={link} says={t.linkMade(user.email)} />}
      <p role="status" className="deed-done">
        {said}
      </p>
      <Trouble error={deed.error} />
    </div>
  )
}
