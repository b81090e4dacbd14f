import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { call, itemsOf, useSignIn } from '../../data/account.ts'
import type { OutboxEntry, OutboxLetter } from '../../data/admin.ts'
import { useAdminMessages } from '../../messages/admin/use-admin-messages.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { formatSince } from '../../shared/time/since.ts'
import { Trouble } from '../../shared/trouble.tsx'
import { useDeed } from '../../shared/use-deed.ts'

const queryKey = ['admin', 'outbox']

/** Letters that nobody sends, to be read and handed over; and how to have them sent. */
export function Outbox(): ReactNode {
  const t = useAdminMessages().outbox
  const facts = useSignIn()
  const queries = useQueryClient()
  const deed = useDeed()
  const letters = useQuery({ queryKey, queryFn: () => itemsOf<OutboxEntry>('/admin/outbox') })
  return (
    <div className="sheets wide">
      <section className="sheet">
        <h2>{t.heading}</h2>
        {facts?.mail === 'outbox' ? (
          <>
            <p>{t.none}</p>
            <pre>
              <code>
                {'CCR_SMTP_URL=smtps://user:password@mail.example\nCCR_MAIL_FROM=ccr@example.org'}
              </code>
            </pre>
          </>
        ) : (
          <p>{t.smtp}</p>
        )}
        {letters.data?.length === 0 && <p className="muted">{t.empty}</p>}
        <ul className="entries">
          {letters.data?.map((letter) => (
            <Letter key={letter.id} letter={letter} />
          ))}
        </ul>
        {(letters.data?.length ?? 0) > 0 && (
          <button
            type="button"
            className="danger"
            onClick={() =>
              deed.run(async () => {
                await call('DELETE', '/admin/outbox')
                await queries.invalidateQueries({ queryKey })
              })
            }
          >
            {t.clear}
          </button>
        )}
        <Trouble error={deed.error ?? letters.error} />
      </section>
    </div>
  )
}

function Letter({ letter }: { readonly letter: OutboxEntry }): ReactNode {
  const t = useAdminMessages().outbox
  const { locale } = useCatalogue()
  const [isOpen, setOpen] = useState(false)
  const whole = useQuery({
    queryKey: [...queryKey, letter.id],
    queryFn: () => call<OutboxLetter>('GET', `/admin/outbox/${letter.id}`),
    enabled: isOpen,
    staleTime: Infinity,
  })
  return (
    <li className={isOpen ? 'open' : undefined}>
      <span className="row-main">
        <strong dir="auto">{letter.subject}</strong>
        <span className="muted">
          {t.to(letter.to)} · {formatSince(letter.at, locale)}
        </span>
      </span>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-label={t.readOf(letter.subject, letter.to)}
        onClick={() => setOpen(!isOpen)}
      >
        {t.read}
      </button>
      {isOpen && (
        <div className="row-more">
          <pre className="letter" tabIndex={0} aria-label={letter.subject}>
            {whole.data?.text ?? ''}
          </pre>
          <Trouble error={whole.error} />
        </div>
      )}
    </li>
  )
}
