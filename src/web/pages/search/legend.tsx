import type { ReactNode } from 'react'
import type { Grouping, SearchTimeline } from '../../../protocol/search.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useSearchMessages } from '../../messages/search/use-search-messages.ts'
import { nameOfZone } from '../../shared/time/times.ts'
import { nameOfSeries } from './series-name.ts'

/** Whose colours are whose, and by which clock, where nothing is to be narrowed. */
export function Legend(props: {
  readonly timeline: SearchTimeline
  readonly by: Grouping
}): ReactNode {
  const { timeline, by } = props
  const { locale } = useCatalogue()
  const t = useSearchMessages()
  return (
    <ul className="legend" aria-label={t.chart.bys[by]}>
      {timeline.series.map(({ value, label, mentions }, n) => (
        <li key={value}>
          <span className={`chart-swatch series-${n}`} />
          <span dir="auto">{nameOfSeries(value, label, by, t)}</span>{' '}
          <span className="facet-count">{mentions.toLocaleString(locale)}</span>
        </li>
      ))}
      {timeline.items.some(({ monitored }) => monitored === 0) && (
        <li className="muted">{t.chart.unheard}</li>
      )}
      <li className="muted">
        {t.chart.zone(nameOfZone(timeline.timeZone, locale, timeline.from))}
      </li>
    </ul>
  )
}
