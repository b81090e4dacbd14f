import type { ReactNode } from 'react'
import { Link } from 'wouter'
import { call, type UserView } from '../../data/account.ts'
import { useAccountMessages } from '../../messages/account/use-account-messages.ts'
import { Trouble } from '../../shared/trouble.tsx'
import { useDeed } from '../../shared/use-deed.ts'

export function Already(props: { readonly user: UserView; readonly next: string }): ReactNode {
  const t = useAccountMessages().signIn
  const deed = useDeed()
  return (
    <section className="sheet">
      <h1>{t.heading}</h1>
      <p>{t.already(props.user.email)}</p>
      <div className="deeds">
        <Link className="button main" href={props.next}>
          {t.goOn}
        </Link>
        <button
          type="button"
          onClick={() =>
            deed.run(async () => {
              await call('POST', '/sign-out')
              location.reload()
            })
          }
        >
          {t.signOut}
        </button>
      </div>
      <Trouble error={deed.error} />
    </section>
  )
}
