import { useId, useState, type ReactNode } from 'react'
import { call, type UserView } from '../../data/account.ts'
import { useAccountMessages } from '../../messages/account/use-account-messages.ts'
import { Trouble } from '../../shared/trouble.tsx'
import { useDeed } from '../../shared/use-deed.ts'

/** Taking everything along, and going. */
export function Data({ user }: { readonly user: UserView }): ReactNode {
  const t = useAccountMessages().account
  const id = useId()
  const deed = useDeed()
  const [typed, setTyped] = useState('')
  const isSure = typed.trim().toLowerCase() === user.email
  return (
    <section className="sheet" aria-labelledby={`${id}-head`}>
      <h2 id={`${id}-head`}>{t.data}</h2>
      <p>{t.dataWhat}</p>
      <p>
        <a className="button" href="/api/v1/me/export" download="ccr-account.json">
          {t.export}
        </a>
      </p>
      <details className="removal">
        <summary>{t.removal}</summary>
        <p>{t.removalWhat}</p>
        <form
          className="line-form"
          onSubmit={(event) => {
            event.preventDefault()
            if (!isSure) return
            deed.run(async () => {
              await call('DELETE', '/me')
              location.assign('/')
            })
          }}
        >
          <label htmlFor={id}>{t.removalType(user.email)}</label>
          <input
            id={id}
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
          <button type="submit" className="danger" disabled={!isSure}>
            {t.removalDo}
          </button>
        </form>
        <Trouble error={deed.error} />
      </details>
    </section>
  )
}
