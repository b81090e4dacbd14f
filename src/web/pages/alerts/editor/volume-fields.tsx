import { useId, type ReactNode } from 'react'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'
import type { AlertDraft } from './draft.ts'

/** Deviations above the usual that have a name. */
const named = [2, 3, 5] as const
const mostMentions = 100_000

/** Told when more is said than usual, beside what the rate tells. */
export function VolumeFields(props: {
  readonly draft: AlertDraft
  readonly onChange: (change: Partial<AlertDraft>) => void
}): ReactNode {
  const { draft, onChange } = props
  const { edit: t } = useAlertMessages()
  const ids = { hint: useId(), sigma: useId(), least: useId() }
  const { isVolume, volume } = draft
  const { sigma, least } = volume
  const isNamed = named.some((one) => one === sigma)
  return (
    <>
      <label className="alert-check">
        <input
          type="checkbox"
          checked={isVolume}
          aria-describedby={ids.hint}
          onChange={({ target }) => onChange({ isVolume: target.checked })}
        />
        <span>{t.volume}</span>
      </label>
      <p id={ids.hint} className="muted alert-hint">
        {t.volumeHint}
      </p>
      {isVolume && (
        <div className="alert-fields">
          <div className="alert-field">
            <label htmlFor={ids.sigma}>{t.sigma}</label>
            <select
              id={ids.sigma}
              value={sigma}
              onChange={({ target }) =>
                onChange({ volume: { ...volume, sigma: Number(target.value) } })
              }
            >
              {named.map((one) => (
                <option key={one} value={one}>
                  {t.sigmas[one]}
                </option>
              ))}
              {!isNamed && <option value={sigma}>{t.deviations(sigma)}</option>}
            </select>
          </div>
          <div className="alert-field">
            <label htmlFor={ids.least}>{t.least}</label>
            <input
              id={ids.least}
              type="number"
              required
              min={1}
              max={mostMentions}
              step={1}
              defaultValue={least}
              onChange={({ target }) => {
                const { valueAsNumber: wished } = target
                if (Number.isInteger(wished) && wished >= 1 && wished <= mostMentions)
                  onChange({ volume: { ...volume, least: wished } })
              }}
            />
          </div>
        </div>
      )}
    </>
  )
}
