import { useId, useState, type ReactNode } from 'react'
import { call, type SignInFacts } from '../../data/account.ts'
import { enterByPasskey, hasPasskeys } from '../../data/passkeys.ts'
import { useAccountMessages } from '../../messages/account/use-account-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { Trouble } from '../../shared/trouble.tsx'
import { useDeed } from '../../shared/use-deed.ts'

/** By passkey where the browser has them, else by mail; says what happens next, before and after. */
export function AskForm(props: { readonly facts: SignInFacts; readonly next: string }): ReactNode {
  const { facts, next } = props
  const t = useAccountMessages().signIn
  const { locale } = useCatalogue()
  const id = useId()
  const deed = useDeed()
  const [email, setEmail] = useState('')
  const [sentTo, setSentTo] = useState<string | null>(null)
  if (sentTo !== null) return <Sent facts={facts} email={sentTo} onAgain={() => setSentTo(null)} />
  return (
    <section className="sheet">
      <h1>{t.heading}</h1>
      <p className="lead">{t.lead}</p>
      {hasPasskeys() && (
        <>
          <button
            type="button"
            className="main wide"
            onClick={() =>
              deed.run(async () => {
                const entered = await enterByPasskey(next)
                if (entered !== null) location.assign(entered.next)
              })
            }
          >
            <svg viewBox="0 0 18 18" width="20" height="20" aria-hidden="true" className="glyph">
              <path d="M4 6a3.6 3.6 0 107.2 0A3.6 3.6 0 104 6M10.8 7.4L16 12.6v2.9h-2.6v-2h-2v-2L9 9.3" />
            </svg>
            {t.passkey}
          </button>
          <p className="or">
            <span>{t.or}</span>
          </p>
        </>
      )}
      <form
        onSubmit={(event) => {
          event.preventDefault()
          deed.run(async () => {
            await call('POST', '/sign-in/mail', { email, next, language: locale })
            setSentTo(email)
          })
        }}
      >
        <label htmlFor={id}>{t.email}</label>
        <input
          id={id}
          type="email"
          required
          maxLength={254}
          autoComplete="username webauthn"
          inputMode="email"
          autoCapitalize="none"
          spellCheck={false}
          value={email}
          onChange={({ target }) => setEmail(target.value)}
          aria-describedby={`${id}-what`}
        />
        <p id={`${id}-what`} className="muted">
          {t.what(facts.minutes)}
        </p>
        <button type="submit" className={hasPasskeys() ? 'wide' : 'main wide'}>
          {deed.isBusy ? t.sending : t.send}
        </button>
      </form>
      <Trouble error={deed.error} />
      <p className="muted sheet-foot">{facts.signUp === 'open' ? t.open : t.invitation}</p>
    </section>
  )
}

function Sent(props: {
  readonly facts: SignInFacts
  readonly email: string
  readonly onAgain: () => void
}): ReactNode {
  const t = useAccountMessages().signIn
  const { facts, email, onAgain } = props
  return (
    <section className="sheet" role="status">
      <h1>{t.sentHeading}</h1>
      <p>{t.sent(email, facts.minutes)}</p>
      <p className="muted">{facts.mail === 'outbox' ? t.sentOutbox : t.sentNothing}</p>
      <button type="button" onClick={onAgain}>
        {t.again}
      </button>
    </section>
  )
}
