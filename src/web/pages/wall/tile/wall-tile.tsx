import { useMemo, useRef, type ReactNode } from 'react'
import type { Channel } from '../../../../protocol/api.ts'
import { useMatchesOf } from '../../../data/live-matches.ts'
import { useFeed } from '../../../data/live.ts'
import { useCatalogue } from '../../../messages/catalogue.tsx'
import { useWallMessages } from '../../../messages/wall/use-wall-messages.ts'
import { useZone } from '../../../shared/settings/choices.ts'
import { SpokenLog } from '../../../shared/captions/spoken-log.tsx'
import { formatClock } from '../../../shared/time/times.ts'
import { TilePassages } from '../filter/tile-passages.tsx'
import { TileHead } from './tile-head.tsx'
import type { WallTileProps } from './tile-props.ts'
import { TileText } from './tile-text.tsx'
import { useFrameView } from './use-frame-view.ts'
import { useIsNear } from './use-is-near.ts'

export function WallTile(props: WallTileProps): ReactNode {
  const { tile, id, channel, isPaused, isSpoken, matches, dragging } = props
  const t = useWallMessages()
  const place = useRef<HTMLLIElement>(null)
  const isNear = useIsNear(place)
  const isFollowed = isNear || isPaused || isSpoken
  const feed = useFeed(tile.channel, isFollowed)
  const { cues, isRefused } = useFrameView(feed)
  const matched = useMatchesOf(matches, tile.channel, isFollowed)
  const name = channel?.name ?? tile.channel
  const tracks = channel?.tracks ?? []
  const track = tile.track ?? tracks[0]?.track ?? cues.at(-1)?.track ?? 'CC1'
  const language = tracks.find((one) => one.track === track)?.language ?? null
  const own = useMemo(() => cues.filter((cue) => cue.track === track), [cues, track])
  const ownMatches = useMemo(() => matched.filter((cue) => cue.track === track), [matched, track])
  const isGone = props.isUnknown || isRefused
  const foot = <Foot channel={channel} lastAt={own.at(-1)?.end ?? null} isGone={isGone} />
  const text = { cues: own, track, name, isPaused, isNear, foot }
  const classes = ['tile', `size-${tile.size}`, isPaused && 'paused', dragging, isSpoken && 'aloud']
  return (
    <li className={classes.filter(Boolean).join(' ')} data-tile={id} ref={place}>
      <TileHead {...props} name={name} track={track} tracks={tracks} />
      {isGone && own.length === 0 ? (
        <p className="tile-note" tabIndex={0}>
          {t.tile.unknown}
        </p>
      ) : matches === null ? (
        <TileText {...text} feed={feed} language={language} density={props.density} />
      ) : (
        <TilePassages
          {...text}
          channel={tile.channel}
          timeZone={channel?.timeZone ?? 'UTC'}
          query={props.query}
          around={props.around}
          matches={ownMatches}
        />
      )}
      {isSpoken && (
        <SpokenLog
          key={`${track} ${props.query}`}
          cues={matches === null ? own : ownMatches}
          label={t.tile.log(name)}
        />
      )}
    </li>
  )
}

/** What stands below the last line: why nothing comes, where something is known of it. */
function Foot(props: {
  readonly channel: Channel | undefined
  readonly lastAt: string | null
  readonly isGone: boolean
}): ReactNode {
  const { channel, lastAt, isGone } = props
  const t = useWallMessages()
  const { locale } = useCatalogue()
  const zone = useZone(channel?.timeZone ?? 'UTC')
  if (isGone) return <p className="tile-foot gone">{t.tile.gone}</p>
  if (lastAt === null) return <p className="tile-foot muted">{t.tile.waiting}</p>
  if (channel === undefined || channel.state === 'live') return null
  return <p className="tile-foot muted">{t.tile.lastAt(formatClock(lastAt, zone, locale))}</p>
}
