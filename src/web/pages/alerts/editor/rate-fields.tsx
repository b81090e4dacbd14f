import { useId, type ReactNode } from 'react'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { OptionSelect } from '../../../shared/option-select.tsx'
import { nameOfWeekday, weekdays } from '../words.ts'
import { isTold, type AlertDraft } from './draft.ts'
import { TimeField } from './time-field.tsx'
import { VolumeFields } from './volume-fields.tsx'
import { ZoneSelect } from './zone-select.tsx'

const rates = ['at-once', 'hourly', 'daily', 'weekly', 'never'] as const

/** How often it tells, and when it does not. */
export function RateFields(props: {
  readonly draft: AlertDraft
  readonly onChange: (change: Partial<AlertDraft>) => void
}): ReactNode {
  const { draft, onChange } = props
  const { edit: t } = useAlertMessages()
  const { locale } = useCatalogue()
  const ids = { rate: useId(), day: useId(), quiet: useId() }
  const { rate, at, day, timeZone, isQuiet, quietHours } = draft
  const isTimed = rate === 'daily' || rate === 'weekly'
  return (
    <fieldset className="alert-part">
      <legend>{t.when}</legend>
      <div className="alert-fields">
        <div className="alert-field">
          <label htmlFor={ids.rate}>{t.rate}</label>
          <OptionSelect
            id={ids.rate}
            value={rate}
            options={rates.map((each) => [each, t.rates[each]] as const)}
            onChoose={(chosen) => onChange({ rate: chosen })}
          />
        </div>
        {rate === 'weekly' && (
          <div className="alert-field">
            <label htmlFor={ids.day}>{t.weekday}</label>
            <OptionSelect
              id={ids.day}
              value={day}
              options={weekdays.map((each) => [each, nameOfWeekday(each, locale)] as const)}
              onChoose={(chosen) => onChange({ day: chosen })}
            />
          </div>
        )}
        {isTimed && (
          <>
            <TimeField label={t.at} value={at} onChange={(time) => onChange({ at: time })} />
            <ZoneSelect value={timeZone} onChoose={(zone) => onChange({ timeZone: zone })} />
          </>
        )}
      </div>
      <VolumeFields draft={draft} onChange={onChange} />
      {isTold(draft) && (
        <>
          <label className="alert-check">
            <input
              type="checkbox"
              checked={isQuiet}
              aria-describedby={ids.quiet}
              onChange={({ target }) => onChange({ isQuiet: target.checked })}
            />
            <span>{t.quiet}</span>
          </label>
          <p id={ids.quiet} className="muted alert-hint">
            {t.quietHint}
          </p>
          {isQuiet && (
            <div className="alert-fields">
              <TimeField
                label={t.from}
                value={quietHours.from}
                onChange={(from) => onChange({ quietHours: { ...quietHours, from } })}
              />
              <TimeField
                label={t.until}
                value={quietHours.to}
                onChange={(to) => onChange({ quietHours: { ...quietHours, to } })}
              />
              <ZoneSelect
                value={quietHours.timeZone}
                onChoose={(zone) => onChange({ quietHours: { ...quietHours, timeZone: zone } })}
              />
            </div>
          )}
        </>
      )}
    </fieldset>
  )
}
