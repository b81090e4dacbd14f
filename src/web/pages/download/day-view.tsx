import { useId, type ReactNode } from 'react'
import type { Channel, ChannelTrack } from '../../../protocol/api.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useDownloadMessages } from '../../messages/download.ts'
import { useLines } from './data.ts'
import { DayLines } from './day-lines.tsx'
import { DayParts } from './day-parts.tsx'
import type { Day, Span } from '../../shared/time/days.ts'
import { EmptyDay } from './empty-day.tsx'
import { FilePanel } from './file-panel.tsx'
import type { Part } from './parts.tsx'
import type { Take } from './take.ts'
import type { Address, Change } from './use-address.ts'
import { useChecked } from './use-checked.ts'
import { useParts } from './use-parts.ts'

export interface DayViewProps {
  readonly channel: Channel
  readonly day: Day
  readonly zone: string
  readonly tracks: readonly ChannelTrack[]
  readonly track: string | null
  readonly address: Address
  readonly change: (by: Change) => void
  readonly hrefOfDay: (day: Day) => string
}

/** One day: what it is made of, the lines of a part of it, and the file that comes of what is checked. */
export function DayView(props: DayViewProps): ReactNode {
  const { channel, day, zone, track, tracks, address, change } = props
  const { locale } = useCatalogue()
  const t = useDownloadMessages()
  const help = useId()
  const wished = { by: address.by, track, part: address.airings[0] ?? address.span?.from }
  const parts = useParts(channel.id, day, zone, locale, wished)
  const { shown, span } = parts
  const said = useLines(channel.id, shown ?? null, track)
  const checked = useChecked(parts, address, change)
  if (parts.state === 'loading')
    return (
      <p className="note waiting muted" role="status">
        {t.dayLoading}
      </p>
    )
  if (parts.state === 'failed')
    return (
      <p className="note" role="status">
        {t.dayFailed}{' '}
        <button type="button" onClick={parts.again}>
          {t.again}
        </button>
      </p>
    )
  const take = checked.takeOf(said.lines ?? [], said.isWhole)
  return (
    <div className="day-view">
      <p id={help} className="quiet">
        {t.help}
      </p>
      {parts.state === 'empty' ? (
        <EmptyDay {...{ channel, span, zone }} gaps={parts.gaps} hrefOfDay={props.hrefOfDay} />
      ) : (
        <>
          <DayParts
            {...{ parts, zone, help }}
            checked={checked.parts}
            onCheck={checked.checkParts}
            onBy={(by) => {
              parts.show(null)
              change({ by })
            }}
          />
          <DayLines
            {...{ said, zone, help }}
            part={shown}
            showsTrack={track === null && tracks.length > 1}
            checked={checked.lines}
            onCheck={(after) => checked.checkLines(after, said.lines ?? [])}
          />
        </>
      )}
      {(parts.state !== 'empty' || checked.kind !== 'day') && (
        <FilePanel
          {...{ channel, zone, tracks, track, take, checked }}
          span={spanOf(take, parts.parts)}
          format={address.format}
          onTrack={(wishedTrack) => {
            if (checked.kind === 'lines') checked.clear()
            change({ track: wishedTrack ?? '*' })
          }}
          onFormat={(format) => change({ format })}
        />
      )}
    </div>
  )
}

/** From when to when; null for several programmes, and for one of another day. */
function spanOf(take: Take, parts: readonly Part[]): Span | null {
  if (take.kind !== 'airings') return { from: take.from, to: take.to }
  const part = take.ids.length === 1 ? parts.find(({ key }) => key === take.ids[0]) : undefined
  return part === undefined ? null : { from: part.from, to: part.to }
}
