import { useCallback, useLayoutEffect, useRef, type ReactNode } from 'react'
import type { Cue } from '../../../protocol/api.ts'
import { keyOf, type ChannelFeed } from '../../data/channel-feed.ts'
import { useDrafts } from '../../data/live.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { CaptionText } from '../../shared/caption-text.tsx'
import { flowOf } from '../../shared/flow.ts'
import { useHeld } from '../../shared/use-held.ts'

const shownLines = 25
/** Closer to the end than this, the newest line stays in sight. */
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

/** The newest lines of one track. A reader who scrolls back in them is left there. */
export function TileText(props: TileTextProps): ReactNode {
  const { feed, cues, track, language, name, isPaused } = props
  const { messages: t } = useCatalogue()
  const shown = useHeld(cues, isPaused)
  const last = shown.at(-1)
  const missed = isPaused ? cues.length - 1 - (last === undefined ? -1 : cues.lastIndexOf(last)) : 0
  const box = useRef<HTMLDivElement>(null)
  const isAtEnd = useRef(true)
  const toEnd = useCallback(() => {
    if (isAtEnd.current && box.current !== null) box.current.scrollTop = box.current.scrollHeight
  }, [])
  useLayoutEffect(toEnd)
  return (
    <div
      className="tile-text"
      ref={box}
      tabIndex={0}
      role="group"
      aria-label={t.wall.text(name)}
      onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
        isAtEnd.current = scrollHeight - scrollTop - clientHeight < endPx
      }}
    >
      <ol>
        {shown.slice(-shownLines).map((cue) => (
          <li
            key={keyOf(cue)}
            className={flowOf(cue.mode, cue.text)}
            lang={cue.language ?? undefined}
            dir="auto"
          >
            <CaptionText text={cue.text} />
          </li>
        ))}
      </ol>
      {isPaused ? (
        <p className="paused-note">
          {t.wall.paused}
          {missed > 0 && ` · ${t.wall.pausedNew(missed)}`}
        </p>
      ) : (
        <Growing feed={feed} track={track} language={language} onGrow={toEnd} />
      )}
    </div>
  )
}

/** The only part of a tile that changes with every letter. */
function Growing(props: {
  readonly feed: ChannelFeed
  readonly track: string
  readonly language: string | null
  readonly onGrow: () => void
}): ReactNode {
  const draft = useDrafts(props.feed).find(({ track }) => track === props.track)
  const { onGrow } = props
  const text = draft?.text ?? ''
  useLayoutEffect(() => {
    onGrow()
  }, [onGrow, text])
  return (
    <p
      className={draft?.mode === 'pop-on' ? 'screen' : `growing ${flowOf('roll-up', text)}`}
      lang={props.language ?? undefined}
      dir="auto"
      aria-hidden="true"
    >
      <CaptionText text={text} />
    </p>
  )
}
