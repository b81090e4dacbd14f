import type { ChannelTrack, Cue } from '../../../protocol/api.ts'

/** A channel’s tracks; those that were heard, while the server has told of none. */
export function tracksOf(
  listed: readonly ChannelTrack[] | undefined,
  cues: readonly Pick<Cue, 'track' | 'language'>[],
): readonly ChannelTrack[] {
  if (listed !== undefined && listed.length > 0) return listed
  const known = new Map(cues.map(({ track, language }) => [track, { track, language }]))
  return [...known.values()].sort((a, b) => (a.track < b.track ? -1 : 1))
}
