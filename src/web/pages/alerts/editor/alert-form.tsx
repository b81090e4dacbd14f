import { useId, useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { Channel } from '../../../../protocol/api.ts'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'
import { useDeed } from '../../../shared/use-deed.ts'
import { FaultNote, QueryField } from '../../search/box/query-field.tsx'
import type { OwnAlerts } from '../signed-in.tsx'
import { ChannelChoice } from './channel-choice.tsx'
import { isTold, missingIn, type AlertDraft, type Missing } from './draft.ts'
import { PlaceChoice } from './place-choice.tsx'
import { RateFields } from './rate-fields.tsx'
import { useNextWords } from './use-next-words.ts'
import type { Rehearsed } from './use-rehearsal.ts'
import { Verdict } from './verdict.tsx'

/** All that an alert says, in one form. */
export function AlertForm(props: {
  readonly draft: AlertDraft
  readonly isNew: boolean
  readonly rehearsed: Rehearsed
  readonly evidenceId: string
  readonly channels: readonly Channel[]
  readonly own: OwnAlerts
  readonly onChange: (change: Partial<AlertDraft>) => void
  readonly onSave: () => Promise<void>
}): ReactNode {
  const { draft, isNew, rehearsed, channels, own, onChange } = props
  const { edit: t } = useAlertMessages()
  const ids = { query: useId(), hint: useId(), name: useId(), nameHint: useId() }
  const deed = useDeed()
  const next = useNextWords(draft, own.destinations)
  const [missing, setMissing] = useState<Missing | null>(null)
  const change = (fields: Partial<AlertDraft>): void => {
    setMissing(null)
    onChange(fields)
  }
  return (
    <form
      className="alert-form"
      onSubmit={(event) => {
        event.preventDefault()
        const lacks = missingIn(draft)
        setMissing(lacks)
        if (lacks === null) deed.run(props.onSave)
      }}
    >
      <div
        className="alert-query"
        // Enter takes up a proposal or ends a query; the form is sent by its button.
        onKeyDown={(event) => {
          if (event.key === 'Enter' && event.target instanceof HTMLInputElement)
            event.preventDefault()
        }}
      >
        <label htmlFor={ids.query}>{t.query}</label>
        <QueryField
          id={ids.query}
          text={draft.query}
          placeholder={t.placeholder}
          isRequired
          hasFault={rehearsed.fault !== null}
          onText={(query) => change({ query })}
        />
        {rehearsed.fault !== null && <FaultNote field={ids.query} fault={rehearsed.fault} />}
        <Verdict
          rehearsed={rehearsed}
          evidenceId={props.evidenceId}
          onTake={(query) => {
            change({ query })
            // The button is gone with its proposal.
            document.getElementById(ids.query)?.focus()
          }}
        />
      </div>
      <ChannelChoice
        draft={draft}
        channels={channels}
        isMissing={missing === 'channel'}
        onChange={change}
      />
      <RateFields draft={draft} onChange={change} />
      {isTold(draft) && (
        <PlaceChoice
          draft={draft}
          destinations={own.destinations}
          isOutbox={own.isOutbox}
          isMissing={missing === 'place'}
          onChange={change}
        />
      )}
      <div className="alert-part">
        <label className="alert-check">
          <input
            type="checkbox"
            checked={draft.foldRepeats}
            aria-describedby={ids.hint}
            onChange={({ target }) => change({ foldRepeats: target.checked })}
          />
          <span>{t.fold}</span>
        </label>
        <p id={ids.hint} className="muted alert-hint">
          {t.foldHint}
        </p>
        <div className="alert-field">
          <label htmlFor={ids.name}>{t.name}</label>
          <input
            id={ids.name}
            value={draft.name}
            placeholder={draft.query.trim()}
            maxLength={200}
            autoComplete="off"
            aria-describedby={ids.nameHint}
            onChange={({ target }) => change({ name: target.value })}
          />
        </div>
        <p id={ids.nameHint} className="muted alert-hint">
          {t.nameHint}
        </p>
      </div>
      <p className="alert-next">{next}</p>
      {deed.error !== null && (
        <p role="alert" className="trouble">
          {t.notSaved} <span lang="en">{deed.error.message}</span>
        </p>
      )}
      <div className="alert-deeds">
        <button type="submit" className="button main" aria-busy={deed.isBusy}>
          {deed.isBusy ? t.saving : isNew ? t.make : t.save}
        </button>
        <Link href="/alerts" className="button">
          {t.cancel}
        </Link>
      </div>
    </form>
  )
}
