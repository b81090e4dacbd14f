import { useEffect, useState, type ReactNode } from 'react'
import { useSearchParams } from 'wouter'
import { safeNext } from '../../../protocol/safe-next.ts'
import { useSignIn } from '../../data/account.ts'
import { useAccountMessages } from '../../messages/account/use-account-messages.ts'
import { useTitle } from '../../shared/use-title.ts'
import '../../styles/account.css'
import { Already } from './already.tsx'
import { AskForm } from './ask-form.tsx'
import { LinkForm } from './link-form.tsx'

/** The way in. A link's secret is taken out of the address at once, so that it stays in no history. */
export default function SignInPage(): ReactNode {
  const t = useAccountMessages().signIn
  const facts = useSignIn()
  const [search] = useSearchParams()
  const [token, setToken] = useState(readToken)
  useEffect(() => {
    if (readToken() !== null)
      history.replaceState(history.state, '', location.pathname + location.search)
  }, [])
  useTitle(t.heading)
  const next = safeNext(search.get('next'))
  if (facts === undefined) return <div className="page waiting" aria-busy="true" />
  return (
    <div className="page sign-in">
      {token !== null ? (
        <LinkForm token={token} onDone={() => setToken(null)} />
      ) : facts.user !== null ? (
        <Already user={facts.user} next={next} />
      ) : (
        <AskForm facts={facts} next={next} />
      )}
    </div>
  )
}

function readToken(): string | null {
  const [, token] = /^#token=([\w-]{10,100})$/.exec(location.hash) ?? []
  return token ?? null
}
