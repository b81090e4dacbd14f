import { useMemo, type ReactNode } from 'react'
import type { Cue } from '../../../protocol/api.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { useDownloadMessages } from '../../messages/download.ts'
import { CaptionText } from '../../shared/captions/caption-text.tsx'
import { formatClock } from '../../shared/time/times.ts'
import { CheckList, type CheckItem } from './check-list.tsx'
import type { Keys } from './checking.ts'
import { nameOfCue } from './take.ts'

export interface LinesProps {
  readonly label: string
  readonly lines: readonly Cue[]
  readonly zone: string
  readonly helpId: string
  readonly showsTrack: boolean
  readonly checked: Keys
  readonly onCheck: (checked: Keys) => void
}

/** What was said in a programme or an hour, to be taken line by line. */
export function Lines(props: LinesProps): ReactNode {
  const { lines, zone, showsTrack } = props
  const { locale } = useCatalogue()
  const t = useDownloadMessages()
  // Checking a row must not make all the others again.
  const items = useMemo(
    () =>
      lines.map((cue, i): CheckItem => ({
        key: nameOfCue(cue),
        lang: cue.language ?? undefined,
        className: beginsMinute(cue, lines[i - 1]) ? 'line minute' : 'line',
        content: (
          <>
            <span className="part-time">{formatClock(cue.start, zone, locale)}</span>
            {showsTrack && <span className="track">{cue.track}</span>}
            <span className="line-text" dir="auto">
              <CaptionText text={cue.text} />
            </span>
          </>
        ),
      })),
    [lines, zone, locale, showsTrack],
  )
  if (lines.length === 0) return <p className="note muted">{t.noLines}</p>
  return (
    <CheckList
      label={props.label}
      describedBy={props.helpId}
      items={items}
      checked={props.checked}
      onCheck={props.onCheck}
    />
  )
}

function beginsMinute(cue: Cue, before: Cue | undefined): boolean {
  return before !== undefined && before.start.slice(0, 16) !== cue.start.slice(0, 16)
}
