import type { ReactNode } from 'react'
import type { Quality } from '../../../protocol/api.ts'
import { useQualityMessages } from '../../messages/quality/use-quality-messages.ts'

const step = 10
const bar = 8
const height = 36
/** A day of which little was heard is still to be seen. */
const least = 1.5

/** Two rows of bars over the same time: what was heard of it, and words a minute. The same is in the table. */
export function Charts(props: {
  readonly name: string
  /** All intervals of the window, so that channels stand under one another. */
  readonly items: readonly Quality[]
}): ReactNode {
  const { name, items } = props
  const t = useQualityMessages()
  const most = Math.max(1, ...items.map(({ wordsPerMinute }) => wordsPerMinute ?? 0))
  return (
    <div className="quality-charts">
      <Bars
        caption={t.columns.heard}
        label={t.heardChart(name)}
        values={items.map(({ uptime }) => uptime)}
        kindOf={(value) => (value >= 0.99 ? 'heard whole' : 'heard')}
      />
      <Bars
        caption={`${t.columns.wpm}, ${t.most(Math.round(most))}`}
        label={`${t.wordsChart(name)}, ${t.most(Math.round(most))}`}
        values={items.map(({ wordsPerMinute }) => (wordsPerMinute ?? 0) / most)}
        kindOf={() => 'words'}
      />
    </div>
  )
}

function Bars(props: {
  readonly caption: string
  readonly label: string
  /** 0 to 1. */
  readonly values: readonly number[]
  readonly kindOf: (value: number) => string
}): ReactNode {
  const { caption, label, values, kindOf } = props
  const width = values.length * step
  return (
    <figure>
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className="quality-bars"
      >
        <path d={`M0 ${height - 0.5}H${width}`} className="base" />
        {values.map((value, n) => {
          const tall = value === 0 ? 0 : Math.max(least, value * (height - 1))
          return (
            <rect
              key={n}
              x={n * step + 1}
              y={height - 1 - tall}
              width={bar}
              height={tall}
              className={kindOf(value)}
            />
          )
        })}
      </svg>
      <figcaption className="muted" aria-hidden="true">
        {caption}
      </figcaption>
    </figure>
  )
}
