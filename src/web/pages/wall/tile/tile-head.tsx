import { useState, type ReactNode } from 'react'
import { Link } from 'wouter'
import type { ChannelTrack } from '../../../../protocol/api.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useWallMessages } from '../../../messages/wall/use-wall-messages.ts'
import { shortNameOfTrack } from '../../../shared/channels/names.ts'
import { StateMark } from '../../../shared/channels/state-mark.tsx'
import { Tool } from './tool.tsx'
import type { WallTileProps } from './tile-props.ts'

interface TileHeadProps extends WallTileProps {
  readonly name: string
  readonly track: string
  readonly tracks: readonly ChannelTrack[]
}

/** Who speaks, and what can be done to the tile; it is dragged by it. */
export function TileHead(props: TileHeadProps): ReactNode {
  const { tile, id, channel, name, tracks, isOwnPaused, isSpoken, density, actions } = props
  const t = useWallMessages()
  const [isArranging, setArranging] = useState(false)
  const select = tracks.length > 1 && <TrackSelect {...props} />
  // Where there is little room, the track is chosen where the rest is.
  const isInHead = density !== 'dense'
  return (
    <div
      className="tile-head"
      onPointerDown={(event) => {
        // A finger that moves over a head scrolls the page.
        if (event.pointerType !== 'touch') actions.drag(id, event)
      }}
    >
      <span
        className="grip"
        title={t.tile.drag}
        aria-hidden="true"
        onPointerDown={(event) => actions.drag(id, event)}
      >
        <svg viewBox="0 0 8 16" width="8" height="16">
          <path d="M2 4h0M6 4h0M2 8h0M6 8h0M2 12h0M6 12h0" />
        </svg>
      </span>
      <h2 dir="auto">
        <Link href={`/c/${tile.channel}`} draggable={false} title={name}>
          {name}
        </Link>
      </h2>
      {channel !== undefined && <StateMark state={channel.state} />}
      {isSpoken && <span className="aloud-mark">{t.tile.isAloud}</span>}
      {isInHead && select}
      <div className="tile-tools">
        <Tool
          label={isOwnPaused ? t.tile.resume(name) : t.tile.pause(name)}
          onPress={() => actions.pause(id)}
          glyph={isOwnPaused ? 'M4 3l9 5-9 5z' : 'M4 3h3v10H4zM9 3h3v10H9z'}
        />
        <Tool
          label={t.tile.more(name)}
          isExpanded={isArranging}
          onPress={() => setArranging(!isArranging)}
          glyph="M2.6 8a.6.6 0 101.2 0 .6.6 0 10-1.2 0M7.4 8a.6.6 0 101.2 0 .6.6 0 10-1.2 0M12.2 8a.6.6 0 101.2 0 .6.6 0 10-1.2 0"
        />
      </div>
      {isArranging && (
        <div className="tile-arrange" role="group" aria-label={t.tile.more(name)}>
          {!isInHead && select}
          <Arrange {...props} />
        </div>
      )}
    </div>
  )
}

function TrackSelect(props: TileHeadProps): ReactNode {
  const { id, name, track, tracks, actions } = props
  const t = useWallMessages()
  const { locale } = useCatalogue()
  return (
    <select
      value={track}
      aria-label={t.tile.track(name)}
      onChange={({ target }) => actions.track(id, target.value)}
    >
      {tracks.every((one) => one.track !== track) && <option value={track}>{track}</option>}
      {tracks.map((one) => (
        <option key={one.track} value={one.track}>
          {shortNameOfTrack(one, tracks, locale)}
        </option>
      ))}
    </select>
  )
}

function Arrange(props: TileHeadProps): ReactNode {
  const { tile, id, name, tracks, isFirst, isLast, isSpoken, actions } = props
  const t = useWallMessages()
  const isWide = tile.size === 'wide' || tile.size === 'large'
  const isTall = tile.size === 'tall' || tile.size === 'large'
  return (
    <div className="tile-tools">
      <Tool
        label={t.tile.aloud(name)}
        isPressed={isSpoken}
        onPress={() => actions.speak(id)}
        glyph="M2 6h3l4-3v10L5 10H2zM11 5.5a3.5 3.5 0 010 5M12.5 3.5a6.5 6.5 0 010 9"
      />
      <Tool
        label={t.tile.earlier(name)}
        isOff={isFirst}
        onPress={() => actions.move(id, -1)}
        glyph="M10 3L5 8l5 5"
      />
      <Tool
        label={t.tile.later(name)}
        isOff={isLast}
        onPress={() => actions.move(id, 1)}
        glyph="M6 3l5 5-5 5"
      />
      <Tool
        label={t.tile.wide(name)}
        className="for-wide"
        isPressed={isWide}
        onPress={() => actions.size(id, !isWide, isTall)}
        glyph="M2 8h12M5 5L2 8l3 3M11 5l3 3-3 3"
      />
      <Tool
        label={t.tile.tall(name)}
        isPressed={isTall}
        onPress={() => actions.size(id, isWide, !isTall)}
        glyph="M8 2v12M5 5l3-3 3 3M5 11l3 3 3-3"
      />
      {tracks.length > 1 && (
        <Tool
          label={t.tile.beside(name)}
          onPress={() => actions.beside(id)}
          glyph="M2 3h5v10H2zM11.5 5v6M8.5 8h6"
        />
      )}
      <Tool
        label={t.tile.remove(name)}
        onPress={() => actions.remove(id)}
        glyph="M4 4l8 8M12 4l-8 8"
      />
    </div>
  )
}
