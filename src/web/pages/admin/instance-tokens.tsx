import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import {
  call,
  itemsOf,
  type TokenScope,
  type TokenView,
  type UserView,
} from '../../data/account.ts'
import { listChannels } from '../../data/api.ts'
import { useAdminMessages } from '../../messages/admin/use-admin-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { OptionSelect } from '../../shared/option-select.tsx'
import { Secret } from '../../shared/secret.tsx'
import { formatSince } from '../../shared/time/since.ts'
import { Trouble } from '../../shared/trouble.tsx'
import { useDeed } from '../../shared/use-deed.ts'

const queryKey = ['admin', 'tokens']

/** Every token there is; here those are made that are the server's own. */
export function InstanceTokens(): ReactNode {
  const t = useAdminMessages().tokens
  const queries = useQueryClient()
  const [showsEnded, setShowsEnded] = useState(false)
  const tokens = useQuery({ queryKey, queryFn: () => itemsOf<TokenView>('/tokens') })
  const users = useQuery({
    queryKey: ['admin', 'users'],
    queryFn: () => itemsOf<UserView>('/admin/users'),
  })
  const again = (): Promise<void> => queries.invalidateQueries({ queryKey })
  const shown = tokens.data?.filter((token) => showsEnded || stateOf(token) === 'valid')
  const emailOf = (id: string | null): string | null =>
    users.data?.find((user) => user.id === id)?.email ?? null
  return (
    <div className="sheets wide">
      <section className="sheet">
        <h2>{t.heading}</h2>
        <p className="muted">{t.what}</p>
        <MakeToken onDone={again} />
        <label className="check-line">
          <input
            type="checkbox"
            checked={showsEnded}
            onChange={({ target }) => setShowsEnded(target.checked)}
          />
          <span>{t.showEnded}</span>
        </label>
        <ul className="entries">
          {shown?.map((token) => (
            <Token key={token.id} token={token} owner={emailOf(token.owner)} onDone={again} />
          ))}
        </ul>
        <Trouble error={tokens.error} />
      </section>
    </div>
  )
}

function Token(props: {
  readonly token: TokenView
  readonly owner: string | null
  readonly onDone: () => Promise<void>
}): ReactNode {
  const { token, owner, onDone } = props
  const t = useAdminMessages().tokens
  const { locale } = useCatalogue()
  const deed = useDeed()
  const { note, id, scope, lastUsedAt } = token
  const state = stateOf(token)
  const name = note === '' ? id : note
  return (
    <li>
      <span className="row-main">
        <strong>
          {name}
          <span className="mark">
            {typeof scope === 'object' ? t.feed(scope.feed) : t.scopes[scope]}
          </span>
        </strong>
        <span className="muted">
          {owner !== null && `${t.owner(owner)} · `}
          {state !== 'valid' && `${t.states[state]} · `}
          {lastUsedAt === null ? t.unused : t.used(formatSince(lastUsedAt, locale))}
        </span>
      </span>
      {state === 'valid' && (
        <button
          type="button"
          aria-label={t.revokeOf(name)}
          onClick={() =>
            deed.run(async () => {
              await call('DELETE', `/tokens/${id}`)
              await onDone()
            })
          }
        >
          {t.revoke}
        </button>
      )}
      <Trouble error={deed.error} />
    </li>
  )
}

function MakeToken({ onDone }: { readonly onDone: () => Promise<void> }): ReactNode {
  const t = useAdminMessages().tokens
  const id = useId()
  const deed = useDeed()
  const [note, setNote] = useState('')
  const [scope, setScope] = useState('read')
  const [made, setMade] = useState<string | null>(null)
  const channels = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => listChannels(signal),
  })
  const feeds = (channels.data ?? []).map(
    (channel) => [`feed ${channel.id}`, { feed: channel.id }, t.feed(channel.name)] as const,
  )
  const scopes: readonly (readonly [string, TokenScope, string])[] = [
    ...feeds,
    ['read', 'read', t.scopes.read],
    ['admin', 'admin', t.scopes.admin],
  ]
  return (
    <>
      <form
        className="grid-form"
        onSubmit={(event) => {
          event.preventDefault()
          const chosen = scopes.find(([key]) => key === scope)?.[1] ?? 'read'
          deed.run(async () => {
            const body = { scope: chosen, note }
            setMade((await call<{ token: string }>('POST', '/tokens', body)).token)
            setNote('')
            await onDone()
          })
        }}
      >
        <label>
          <span>{t.note}</span>
          <input
            required
            maxLength={200}
            value={note}
            onChange={({ target }) => setNote(target.value)}
          />
        </label>
        <label htmlFor={id}>
          <span>{t.scope}</span>
          <OptionSelect
            id={id}
            value={scope}
            options={scopes.map(([key, , name]) => [key, name])}
            onChoose={setScope}
          />
        </label>
        <button type="submit" className="main">
          {t.make}
        </button>
      </form>
      {made !== null && <Secret text={made} says={t.made} />}
      <Trouble error={deed.error} />
    </>
  )
}

function stateOf({ revokedAt, expiresAt }: TokenView): 'valid' | 'expired' | 'revoked' {
  if (revokedAt !== null) return 'revoked'
  return expiresAt !== null && Date.parse(expiresAt) <= Date.now() ? 'expired' : 'valid'
}
