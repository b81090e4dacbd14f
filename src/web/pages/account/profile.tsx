import { useQueryClient } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import { call, signInKey, type UserView } from '../../data/account.ts'
import { useAccountMessages } from '../../messages/account/use-account-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { Trouble } from '../../shared/trouble.tsx'
import { useDeed } from '../../shared/use-deed.ts'

export function Profile({ user }: { readonly user: UserView }): ReactNode {
  const t = useAccountMessages().account
  const id = useId()
  const queries = useQueryClient()
  const deed = useDeed()
  const [name, setName] = useState(user.name ?? '')
  const [said, setSaid] = useState('')
  return (
    <section className="sheet" aria-labelledby={`${id}-head`}>
      <h2 id={`${id}-head`}>{t.profile}</h2>
      <form
        className="line-form"
        onSubmit={(event) => {
          event.preventDefault()
          setSaid('')
          deed.run(async () => {
            await call('PATCH', '/me', { name: name === '' ? null : name })
            await queries.invalidateQueries({ queryKey: signInKey })
            setSaid(t.saved)
          })
        }}
      >
        <label htmlFor={`${id}-name`}>{t.name}</label>
        <input
          id={`${id}-name`}
          autoComplete="name"
          maxLength={100}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <button type="submit">{t.save}</button>
      </form>
      <Email user={user} />
      <dl className="facts">
        <dt>{t.role}</dt>
        <dd>
          {t.roles[user.role]}
          <span className="muted"> · {t.roleOf[user.role]}</span>
        </dd>
        {user.role === 'operator' && user.channels.length > 0 && (
          <>
            <dt>{t.ownChannels}</dt>
            <dd>{user.channels.join(', ')}</dd>
          </>
        )}
      </dl>
      <p role="status" className="deed-done">
        {said}
      </p>
      <Trouble error={deed.error} />
      <button
        type="button"
        onClick={() =>
          deed.run(async () => {
            await call('POST', '/sign-out')
            location.assign('/')
          })
        }
      >
        {t.signOut}
      </button>
    </section>
  )
}

function Email({ user }: { readonly user: UserView }): ReactNode {
  const t = useAccountMessages().account
  const { locale } = useCatalogue()
  const id = useId()
  const deed = useDeed()
  const [isOpen, setOpen] = useState(false)
  const [email, setEmail] = useState('')
  const [sentTo, setSentTo] = useState<string | null>(null)
  return (
    <>
      <div className="line-form">
        <span>{t.emailNow}</span>
        <strong className="address">{user.email}</strong>
        {!isOpen && (
          <button type="button" onClick={() => setOpen(true)}>
            {t.emailChange}
          </button>
        )}
      </div>
      {isOpen && (
        <form
          className="line-form"
          onSubmit={(event) => {
            event.preventDefault()
            deed.run(async () => {
              await call('POST', '/me/email', { email, language: locale })
              setSentTo(email)
              setOpen(false)
            })
          }}
        >
          <label htmlFor={id}>{t.emailNew}</label>
          <input
            id={id}
            type="email"
            required
            autoFocus
            maxLength={254}
            value={email}
            onChange={({ target }) => setEmail(target.value)}
          />
          <button type="submit">{t.emailSend}</button>
        </form>
      )}
      <p role="status" className="deed-done">
        {sentTo !== null && t.emailSent(sentTo)}
      </p>
      <Trouble error={deed.error} />
    </>
  )
}
