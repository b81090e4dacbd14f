import type { ReactNode } from 'react'
import type { Airing } from '../../../protocol/api.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useDownloadMessages } from '../../messages/download.ts'
import { formatClock } from '../../shared/time/times.ts'
import { CheckList, type CheckItem } from './check-list.tsx'
import type { Keys } from './checking.ts'
import { CoverageBar } from './coverage-bar.tsx'
import type { Coverage } from '../../data/day.ts'
import type { Span } from '../../shared/time/days.ts'

/** What a day is made of, to be looked into or taken as a whole. */
export interface Part extends Span {
  readonly key: string
  readonly name: string
  readonly airing: Airing | null
}

export interface PartsProps {
  readonly label: string
  readonly parts: readonly Part[]
  readonly zone: string
  readonly helpId: string
  readonly checked: Keys
  readonly onCheck: (checked: Keys) => void
  readonly shown: string | undefined
  readonly onShow: (key: string) => void
}

/** Programmes of a day, or its hours: each can be looked into, and checked. */
export function Parts(props: PartsProps & { readonly hours: readonly Coverage[] }): ReactNode {
  const { parts, zone, hours } = props
  const { locale } = useCatalogue()
  const t = useDownloadMessages()
  const items = parts.map((part): CheckItem => {
    const { key, airing, from, to } = part
    const hour = airing === null ? hours.find((one) => one.from === from) : undefined
    const minutes = Math.round((Date.parse(to) - Date.parse(from)) / 60_000)
    return {
      key,
      content: (
        <>
          <span className="part-time">{formatClock(from, zone, locale).slice(0, 5)}</span>
          {airing === null ? (
            <span className="part-hour">
              <CoverageBar coverage={hour} />
              <span className="muted">{t.lineCount(hour?.cues ?? 0)}</span>
            </span>
          ) : (
            <span className="part-name" dir="auto">
              {airing.title}
              <span className="muted">{airing.end === null ? t.onNow : t.length(minutes)}</span>
            </span>
          )}
        </>
      ),
    }
  })
  return (
    <CheckList
      label={props.label}
      describedBy={props.helpId}
      items={items}
      checked={props.checked}
      onCheck={props.onCheck}
      shown={props.shown}
      onShow={props.onShow}
    />
  )
}

export function partOfAiring(airing: Airing, now: string): Part {
  const { id, title, start, end } = airing
  return { key: id, name: title, airing, from: start, to: end ?? now }
}

export function partOfHour({ from, to }: Span, zone: string, locale: string): Part {
  const clock = (at: string): string => formatClock(at, zone, locale).slice(0, 5)
  return { key: from, name: `${clock(from)}–${clock(to)}`, airing: null, from, to }
}
