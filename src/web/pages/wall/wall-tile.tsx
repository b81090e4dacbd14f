import { useMemo, useState, type DragEvent, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { Channel } from '../../../protocol/api.ts'
import { useFeed, useFeedView } from '../../data/live.ts'
import { useCatalogue } from '../../messages/catalogue.tsx'
import { shortNameOfTrack } from '../../shared/names.ts'
import { SpokenLog } from '../../shared/spoken-log.tsx'
import { StateMark } from '../../shared/state-mark.tsx'
import type { Tile } from './layout.ts'
import { TileText } from './tile-text.tsx'

export interface WallTileProps {
  readonly tile: Tile
  readonly channel: Channel | undefined
  /** No such channel is known to this reader. */
  readonly isUnknown: boolean
  /** All are paused, whatever this one is. */
  readonly isPaused: boolean
  readonly isSpoken: boolean
  readonly isFirst: boolean
  readonly isLast: boolean
  readonly onSpeak: (isSpoken: boolean) => void
  readonly onTrack: (track: string | null) => void
  readonly onMove: (by: -1 | 1) => void
  readonly onRemove: () => void
  readonly onDragStart: () => void
  /** Another tile is dropped on this one. */
  readonly onDrop: () => void
}

export function WallTile(props: WallTileProps): ReactNode {
  const { tile, channel, isSpoken, isFirst, isLast } = props
  const { messages: t, locale } = useCatalogue()
  const [isOwnPaused, setOwnPaused] = useState(false)
  const [isArranging, setArranging] = useState(false)
  const [isOver, setOver] = useState(false)
  const isPaused = props.isPaused || isOwnPaused
  const feed = useFeed(tile.channel)
  const { cues, isRefused } = useFeedView(feed)
  const name = channel?.name ?? tile.channel
  const tracks = channel?.tracks ?? []
  const track = tile.track ?? tracks[0]?.track ?? cues.at(-1)?.track ?? 'CC1'
  const language = tracks.find((one) => one.track === track)?.language ?? null
  const own = useMemo(() => cues.filter((cue) => cue.track === track), [cues, track])
  const onDragOver = (event: DragEvent): void => {
    if (!event.dataTransfer.types.includes(dragType)) return
    event.preventDefault()
    setOver(true)
  }
  return (
    <li
      className={['tile', isPaused && 'paused', isOver && 'over'].filter(Boolean).join(' ')}
      onDragOver={onDragOver}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        props.onDrop()
      }}
    >
      <div
        className="tile-head"
        draggable
        onDragStart={(event) => {
          event.dataTransfer.setData(dragType, tile.channel)
          event.dataTransfer.effectAllowed = 'move'
          props.onDragStart()
        }}
      >
        <h2 dir="auto">
          <Link href={`/c/${tile.channel}`} draggable={false} title={name}>
            {name}
          </Link>
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
                {shortNameOfTrack(one, tracks, locale)}
              </option>
            ))}
          </select>
        )}
        <div className="tile-tools">
          <Tool
            label={isOwnPaused ? t.wall.resume(name) : t.wall.pause(name)}
            onPress={() => setOwnPaused(!isOwnPaused)}
            glyph={isOwnPaused ? 'M4 3l9 5-9 5z' : 'M4 3h3v10H4zM9 3h3v10H9z'}
          />
          <Tool
            label={t.wall.more(name)}
            isExpanded={isArranging}
            onPress={() => setArranging(!isArranging)}
            glyph="M2.6 8a.6.6 0 101.2 0 .6.6 0 10-1.2 0M7.4 8a.6.6 0 101.2 0 .6.6 0 10-1.2 0M12.2 8a.6.6 0 101.2 0 .6.6 0 10-1.2 0"
          />
        </div>
        {isArranging && (
          <div className="tile-tools tile-arrange" role="group" aria-label={t.wall.more(name)}>
            <Tool
              label={t.wall.announce(name)}
              isPressed={isSpoken}
              onPress={() => props.onSpeak(!isSpoken)}
              glyph="M2 6h3l4-3v10L5 10H2zM11 5.5a3.5 3.5 0 010 5M12.5 3.5a6.5 6.5 0 010 9"
            />
            <Tool
              label={t.wall.earlier(name)}
              isOff={isFirst}
              onPress={() => props.onMove(-1)}
              glyph="M10 3L5 8l5 5"
            />
            <Tool
              label={t.wall.later(name)}
              isOff={isLast}
              onPress={() => props.onMove(1)}
              glyph="M6 3l5 5-5 5"
            />
            <Tool label={t.wall.remove(name)} onPress={props.onRemove} glyph="M4 4l8 8M12 4l-8 8" />
          </div>
        )}
      </div>
      {own.length === 0 && (props.isUnknown || isRefused) ? (
        <p className="tile-note muted">{t.wall.unknown}</p>
      ) : (
        <TileText
          feed={feed}
          cues={own}
          track={track}
          language={language}
          name={name}
          isPaused={isPaused}
        />
      )}
      {isSpoken && <SpokenLog cues={own} />}
    </li>
  )
}

/** Only tiles of a wall are taken where tiles are dropped. */
const dragType = 'application/x-ccr-tile'

/** A tool that can do nothing now stays in place and keeps the focus that it has. */
function Tool(props: {
  readonly label: string
  readonly glyph: string
  readonly onPress: () => void
  readonly isPressed?: boolean
  readonly isExpanded?: boolean
  readonly isOff?: boolean
}): ReactNode {
  return (
    <button
      type="button"
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.isPressed}
      aria-expanded={props.isExpanded}
      aria-disabled={props.isOff}
      onClick={() => {
        if (props.isOff !== true) props.onPress()
      }}
    >
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <path d={props.glyph} />
      </svg>
    </button>
  )
}
