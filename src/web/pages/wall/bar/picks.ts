import type { Channel } from '../../../../protocol/api.ts'
import { findChannels } from '../../../shared/channels/find-channels.ts'
import { nameOfTrack } from '../../../shared/channels/names.ts'
import type { Tile } from '../layout/layout.ts'

/** Something that can be put on the wall: a channel, one of its tracks, or all of them side by side. */
export interface Pick {
  readonly key: string
  readonly channel: Channel
  readonly name: string
  readonly about: string
  readonly isPart: boolean
  readonly isOnWall: boolean
  readonly tiles: readonly Tile[]
}

/** What can be picked, by name, what is on air first; channels of several tracks are followed by these. */
export function picksOf(
  channels: readonly Channel[],
  tiles: readonly Tile[],
  query: string,
  locale: string,
  allTracks: (count: number) => string,
): readonly Pick[] {
  const names = new Intl.Collator(locale, { numeric: true })
  const isOff = ({ state }: Channel): number => (state === 'offline' ? 1 : 0)
  return [...findChannels(channels, query, locale)]
    .sort((a, b) => isOff(a) - isOff(b) || names.compare(a.name, b.name))
    .flatMap((channel) => {
      const { id, name, network, now, tracks } = channel
      const own = tiles.filter((tile) => tile.channel === id)
      const about = [network, now?.title].filter((part) => part != null).join(' · ')
      const tileOf = (track: string | null): Tile => ({ channel: id, track, size: 'normal' })
      const isShown = (track: string): boolean =>
        own.some((tile) => (tile.track ?? tracks[0]?.track) === track)
      const whole: Pick = {
        ...{ key: id, channel, name, about, isPart: false, isOnWall: own.length > 0 },
        tiles: [tileOf(null)],
      }
      if (tracks.length < 2) return [whole]
      const parts = tracks.map((track): Pick => ({
        ...{ key: `${id} ${track.track}`, channel, name: nameOfTrack(track, locale), about: name },
        ...{ isPart: true, isOnWall: isShown(track.track), tiles: [tileOf(track.track)] },
      }))
      const all: Pick = {
        ...{ key: `${id} all`, channel, name: allTracks(tracks.length), about: name, isPart: true },
        isOnWall: tracks.every(({ track }) => isShown(track)),
        tiles: tracks.map(({ track }) => tileOf(track)),
      }
      return [whole, ...parts, all]
    })
}
