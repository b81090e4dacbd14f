import { useState, type ReactNode } from 'react'
import type { SearchTimeline } from '../../../protocol/search.ts'
import { useSearchMessages } from '../../messages/search/use-search-messages.ts'
import { filterOf, hasFilter } from './narrow.ts'
import { nameOfSeries } from './series-name.ts'

const fewest = 6
const filterNames = {
  channel: 'channel',
  network: 'network',
  track: 'track',
  airing: 'show',
} as const
type Kind = keyof typeof filterNames

interface Entry {
  readonly value: string
  readonly label: string
  readonly mentions: number
}

/** Where it was said, with counts: a click narrows. What the chart is stacked by has its colours here. */
export function Facets(props: {
  readonly timeline: SearchTimeline
  readonly by: Kind
  readonly q: string
  readonly onToggle: (filter: string) => void
}): ReactNode {
  const { timeline, by, q, onToggle } = props
  const t = useSearchMessages()
  const colours = new Map(timeline.series.map(({ value }, n) => [value, n]))
  const kinds: readonly Kind[] = ['channel', 'network', 'track']
  const groups: readonly (readonly [Kind, readonly Entry[]])[] = [
    ...(by === 'airing' ? [['airing', timeline.series] as const] : []),
    ...kinds.map((kind) => [kind, timeline.facets[kind as 'channel']] as const),
  ]
  const ordered = [...groups].sort(([a], [b]) => Number(b === by) - Number(a === by))
  return (
    <section className="facets" aria-label={t.facets.label}>
      {ordered.map(
        ([kind, entries]) =>
          (entries.length > 1 || kind === by) && (
            <Group
              key={kind}
              title={t.chart.bys[kind]}
              entries={entries}
              kind={kind}
              q={q}
              colourOf={
                kind === by ? (value) => colours.get(value) ?? colours.get('*') : () => undefined
              }
              onToggle={onToggle}
            />
          ),
      )}
    </section>
  )
}

function Group(props: {
  readonly title: string
  readonly entries: readonly Entry[]
  readonly kind: Kind
  readonly q: string
  readonly colourOf: (value: string) => number | undefined
  readonly onToggle: (filter: string) => void
}): ReactNode {
  const { title, entries, kind, q, colourOf, onToggle } = props
  const t = useSearchMessages()
  const [isWhole, setWhole] = useState(false)
  const shown = isWhole ? entries : entries.slice(0, fewest)
  return (
    <div className="facet">
      <h2>{title}</h2>
      <ul>
        {shown.map(({ value, label, mentions }) => {
          const filter = filterOf(filterNames[kind], value)
          const colour = colourOf(value)
          const name = nameOfSeries(value, label, kind, t)
          const isFilter = value !== '' && value !== '*'
          const content = (
            <>
              <span
                className={colour === undefined ? 'chart-swatch' : `chart-swatch series-${colour}`}
              />
              <span className="facet-name" dir="auto">
                {name}
              </span>{' '}
              <span className="facet-count">{mentions.toLocaleString()}</span>
            </>
          )
          return (
            <li key={value}>
              {isFilter ? (
                <button
                  type="button"
                  aria-pressed={hasFilter(q, filter)}
                  title={t.facets.only(name)}
                  onClick={() => onToggle(filter)}
                >
                  {content}
                </button>
              ) : (
                <span className="facet-rest">{content}</span>
              )}
            </li>
          )
        })}
      </ul>
      {entries.length > shown.length && (
        <button type="button" className="facet-all" onClick={() => setWhole(true)}>
          {t.facets.all(entries.length)}
        </button>
      )}
    </div>
  )
}
