import { useCallback, useLayoutEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { Channel, Cue } from '../../../protocol/api.ts'
import { keyOf, type ChannelFeed } from '../../data/channel-feed.ts'
import { useDrafts, useFeed, useFeedView } from '../../data/live.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { CaptionText } from '../../shared/caption-text.tsx'
import { nameOfTrack } from '../../shared/names.ts'
import { StateMark } from '../../shared/state-mark.tsx'
import type { Tile } from './layout.ts'

const shownLines = 25
const spokenLines = 3

export interface WallTileProps {
  readonly tile: Tile
  readonly channel: Channel | undefined
  /** All are paused, whatever this one is. */
  readonly isPaused: boolean
  readonly isSpoken: boolean
  readonly isFirst: boolean
  readonly isLast: boolean
  readonly onSpeak: (isSpoken: boolean) => void
  readonly onTrack: (track: string | null) => void
  readonly onMove: (by: -1 | 1) => void
  readonly onRemove: () => void
}

export function WallTile(props: WallTileProps): ReactNode {
  const { tile, channel, isSpoken, isFirst, isLast } = props
  const { messages: t, locale } = useCatalogue()
  const [isOwnPaused, setOwnPaused] = useState(false)
  const isPaused = props.isPaused || isOwnPaused
  const feed = useFeed(tile.channel)
  const { cues } = useFeedView(feed)
  const name = channel?.name ?? tile.channel
  const tracks = channel?.tracks ?? []
  const track = tile.track ?? tracks[0]?.track ?? cues.at(-1)?.track ?? 'CC1'
  const own = useMemo(() => cues.filter((cue) => cue.track === track), [cues, track])
  return (
    <li className={isPaused ? 'tile paused' : 'tile'}>
      <div className="tile-head">
        <h2>
          <Link href={`/c/${tile.channel}`}>{name}</Link>
        </h2>
        {channel !== undefined && <StateMark state={channel.state} />}
        {tracks.length > 1 && (
          <select
            value={track}
            aria-label={t.wall.track(name)}
            onChange={(event) => props.onTrack(event.target.value)}
          >
            {tracks.map((one) => (
              <option key={one.track} value={one.track}>
                {nameOfTrack(one, locale)}
              </option>
            ))}
          </select>
        )}
        <div className="tile-tools">
          <Tool
            label={isOwnPaused ? t.wall.resume(name) : t.wall.pause(name)}
            isPressed={isOwnPaused}
            onPress={() => setOwnPaused(!isOwnPaused)}
            glyph={isOwnPaused ? 'M4 3l9 5-9 5z' : 'M4 3h3v10H4zM9 3h3v10H9z'}
          />
          <Tool
            label={t.wall.announce(name)}
            isPressed={isSpoken}
            onPress={() => props.onSpeak(!isSpoken)}
            glyph="M2 6h3l4-3v10L5 10H2zM11 5.5a3.5 3.5 0 010 5M12.5 3.5a6.5 6.5 0 010 9"
          />
          <Tool
            label={t.wall.earlier(name)}
            isDisabled={isFirst}
            onPress={() => props.onMove(-1)}
            glyph="M10 3L5 8l5 5"
          />
          <Tool
            label={t.wall.later(name)}
            isDisabled={isLast}
            onPress={() => props.onMove(1)}
            glyph="M6 3l5 5-5 5"
          />
          <Tool label={t.wall.remove(name)} onPress={props.onRemove} glyph="M4 4l8 8M12 4l-8 8" />
        </div>
      </div>
      <TileText feed={feed} cues={own} track={track} isPaused={isPaused} />
      {isSpoken && <Spoken cues={own} />}
    </li>
  )
}

function Tool(props: {
  readonly label: string
  readonly glyph: string
  readonly onPress: () => void
  readonly isPressed?: boolean
  readonly isDisabled?: boolean
}): ReactNode {
  return (
    <button
      type="button"
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.isPressed}
      disabled={props.isDisabled}
      onClick={props.onPress}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={props.glyph} />
      </svg>
    </button>
  )
}

function TileText(props: {
  readonly feed: ChannelFeed
  readonly cues: readonly Cue[]
  readonly track: string
  readonly isPaused: boolean
}): ReactNode {
  const { feed, cues, track, isPaused } = props
  const { messages: t } = useCatalogue()
  const [held, setHeld] = useState(cues)
  if (!isPaused && held !== cues) setHeld(cues)
  const shown = isPaused ? held : cues
  const missed = isPaused ? Math.max(0, cues.length - held.length) : 0
  const box = useRef<HTMLDivElement>(null)
  const toEnd = useCallback(() => box.current?.scrollTo({ top: box.current.scrollHeight }), [])
  useLayoutEffect(() => {
    if (!isPaused) toEnd()
  })
  return (
    <div className="tile-text" ref={box} tabIndex={0}>
      <ol>
        {shown.slice(-shownLines).map((cue) => (
          <li key={keyOf(cue)} className={flowOf(cue)} lang={cue.language ?? undefined}>
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
        <Growing feed={feed} track={track} onGrow={toEnd} />
      )}
    </div>
  )
}

/** The only part of a tile that changes with every letter. */
function Growing(props: {
  readonly feed: ChannelFeed
  readonly track: string
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
      className={
        draft?.mode === 'pop-on' ? 'screen' : text.startsWith('>>') ? 'growing turn' : 'growing'
      }
      aria-hidden="true"
    >
      <CaptionText text={text} />
    </p>
  )
}

function Spoken({ cues }: { readonly cues: readonly Cue[] }): ReactNode {
  const [since] = useState(() => new Date().toISOString())
  return (
    <div role="log" aria-live="polite" className="quiet">
      {cues
        .filter(({ start }) => start > since)
        .slice(-spokenLines)
        .map((cue) => (
          <p key={keyOf(cue)} lang={cue.language ?? undefined}>
            {cue.text}
          </p>
        ))}
    </div>
  )
}

/** Rows of roll-up text flow into each other, as in narrow columns they must; a speaker's turn and a screen begin anew. */
function flowOf({ mode, text }: Cue): string | undefined {
  if (text.startsWith('>>')) return 'turn'
  return mode === 'roll-up' ? 'flows' : 'screen'
}
