import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { listChannels } from '../../data/api.ts'
import { useSearchMessages } from '../../messages/search/use-search-messages.ts'
import { useTitle } from '../../shared/use-title.ts'
import '../../styles/search.css'
import '../../styles/search-chart.css'
import { TimelineChart } from './chart/timeline-chart.tsx'
import { moved, zoomed } from './chart/zoom.ts'
import { Legend } from './legend.tsx'
import { Passage } from './passage.tsx'
import { useChartZone } from './use-chart-zone.ts'
import { useSearchAddress, writeAddress, type Times } from './use-search-address.ts'
import { usePassages, useTimeline } from './use-search.ts'

const shown = 5

/** A search in a frame of somebody's page: the chart and the first passages, and the way to the rest. */
export default function EmbedPage(): ReactNode {
  const t = useSearchMessages()
  const [address, change] = useSearchAddress()
  const passages = usePassages(address)
  const { data } = useTimeline(address, useChartZone(address.q))
  const channels = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => listChannels(signal),
  })
  useTitle(`${address.q} · ${t.title}`)
  const first = passages.pages[0]
  const zoomTo = (zoom: Times): void => change({ zoom, point: null, interval: null })
  return (
    <div className="embed">
      <h1 className="restated">
        <span className="muted">{t.finds}</span> <span lang="en">{first?.query ?? address.q}</span>{' '}
        <a href={`/search?${writeAddress(address).toString()}`} target="_blank" rel="noopener">
          {t.take.openPage}
        </a>
      </h1>
      {passages.error !== null && <p role="alert">{passages.error.message}</p>}
      {data !== undefined && (
        <section className="chart" aria-label={t.chart.label}>
          <TimelineChart
            key={`${data.from} ${data.to} ${data.interval}`}
            timeline={data}
            per={address.per}
            point={address.point}
            onPoint={(point) => change({ point })}
            onZoom={zoomTo}
            onZoomBy={(factor, around) => zoomTo(zoomed(data, factor, around))}
            onMove={(direction) => zoomTo(moved(data, direction))}
          />
          <Legend timeline={data} by={address.by} />
        </section>
      )}
      {first?.items.length === 0 && <p className="muted">{t.results.none}</p>}
      <h2 className="quiet">{t.results.label}</h2>
      <ol className="passages">
        {first?.items.slice(0, shown).map((item) => (
          <Passage
            key={item.permalink}
            item={item}
            channel={channels.data?.find(({ id }) => id === item.channel)}
            isElsewhere
          />
        ))}
      </ol>
    </div>
  )
}
