import { useQuery } from '@tanstack/react-query'
import { useMemo, type ReactNode } from 'react'
import { useSearchParams } from 'wouter'
import type { ChannelQuality as Measured, List } from '../../../protocol/api.ts'
import { all, get, listChannels } from '../../data/api.ts'
import { useQualityMessages } from '../../messages/quality/use-quality-messages.ts'
import { useTitle } from '../../shared/use-title.ts'
import { ChannelQuality } from './channel-quality.tsx'
import { figuresOf, worstFirst } from './figures.ts'
import './quality.css'

const windows = {
  day: { interval: 'hour', stepMs: 3_600_000, count: 24 },
  week: { interval: 'day', stepMs: 86_400_000, count: 7 },
  month: { interval: 'day', stepMs: 86_400_000, count: 31 },
} as const
type Window = keyof typeof windows
const names = Object.keys(windows) as Window[]
const freshMs = 60_000

/** How well every channel is recorded, the worst first: for operators, and for readers who want to know what they miss. */
export default function QualityPage(): ReactNode {
  const t = useQualityMessages()
  useTitle(t.title)
  const [search, setSearch] = useSearchParams()
  const window = names.find((name) => name === search.get('time')) ?? 'day'
  const quality = useQuery({
    queryKey: ['quality', window],
    queryFn: ({ signal }) => listQuality(window, signal),
    staleTime: freshMs,
  })
  const channels = useQuery({
    queryKey: ['channels'],
    queryFn: ({ signal }) => listChannels(signal),
  })
  const shown = useMemo(() => {
    const byId = new Map(channels.data?.map((channel) => [channel.id, channel]))
    return (quality.data ?? [])
      .flatMap(({ channel: id, items }) => {
        const channel = byId.get(id)
        return channel === undefined ? [] : [{ channel, items, figures: figuresOf(items) }]
      })
      .sort((a, b) => worstFirst(a.figures, b.figures))
  }, [channels.data, quality.data])
  const failed = quality.isError ? quality : channels.isError ? channels : null
  const isThere = quality.data !== undefined && channels.data !== undefined
  return (
    <div className="page quality" aria-busy={!isThere && failed === null}>
      <h1>{t.heading}</h1>
      <p className="lead">{t.lead}</p>
      <div className="quality-windows" role="group" aria-label={t.window}>
        {names.map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={name === window}
            onClick={() => setSearch(name === 'day' ? {} : { time: name })}
          >
            {t.windows[name]}
          </button>
        ))}
      </div>
      {failed !== null ? (
        <p role="alert">
          {t.failed}{' '}
          <button type="button" onClick={() => void failed.refetch()}>
            {t.again}
          </button>
        </p>
      ) : !isThere ? (
        <p className="muted waiting" role="status">
          {t.loading}
        </p>
      ) : shown.length === 0 ? (
        <p className="muted">{t.empty}</p>
      ) : (
        <ul className="quality-list">
          {shown.map((one) => (
            <ChannelQuality
              key={`${one.channel.id} ${window}`}
              {...one}
              isByHour={windows[window].interval === 'hour'}
            />
          ))}
        </ul>
      )}
      <div className="quality-notes muted">
        <p>{t.uptimeWhat}</p>
        <p>{t.wpmWhat}</p>
        <p>{t.zone}</p>
      </div>
    </div>
  )
}

/** Whole hours or days, the present one among them. */
async function listQuality(window: Window, signal: AbortSignal): Promise<readonly Measured[]> {
  const { interval, stepMs, count } = windows[window]
  const fromMs = (Math.floor(Date.now() / stepMs) - count + 1) * stepMs
  const query = new URLSearchParams({ interval, from: new Date(fromMs).toISOString() })
  return all(await get<List<Measured>>(`/quality?${query.toString()}`, signal), signal)
}
