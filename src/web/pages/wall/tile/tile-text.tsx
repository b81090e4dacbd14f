import { memo, useMemo, useState, type ReactNode } from 'react'
import type { Cue } from '../../../../protocol/api.ts'
import { keyOf, type ChannelFeed } from '../../../data/channel-feed.ts'
import { useWallMessages } from '../../../messages/wall/use-wall-messages.ts'
import type { Density } from '../layout/layout.ts'
import { CaptionText } from '../../../shared/captions/caption-text.tsx'
import { Growing } from './growing.tsx'
import { PausedNote } from './paused-note.tsx'
import { turnsOf } from './turns.ts'
import { useEnd } from './use-end.ts'

/** Up to twice as many are there; what is farther back is read on the channel's own page. */
const fewestLines: Readonly<Record<Density, number>> = { comfortable: 20, compact: 14, dense: 10 }

export interface TileTextProps {
  readonly feed: ChannelFeed
  /** Of the track alone. */
  readonly cues: readonly Cue[]
  readonly track: string
  readonly language: string | null
  readonly name: string
  readonly isPaused: boolean
  /** Where the tile can be seen, or nearly. */
  readonly isNear: boolean
  readonly density: Density
  /** Stands below the last line. */
  readonly foot: ReactNode
}

/**
 * The newest lines of one track, the last one growing. While the reader scrolls back in it, it stands still.
 */
export function TileText(props: TileTextProps): ReactNode {
  const { feed, cues, track, language, name, isPaused, isNear, density, foot } = props
  const t = useWallMessages()
  const { box, isBack, onScroll } = useEnd()
  const isHeld = isPaused || isBack
  const [shown, setShown] = useState({ cues, lines: cues })
  // Nothing was there to be held: the first lines are let in.
  const stays = !isNear || (isHeld && shown.cues.length > 0)
  if (!stays && shown.cues !== cues)
    setShown({ cues, lines: linesOf(cues, shown.lines, fewestLines[density]) })
  const turns = useMemo(() => turnsOf(shown.lines), [shown.lines])
  const growing = !isHeld && isNear && <Growing feed={feed} track={track} language={language} />
  const last = turns.at(-1)
  return (
    <div
      className="tile-text caption-window"
      tabIndex={0}
      role="group"
      aria-label={t.captions(name)}
      ref={box}
      onScroll={onScroll}
    >
      <ol>
        {turns.map((turn) => (
          <li key={turn.key} className={turn.flow} lang={turn.language ?? undefined} dir="auto">
            <Lines text={turn.text} />
            {turn === last && growing}
          </li>
        ))}
        {last === undefined && <li>{growing}</li>}
      </ol>
      {foot}
      {isHeld && <PausedNote isPaused={isPaused} missed={missedSince(shown.cues, cues)} />}
    </div>
  )
}

const Lines = memo(function Lines({ text }: { readonly text: string }): ReactNode {
  return <CaptionText text={text} />
})

/** The newest lines. The oldest go many at a time: what stands below them moves each time they do. */
function linesOf(cues: readonly Cue[], before: readonly Cue[], fewest: number): readonly Cue[] {
  const [first] = before
  const from = first === undefined ? -1 : cues.indexOf(first)
  const isKept = from >= 0 && cues.length - from <= 2 * fewest
  return isKept ? cues.slice(from) : cues.slice(-fewest)
}

/** Lines that came after those that are shown. */
function missedSince(shown: readonly Cue[], cues: readonly Cue[]): number {
  const last = shown.at(-1)
  if (last === undefined) return cues.length
  const key = keyOf(last)
  return cues.length - 1 - cues.findLastIndex((cue) => keyOf(cue) === key)
}
