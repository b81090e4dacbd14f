import type { ReactNode } from 'react'
import type { Channel } from '../../../../protocol/api.ts'
import type { Rehearsal } from '../../../../protocol/rehearsal.ts'
import { useAlertMessages } from '../../../messages/alerts/use-alert-messages.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { Passage } from '../../search/passage.tsx'
import { DayBars, nameOfDay } from '../day-bars.tsx'

const mostChannels = 6
const mostSamples = 3

/** What the verdict rests on: mentions by day and channel, and the latest of them. */
export function Evidence(props: {
  readonly data: Rehearsal
  /** Where it listens; empty = everywhere. */
  readonly wished: readonly string[]
  readonly channels: readonly Channel[]
  readonly isOld: boolean
}): ReactNode {
  const { data, wished, channels, isOld } = props
  const { rehearsal: t, bars } = useAlertMessages()
  const { locale } = useCatalogue()
  const { byChannel, samples } = data
  const days = data.byDay.map(({ start, mentions, monitored }) => ({
    ...{ day: start.slice(0, 10), mentions, isHeard: monitored > 0 },
  }))
  const [first, last] = [days[0], days.at(-1)]
  const most = byChannel[0]?.mentions ?? 1
  return (
    <div aria-busy={isOld} className="alert-evidence">
      <h3>{t.chart}</h3>
      <DayBars days={days} />
      <p className="day-ends muted" aria-hidden="true">
        <span>{first !== undefined && nameOfDay(first.day, locale)}</span>
        <span>{last !== undefined && nameOfDay(last.day, locale)}</span>
      </p>
      {days.some(({ isHeard }) => !isHeard) && <p className="muted alert-hint">{bars.unheard}</p>}
      <details className="day-table">
        <summary>{bars.table}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">{bars.day}</th>
              <th scope="col">{bars.mentions}</th>
            </tr>
          </thead>
          <tbody>
            {days.map(({ day, mentions, isHeard }) => (
              <tr key={day}>
                <th scope="row">{nameOfDay(day, locale)}</th>
                <td>{isHeard ? mentions : '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
      {byChannel.length > 1 && (
        <>
          <h3>{t.channels}</h3>
          <ul className="by-channel">
            {byChannel.slice(0, mostChannels).map(({ channel, name, mentions }) => (
              <li key={channel}>
                <span dir="auto">{name}</span>
                <span className="by-channel-bar" aria-hidden="true">
                  <span style={{ inlineSize: `${(100 * mentions) / most}%` }} />
                </span>
                <span>{mentions.toLocaleString(locale)}</span>
              </li>
            ))}
          </ul>
          {byChannel.length > mostChannels && (
            <p className="muted alert-hint">{t.others(byChannel.length - mostChannels)}</p>
          )}
        </>
      )}
      {samples.length > 0 && (
        <>
          <h3>{t.samples}</h3>
          <ol className="passages">
            {samples.slice(0, mostSamples).map((item) => (
              <Passage
                key={`${item.permalink} ${item.track}`}
                item={item}
                channel={channels.find(({ id }) => id === item.channel)}
                isElsewhere
              />
            ))}
          </ol>
          <p>
            {/* In a page of its own: what was written here stays. */}
            <a href={searchOf(data, wished)} target="_blank" rel="noopener">
              {t.search}
            </a>
          </p>
        </>
      )}
    </div>
  )
}

function searchOf({ canonical }: Rehearsal, wished: readonly string[]): string {
  const where = wished.map((id) => `channel:${id}`)
  const q =
    where.length === 0
      ? canonical
      : `(${canonical}) ${where.length === 1 ? where.join('') : `(${where.join(' OR ')})`}`
  return `/search?q=${encodeURIComponent(q)}&last=month`
}
