import type { Channel, ChannelTrack, Cue } from '../../../protocol/api.ts'

/** A channel’s tracks; those that were heard, while the server has told of none. */
export function tracksOf(
  { tracks }: Channel,
  cues: readonly Pick<Cue, 'track' | 'language'>[],
): readonly ChannelTrack[] {
  if (tracks.length > 0) return tracks
  const known = new Map(cues.map(({ track, language }) => [track, { track, language }]))
  return [...known.values()].sort((a, b) => (a.track < b.track ? -1 : 1))
}
