import type { ReactNode } from 'react'
import { useDownloadMessages } from '../../messages/download.ts'
import type { Keys } from './checking.ts'
import type { LinesOf } from './data.ts'
import { Lines } from './lines.tsx'
import type { Part } from './parts.tsx'
import { nameOfCue } from './take.ts'

/** What was said in the programme or hour that is looked at. */
export function DayLines(props: {
  readonly part: Part | undefined
  readonly said: LinesOf
  readonly zone: string
  readonly help: string
  readonly showsTrack: boolean
  readonly checked: Keys
  readonly onCheck: (after: Keys) => void
}): ReactNode {
  const { part, said, checked, onCheck } = props
  const t = useDownloadMessages()
  if (part === undefined) return null
  const keys = (said.lines ?? []).map(nameOfCue)
  const isAll = keys.every((key) => checked.has(key))
  return (
    <section className="day-lines">
      <div className="list-head">
        <h2 dir="auto">{part.name}</h2>
        {keys.length > 0 && (
          <div className="list-tools">
            <button type="button" onClick={() => onCheck(new Set(isAll ? [] : keys))}>
              {isAll ? t.none : t.allLines}
            </button>
          </div>
        )}
      </div>
      {said.lines !== undefined ? (
        <Lines
          key={part.key}
          label={t.linesOf(part.name)}
          lines={said.lines}
          zone={props.zone}
          helpId={props.help}
          showsTrack={props.showsTrack}
          checked={checked}
          onCheck={onCheck}
        />
      ) : (
        <p className="note muted" role="status">
          {said.failed ? t.linesFailed : t.linesLoading}
        </p>
      )}
      {(said.failed || !said.isWhole) && (
        <button type="button" className="more" onClick={said.more} disabled={said.isLoading}>
          {said.failed ? t.again : t.more}
        </button>
      )}
    </section>
  )
}
