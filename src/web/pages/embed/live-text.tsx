import { memo, useMemo, useRef, useState, type ReactNode } from 'react'
import { CaptionText } from '../../shared/captions/caption-text.tsx'
import { flowOf } from '../../shared/captions/flow.ts'
import { formatClock } from '../../shared/time/times.ts'
import { useHeld } from '../../shared/use-held.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { rowsAsSent, turnsOf, type Line } from './lines.ts'
import type { ReaderSettings } from './parameters.ts'
import type { Followed } from './use-embedded.ts'
import { useSmoothGrowth } from './use-smooth-growth.ts'

/** Scrolled away from the newest line by more than this, the reader is reading. */
const endPx = 24

export interface LiveTextProps extends Pick<
  ReaderSettings,
  'newest' | 'smooth' | 'rows' | 'times'
> {
  readonly followed: Followed
  /** Of the box, for screen readers. */
  readonly name: string
  readonly timeZone: string
  readonly isPaused: boolean
  /** Said while nothing was heard yet. */
  readonly waiting: ReactNode
}

/**
 * The newest lines of one track, the last one growing, in a box that stays at them. While somebody scrolls back in it, it
 * stands still.
 */
export function LiveText(props: LiveTextProps): ReactNode {
  const { followed, newest, isPaused, rows } = props
  const { track, draft } = followed
  const [isBack, setBack] = useState(false)
  const isHeld = isPaused || isBack
  const cues = useHeld(followed.cues, isHeld)
  const lines = useMemo(() => (rows === 'flow' ? turnsOf(cues) : rowsAsSent(cues)), [cues, rows])
  const list = useRef<HTMLOListElement>(null)
  useSmoothGrowth(list, props.smooth && !isHeld, newest)
  const text = draft?.text ?? ''
  const isGrowing = !isHeld && draft !== undefined && text !== ''
  const flows =
    isGrowing &&
    rows === 'flow' &&
    flowOf(draft.mode, text) === 'flows' &&
    cues.at(-1)?.mode !== 'pop-on'
  const growing = isGrowing && (
    <span className={draft.mode === 'pop-on' ? 'now' : 'now growing'} aria-hidden="true">
      {flows && ' '}
      <CaptionText text={text} />
    </span>
  )
  const clock = props.times ? props.timeZone : null
  const said = lines.map((line, i) => (
    <TextLine key={line.key} line={line} language={track.language} clock={clock}>
      {flows && i === lines.length - 1 && growing}
    </TextLine>
  ))
  if (isGrowing && (!flows || lines.length === 0))
    said.push(
      <li key="growing" className="caption-lines" lang={track.language ?? undefined} dir="auto">
        {growing}
      </li>,
    )
  return (
    <div
      className={`live-text caption-window newest-${newest}`}
      tabIndex={0}
      role="region"
      aria-label={props.name}
      onScroll={({ currentTarget: { scrollTop } }) => setBack(Math.abs(scrollTop) > endPx)}
    >
      <ol ref={list}>{newest === 'top' ? said.reverse() : said}</ol>
      {said.length === 0 && <p className="muted">{props.waiting}</p>}
    </div>
  )
}

const TextLine = memo(function TextLine(props: {
  readonly line: Line
  readonly language: string | null
  /** A zone in which the line's time is shown; null = none. */
  readonly clock: string | null
  readonly children: ReactNode
}): ReactNode {
  const { line, clock, children } = props
  const { locale } = useCatalogue()
  return (
    <li className="caption-lines" lang={line.language ?? props.language ?? undefined} dir="auto">
      {clock !== null && (
        <time className="muted" dateTime={line.at}>
          {formatClock(line.at, clock, locale)}{' '}
        </time>
      )}
      <CaptionText text={line.text} />
      {children}
    </li>
  )
})
