import type { ReactNode } from 'react'
import type { SearchTimeline } from '../../../../protocol/search.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useSearchMessages } from '../../../messages/search/use-search-messages.ts'
import type { Times } from '../use-search-address.ts'
import { nameOfStep } from './labels.ts'

/** The chart's numbers, for whoever reads them rather than looks: steps with a mention. */
export function TimelineTable(props: {
  readonly timeline: SearchTimeline
  readonly onPoint: (point: Times) => void
}): ReactNode {
  const { timeline, onPoint } = props
  const { locale } = useCatalogue()
  const t = useSearchMessages()
  const { items, interval, timeZone } = timeline
  return (
    <details className="as-table">
      <summary>{t.chart.table}</summary>
      <div className="table-box" tabIndex={0} role="region" aria-label={t.chart.label}>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.chart.columns.time}</th>
              <th scope="col">{t.chart.columns.mentions}</th>
              <th scope="col">{t.chart.columns.monitored}</th>
            </tr>
          </thead>
          <tbody>
            {items
              .filter(({ mentions }) => mentions > 0)
              .map(({ start, end, mentions, monitored }) => (
                <tr key={start}>
                  <th scope="row">
                    <button type="button" onClick={() => onPoint({ from: start, to: end })}>
                      {nameOfStep(start, interval, timeZone, locale)}
                    </button>
                  </th>
                  <td>{mentions.toLocaleString(locale)}</td>
                  <td>{monitored.toLocaleString(locale)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      </div>
    </details>
  )
}
