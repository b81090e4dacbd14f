import { memo, useMemo, useState, type ReactNode } from 'react'
import type { Cue } from '../../../protocol/api.ts'
import { keyOf, type ChannelFeed } from '../../data/channel-feed.ts'
import { useDrafts } from '../../data/live.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { CaptionText } from '../../shared/caption-text.tsx'
import { flowOf } from '../../shared/flow.ts'
import { useHeld } from '../../shared/use-held.ts'

const shownLines = 25
/** Scrolled back by more than this, the reader is reading. */
const endPx = 24

export interface TileTextProps {
  readonly feed: ChannelFeed
  /** Of the track alone. */
  readonly cues: readonly Cue[]
  readonly track: string
  readonly language: string | null
  readonly name: string
  readonly isPaused: boolean
}

/**
 * The newest lines of one track, the last one growing. The box is anchored at its end by its style, so that
 * nothing is measured as letters come. While the reader scrolls back in it, it stands still.
 */
export function TileText(props: TileTextProps): ReactNode {
  const { feed, cues, track, language, name, isPaused } = props
  const { messages: t } = useCatalogue()
  const [isBack, setBack] = useState(false)
  const isHeld = isPaused || isBack
  const shown = useHeld(cues, isHeld)
  const last = shown.at(-1)
  const missed = isHeld ? cues.length - 1 - (last === undefined ? -1 : cues.lastIndexOf(last)) : 0
  const turns = useMemo(() => turnsOf(shown), [shown])
  const growing = !isHeld && <Growing feed={feed} track={track} language={language} />
  return (
    <div
      className="tile-text caption-window"
      tabIndex={0}
      role="group"
      aria-label={t.wall.text(name)}
      onScroll={({ currentTarget: { scrollTop } }) => setBack(Math.abs(scrollTop) > endPx)}
    >
      {isHeld && (
        <p className="paused-note">
          {isPaused && t.wall.paused}
          {isPaused && missed > 0 && ' · '}
          {missed > 0 && t.wall.pausedNew(missed)}
        </p>
      )}
      <ol>
        {turns.map((turn, i) => (
          <li key={turn.key} className={turn.flow} lang={turn.language ?? undefined} dir="auto">
            <Lines text={turn.text} />
            {i === turns.length - 1 && growing}
          </li>
        ))}
        {turns.length === 0 && <li>{growing}</li>}
      </ol>
    </div>
  )
}

const Lines = memo(function Lines({ text }: { readonly text: string }): ReactNode {
  return <CaptionText text={text} />
})

/** The only part of a tile that changes with every letter. */
function Growing(props: {
  readonly feed: ChannelFeed
  readonly track: string
  readonly language: string | null
}): ReactNode {
  const draft = useDrafts(props.feed).find(({ track }) => track === props.track)
  const text = draft?.text ?? ''
  if (draft === undefined || text === '') return null
  const flow = flowOf(draft.mode, text)
  return (
    <span
      className={draft.mode === 'pop-on' ? `now ${flow}` : `now growing ${flow}`}
      lang={props.language ?? undefined}
      dir={flow === 'flows' ? undefined : 'auto'}
      aria-hidden="true"
    >
      {flow === 'flows' && ' '}
      <CaptionText text={text} />
    </span>
  )
}

interface Turn {
  readonly key: string
  readonly flow: ReturnType<typeof flowOf>
  readonly language: string | null
  readonly text: string
}

/** Lines that flow into each other are one block, so that a letter in the last lays out no other. */
function turnsOf(cues: readonly Cue[]): readonly Turn[] {
  const turns: Turn[] = []
  for (const cue of cues.slice(-shownLines)) {
    const { language, mode, text } = cue
    const flow = flowOf(mode, text)
    const before = turns.at(-1)
    if (flow === 'flows' && before !== undefined && before.flow !== 'screen')
      turns[turns.length - 1] = { ...before, text: `${before.text} ${text}` }
    else turns.push({ key: keyOf(cue), flow, language, text })
  }
  return turns
}
