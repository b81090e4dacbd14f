import { useId, type ReactNode } from 'react'
import type { ChannelTrack } from '../../../protocol/api.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useDownloadMessages } from '../../messages/download.ts'
import { nameOfTrack } from '../../shared/channels/names.ts'
import { instantOf, localOf } from '../../shared/time/times.ts'
import type { Span } from '../../shared/time/days.ts'
import { formats, type Format } from './take.ts'

export interface FileOptionsProps {
  readonly span: Span | null
  readonly zone: string
  readonly onSpan: (span: Span) => void
  readonly tracks: readonly ChannelTrack[]
  readonly track: string | null
  readonly onTrack: (track: string | null) => void
  readonly format: Format
  readonly onFormat: (format: Format) => void
}

/** From when to when, which track, and as what. */
export function FileOptions(props: FileOptionsProps): ReactNode {
  const { span, zone, onSpan, tracks, track, format } = props
  const { locale } = useCatalogue()
  const t = useDownloadMessages()
  const name = useId()
  return (
    <>
      {span !== null && (
        <div className="span-fields">
          <MomentField
            label={t.from}
            value={span.from}
            zone={zone}
            onChange={(from) => onSpan({ ...span, from })}
          />
          <MomentField
            label={t.to}
            value={span.to}
            zone={zone}
            onChange={(to) => onSpan({ ...span, to })}
          />
        </div>
      )}
      {tracks.length > 1 && (
        <div className="file-field">
          <label htmlFor={`${name}track`}>{t.track}</label>
          <select
            id={`${name}track`}
            value={track ?? '*'}
            onChange={({ target }) => props.onTrack(target.value === '*' ? null : target.value)}
          >
            {tracks.map((one) => (
              <option key={one.track} value={one.track}>
                {nameOfTrack(one, locale)}
              </option>
            ))}
            <option value="*">{t.allTracks}</option>
          </select>
        </div>
      )}
      <fieldset className="formats">
        <legend>{t.format}</legend>
        {formats.map((one) => (
          <label key={one} className={one === format ? 'chosen' : undefined}>
            <input
              type="radio"
              name={name}
              value={one}
              checked={one === format}
              onChange={() => props.onFormat(one)}
            />
            <span>
              <strong>{t.formats[one].name}</strong>{' '}
              <span className="muted">{t.formats[one].use}</span>
            </span>
            <code aria-hidden="true">.{one}</code>
          </label>
        ))}
      </fieldset>
    </>
  )
}

/** A moment by the zone's clock, to the second. */
function MomentField(props: {
  readonly label: string
  readonly value: string
  readonly zone: string
  readonly onChange: (at: string) => void
}): ReactNode {
  const { label, value, zone, onChange } = props
  return (
    <label className="file-field">
      <span>{label}</span>
      <input
        type="datetime-local"
        step="1"
        value={localOf(value, zone) + value.slice(16, 19)}
        onChange={(event) => {
          const at = instantOf(event.target.value, zone)
          if (at !== null) onChange(at)
        }}
      />
    </label>
  )
}
