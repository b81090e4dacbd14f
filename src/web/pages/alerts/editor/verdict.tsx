import type { ReactNode } from 'react'
import type { Rehearsal } from '../../../../protocol/rehearsal.ts'
import type { AlertMessages } from '../../../messages/alerts/en.ts'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import type { Rehearsed } from './use-rehearsal.ts'

/** How often it would have told, in a sentence, and what else could be asked for. */
export function Verdict(props: {
  readonly rehearsed: Rehearsed
  /** Of the part that shows them. */
  readonly evidenceId: string
  readonly onTake: (query: string) => void
}): ReactNode {
  const { rehearsed, evidenceId, onTake } = props
  const { rehearsal: t, edit } = useAlertMessages()
  const { locale } = useCatalogue()
  const { query, data, isOld, fault, error } = rehearsed
  if (fault !== null) return null
  if (error !== null)
    return (
      <p className="alert-verdict" role="alert">
        {t.failed} <span lang="en">{error.message}</span>
      </p>
    )
  if (data === undefined)
    return (
      <p className="alert-verdict muted" role="status">
        {query === '' ? t.begin : t.counting}
      </p>
    )
  const { verdict, perDay, suggestion } = data
  return (
    <div className={`alert-verdict verdict-${verdict}`} aria-busy={isOld}>
      <p className="restated">
        <span className="muted">{edit.finds}</span> <span lang="en">{data.query}</span>
      </p>
      <div role="status">
        <p>
          <strong>{sayCount(data, t)}</strong>
        </p>
        <p>
          {verdict === 'many'
            ? t.verdicts.many(perDay.toLocaleString(locale, { maximumFractionDigits: 0 }))
            : t.verdicts[verdict]}{' '}
          {data.mentions > 0 && <a href={`#${evidenceId}`}>{t.see}</a>}
        </p>
      </div>
      {!data.complete && <p className="alert-warning">{t.partial}</p>}
      {suggestion !== null && (
        <p className="alert-suggestion">
          {t.whys[suggestion.why]}{' '}
          <button type="button" onClick={() => onTake(suggestion.query)}>
            {t.instead(suggestion.query, suggestion.mentions)}
          </button>
        </p>
      )}
    </div>
  )
}

function sayCount({ mentions, days, byChannel }: Rehearsal, t: AlertMessages['rehearsal']): string {
  const [first] = byChannel
  if (mentions === 0 || first === undefined) return t.never(days)
  const told = t.told(mentions, days)
  if (mentions === 1) return `${told}, ${t.ofThem(1, first.name)}`
  return `${told}, ${first.mentions === mentions ? t.allOn(first.name) : t.ofThem(first.mentions, first.name)}`
}
