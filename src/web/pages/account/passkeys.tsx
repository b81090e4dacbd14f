import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import { call, itemsOf, type PasskeyView } from '../../data/account.ts'
import { addPasskey, hasPasskeys } from '../../data/passkeys.ts'
import { useAccountMessages } from '../../messages/account/use-account-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { formatSince } from '../../shared/time/since.ts'
import { Trouble } from '../../shared/trouble.tsx'
import { useDeed } from '../../shared/use-deed.ts'

const queryKey = ['me', 'passkeys']

export function Passkeys(): ReactNode {
  const t = useAccountMessages().account
  const { locale } = useCatalogue()
  const id = useId()
  const queries = useQueryClient()
  const deed = useDeed()
  const [name, setName] = useState('')
  const [said, setSaid] = useState('')
  const { data } = useQuery({ queryKey, queryFn: () => itemsOf<PasskeyView>('/me/passkeys') })
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey })
  return (
    <section className="sheet" aria-labelledby={`${id}-head`}>
      <h2 id={`${id}-head`}>{t.passkeys}</h2>
      <p className="muted">{t.passkeysWhat}</p>
      {data?.length === 0 && <p>{t.passkeysNone}</p>}
      <ul className="entries">
        {data?.map((passkey) => (
          <li key={passkey.id}>
            <span className="row-main">
              <strong>{passkey.name}</strong>
              <span className="muted">
                {t.added(formatSince(passkey.createdAt, locale))} ·{' '}
                {passkey.lastUsedAt === null
                  ? t.unused
                  : t.used(formatSince(passkey.lastUsedAt, locale))}
              </span>
            </span>
            <button
              type="button"
              aria-label={t.passkeyRemove(passkey.name)}
              onClick={() =>
                deed.run(async () => {
                  await call('DELETE', `/me/passkeys/${encodeURIComponent(passkey.id)}`)
                  await again()
                })
              }
            >
              {t.remove}
            </button>
          </li>
        ))}
      </ul>
      {hasPasskeys() ? (
        <form
          className="line-form"
          onSubmit={(event) => {
            event.preventDefault()
            setSaid('')
            deed.run(async () => {
              const added = await addPasskey(name === '' ? t.passkeyUsual : name, locale)
              if (added === null) return
              setName('')
              setSaid(t.passkeyAdded(added.name))
              await again()
            })
          }}
        >
          <label htmlFor={id}>{t.passkeyName}</label>
          <input
            id={id}
            maxLength={60}
            placeholder={t.passkeyUsual}
            value={name}
            onChange={({ target }) => setName(target.value)}
          />
          <button type="submit">{t.passkeyAdd}</button>
        </form>
      ) : (
        <p className="muted">{t.passkeysCannot}</p>
      )}
      <p role="status" className="deed-done">
        {said}
      </p>
      <Trouble error={deed.error} />
    </section>
  )
}
