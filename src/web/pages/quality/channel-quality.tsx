import { useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { Channel, Quality } from '../../../protocol/api.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useQualityMessages } from '../../messages/quality/use-quality-messages.ts'
import { Monogram } from '../../shared/channels/monogram.tsx'
import { StateMark } from '../../shared/channels/state-mark.tsx'
import { formatClock, formatDay } from '../../shared/time/times.ts'
import { Charts } from './charts.tsx'
import { missedOf, type Figures } from './figures.ts'
import { GapList } from './gap-list.tsx'

/** One channel: its figures in words, the same as a picture, and behind that its gaps and a table. */
export function ChannelQuality(props: {
  readonly channel: Channel
  readonly items: readonly Quality[]
  readonly figures: Figures
  readonly isByHour: boolean
}): ReactNode {
  const { channel, items, figures, isByHour } = props
  const { locale } = useCatalogue()
  const t = useQualityMessages()
  const [isOpen, setOpen] = useState(false)
  const { uptime, wordsPerMinute, missedSeconds } = figures
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const from = items[0]?.from
  return (
    <li className="quality-channel">
      <div className="quality-name">
        <Monogram name={channel.name} />
        <div>
          <h2>
            <Link href={`/c/${channel.id}`} dir="auto">
              {channel.name}
            </Link>
          </h2>
          <StateMark state={channel.state} />
        </div>
      </div>
      {uptime === null ? (
        <p className="muted quality-nothing">{t.nothing}</p>
      ) : (
        <>
          <dl className="quality-figures">
            <div>
              <dd>{percent.format(uptime)}</dd>
              <dt>{t.uptime}</dt>
            </div>
            <div>
              <dd>{wordsPerMinute === null ? t.none : Math.round(wordsPerMinute)}</dd>
              <dt>{t.wpm}</dt>
            </div>
            <div>
              <dd>{missedSeconds < 1 ? t.none : t.duration(missedSeconds)}</dd>
              <dt>{t.missed}</dt>
            </div>
          </dl>
          <Charts name={channel.name} items={items} />
        </>
      )}
      {uptime !== null && from !== undefined && (
        <div className="quality-more">
          <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
            <summary>
              {t.gapsShort}
              <span className="quiet">: {channel.name}</span>
            </summary>
            {isOpen && <GapList channel={channel} from={from} />}
          </details>
          <details>
            <summary>
              {t.table}
              <span className="quiet">: {channel.name}</span>
            </summary>
            <Table name={channel.name} items={figures.items} isByHour={isByHour} />
          </details>
        </div>
      )}
    </li>
  )
}

function Table(props: {
  readonly name: string
  readonly items: readonly Quality[]
  readonly isByHour: boolean
}): ReactNode {
  const { name, items, isByHour } = props
  const { locale } = useCatalogue()
  const t = useQualityMessages()
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const number = new Intl.NumberFormat(locale)
  return (
    // A region of its own, so that the keyboard can scroll what is wider than a phone.
    <div className="quality-table" role="region" aria-label={t.tableOf(name)} tabIndex={0}>
      <table>
        <thead>
          <tr>
            {Object.entries(t.columns).map(([column, heading]) => (
              <th key={column} scope="col">
                {heading}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.toReversed().map((item) => (
            <tr key={item.from}>
              <th scope="row">
                {formatDay(item.from, 'UTC', locale)}
                {isByHour && `, ${formatClock(item.from, 'UTC', locale).slice(0, 5)}`}
              </th>
              <td>{percent.format(item.uptime)}</td>
              <td>{number.format(item.words)}</td>
              <td>{item.wordsPerMinute === null ? t.none : Math.round(item.wordsPerMinute)}</td>
              <td>{missedOf(item) < 1 ? t.none : t.duration(missedOf(item))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
