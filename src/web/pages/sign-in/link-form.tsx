import { useQuery } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import { call, Refusal, type Entered, type LinkFacts } from '../../data/account.ts'
import { useAccountMessages } from '../../messages/account/use-account-messages.ts'
import { Trouble } from '../../shared/trouble.tsx'
import { useDeed } from '../../shared/use-deed.ts'

/** What a link does, and the button that does it: a program that looks at links in mail presses none. */
export function LinkForm(props: {
  readonly token: string
  readonly onDone: () => void
}): ReactNode {
  const { token, onDone } = props
  const t = useAccountMessages().signIn
  const id = useId()
  const deed = useDeed()
  const [email, setEmail] = useState('')
  const look = useQuery({
    queryKey: ['link', token],
    queryFn: () => call<LinkFacts>('POST', '/sign-in/link/look', { token }),
    retry: false,
    staleTime: Infinity,
  })
  const link = look.data
  const isExpired = [look.error, deed.error].some(
    (error) => error instanceof Refusal && error.code === 'link-expired',
  )
  if (isExpired)
    return (
      <section className="sheet" role="alert">
        <h1>{t.expiredHeading}</h1>
        <p>{t.expired}</p>
        <button type="button" className="main" onClick={onDone}>
          {t.askAgain}
        </button>
      </section>
    )
  if (link === undefined)
    return look.isError ? (
      <Trouble error={look.error} />
    ) : (
      <section className="sheet waiting" aria-busy="true" />
    )
  const isFirst = link.purpose === 'first-admin'
  return (
    <section className="sheet">
      <h1>{t.confirm[link.purpose]}</h1>
      <p>
        {isFirst
          ? t.firstAdmin
          : link.purpose === 'email'
            ? t.becomes(link.email ?? '')
            : t.as(link.email ?? '')}
      </p>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          deed.run(async () => {
            const body = isFirst ? { token, email } : { token }
            const { next } = await call<Entered>('POST', '/sign-in/link', body)
            location.assign(next)
          })
        }}
      >
        {isFirst && (
          <>
            <label htmlFor={id}>{t.firstAdminEmail}</label>
            <input
              id={id}
              type="email"
              required
              maxLength={254}
              autoComplete="email"
              value={email}
              onChange={({ target }) => setEmail(target.value)}
            />
          </>
        )}
        <button type="submit" className="main wide">
          {t.enter}
        </button>
      </form>
      <Trouble error={deed.error} />
      <p className="muted sheet-foot">{t.notYou}</p>
    </section>
  )
}
