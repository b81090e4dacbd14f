import type { ReactNode } from 'react'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useDownloadMessages } from '../../messages/download.ts'
import { formatDay, nameOfZone } from '../../shared/time/times.ts'
import type { Keys } from './checking.ts'
import { GapNotes } from './empty-day.tsx'
import { Parts } from './parts.tsx'
import type { DayParts as DayPartsOf } from './use-parts.ts'

/** The programmes of a day, or its hours, under their heading; and its gaps. */
export function DayParts(props: {
  readonly parts: DayPartsOf
  readonly zone: string
  readonly help: string
  readonly checked: Keys
  readonly onCheck: (after: Keys) => void
  readonly onBy: (by: DayPartsOf['by']) => void
}): ReactNode {
  const { zone, checked, onCheck } = props
  const { by, airings, parts, hours, gaps, span, shown, show } = props.parts
  const { locale } = useCatalogue()
  const t = useDownloadMessages()
  const keys = parts.map(({ key }) => key)
  const isAll = keys.every((key) => checked.has(key))
  const other = by === 'hours' ? 'programmes' : 'hours'
  return (
    <section className="day-parts">
      <div className="list-head">
        <h2>{t[by]}</h2>
        <span className="muted">{nameOfZone(zone, locale, span.from)}</span>
        <div className="list-tools">
          {airings !== undefined && airings.length > 0 && (
            <button type="button" onClick={() => props.onBy(other)}>
              {t.by[other]}
            </button>
          )}
          <button type="button" onClick={() => onCheck(new Set(isAll ? [] : keys))}>
            {isAll ? t.none : t.all}
          </button>
        </div>
      </div>
      {airings?.length === 0 && <p className="note muted">{t.noProgrammes}</p>}
      <Parts
        label={(by === 'programmes' ? t.partsOf : t.hoursOf)(formatDay(span.from, zone, locale))}
        parts={parts}
        hours={hours}
        zone={zone}
        helpId={props.help}
        checked={checked}
        onCheck={onCheck}
        shown={shown?.key}
        onShow={show}
      />
      <GapNotes gaps={gaps} zone={zone} span={span} />
    </section>
  )
}
