import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useId, useState, type ReactNode } from 'react'
import { call, itemsOf, type SessionView } from '../../data/account.ts'
import { useAccountMessages } from '../../messages/account/use-account-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { formatSince } from '../../shared/time/since.ts'
import { Trouble } from '../../shared/trouble.tsx'
import { useDeed } from '../../shared/use-deed.ts'

const queryKey = ['me', 'sessions']

export function Sessions(): ReactNode {
  const t = useAccountMessages().account
  const { locale } = useCatalogue()
  const id = useId()
  const queries = useQueryClient()
  const deed = useDeed()
  const [said, setSaid] = useState('')
  const { data } = useQuery({ queryKey, queryFn: () => itemsOf<SessionView>('/me/sessions') })
  const end = (path: string, done: string): void =>
    deed.run(async () => {
      await call('DELETE', path)
      await queries.invalidateQueries({ queryKey })
      setSaid(done)
    })
  return (
    <section className="sheet" aria-labelledby={id}>
      <h2 id={id}>{t.sessions}</h2>
      <ul className="entries">
        {data?.map((session) => (
          <li key={session.id}>
            <span className="row-main">
              <strong>
                {session.device}
                {session.isThis && <span className="mark">{t.sessionThis}</span>}
              </strong>
              <span className="muted">
                {t.sessionUsed(formatSince(session.lastUsedAt, locale))} ·{' '}
                {t.sessionSince(formatSince(session.createdAt, locale))}
              </span>
            </span>
            {!session.isThis && (
              <button
                type="button"
                aria-label={t.sessionEndOf(session.device)}
                onClick={() => end(`/me/sessions/${session.id}`, '')}
              >
                {t.sessionEnd}
              </button>
            )}
          </li>
        ))}
      </ul>
      {(data?.length ?? 0) > 1 && (
        <button type="button" onClick={() => end('/me/sessions', t.sessionsEnded)}>
          {t.sessionsEnd}
        </button>
      )}
      <p role="status" className="deed-done">
        {said}
      </p>
      <Trouble error={deed.error} />
    </section>
  )
}
