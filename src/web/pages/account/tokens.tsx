import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import {
  call,
  itemsOf,
  type TokenScope,
  type TokenView,
  type UserView,
} from '../../data/account.ts'
import { useAccountMessages } from '../../messages/account/use-account-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { OptionSelect } from '../../shared/option-select.tsx'
import { Secret } from '../../shared/secret.tsx'
import { formatSince } from '../../shared/time/since.ts'
import { Trouble } from '../../shared/trouble.tsx'
import { useDeed } from '../../shared/use-deed.ts'

const queryKey = ['me', 'tokens']
const expiries = ['30', '90', '365', 'never'] as const
type Expiry = (typeof expiries)[number]

export function Tokens({ user }: { readonly user: UserView }): ReactNode {
  const t = useAccountMessages().account
  const { locale } = useCatalogue()
  const id = useId()
  const queries = useQueryClient()
  const deed = useDeed()
  const { data } = useQuery({ queryKey, queryFn: () => itemsOf<TokenView>('/me/tokens') })
  const scopeName = (scope: TokenScope): string =>
    typeof scope === 'object' ? t.scopes.feed(scope.feed) : t.scopes[scope]
  return (
    <section className="sheet" aria-labelledby={id}>
      <h2 id={id}>{t.tokens}</h2>
      <p className="muted">{t.tokensWhat}</p>
      {data?.length === 0 && <p>{t.tokensNone}</p>}
      <ul className="entries">
        {data?.map((token) => (
          <li key={token.id}>
            <span className="row-main">
              <strong>
                {token.note === '' ? token.id : token.note}
                <span className="mark">{scopeName(token.scope)}</span>
              </strong>
              <span className="muted">
                {token.lastUsedAt === null
                  ? t.unused
                  : t.used(formatSince(token.lastUsedAt, locale))}{' '}
                ·{' '}
                {token.expiresAt === null
                  ? t.expiresNever
                  : t.expires(new Date(token.expiresAt).toLocaleDateString(locale))}
              </span>
            </span>
            <button
              type="button"
              aria-label={t.tokenRevokeOf(token.note === '' ? token.id : token.note)}
              onClick={() =>
                deed.run(async () => {
                  await call('DELETE', `/me/tokens/${token.id}`)
                  await queries.invalidateQueries({ queryKey })
                })
              }
            >
              {t.tokenRevoke}
            </button>
          </li>
        ))}
      </ul>
      <Trouble error={deed.error} />
      <MakeToken
        user={user}
        scopeName={scopeName}
        onMade={() => void queries.invalidateQueries({ queryKey })}
      />
    </section>
  )
}

function MakeToken(props: {
  readonly user: UserView
  readonly scopeName: (scope: TokenScope) => string
  readonly onMade: () => void
}): ReactNode {
  const t = useAccountMessages().account
  const id = useId()
  const deed = useDeed()
  const [note, setNote] = useState('')
  const [scope, setScope] = useState('read')
  const [expiry, setExpiry] = useState<Expiry>('90')
  const [made, setMade] = useState<string | null>(null)
  const { role, channels } = props.user
  const scopes: readonly (readonly [string, TokenScope])[] = [
    ['read', 'read'],
    ['own', 'own'],
    ...(role === 'admin' ? [['admin', 'admin'] as const] : []),
    ...(role === 'operator' ? channels : []).map(
      (channel) => [`feed ${channel}`, { feed: channel }] as const,
    ),
  ]
  return (
    <>
      <form
        className="grid-form"
        onSubmit={(event) => {
          event.preventDefault()
          const chosen = scopes.find(([key]) => key === scope)?.[1] ?? 'read'
          deed.run(async () => {
            const body = { scope: chosen, note, expiresAt: endOf(expiry) }
            setMade((await call<{ token: string }>('POST', '/me/tokens', body)).token)
            setNote('')
            props.onMade()
          })
        }}
      >
        <label>
          <span>{t.tokenFor}</span>
          <input
            required
            maxLength={200}
            value={note}
            onChange={({ target }) => setNote(target.value)}
          />
        </label>
        <label htmlFor={`${id}-scope`}>
          <span>{t.tokenScope}</span>
          <OptionSelect
            id={`${id}-scope`}
            value={scope}
            options={scopes.map(([key, value]) => [key, props.scopeName(value)])}
            onChoose={setScope}
          />
        </label>
        <label htmlFor={`${id}-expiry`}>
          <span>{t.tokenExpiry}</span>
          <OptionSelect
            id={`${id}-expiry`}
            value={expiry}
            options={expiries.map((key) => [key, t.expiries[key]])}
            onChoose={setExpiry}
          />
        </label>
        <button type="submit">{t.tokenMake}</button>
      </form>
      {made !== null && <Secret text={made} says={t.tokenMade} />}
      <Trouble error={deed.error} />
    </>
  )
}

function endOf(expiry: Expiry): string | null {
  if (expiry === 'never') return null
  return new Date(Date.now() + Number(expiry) * 86_400_000).toISOString()
}
