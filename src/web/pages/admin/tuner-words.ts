import type { Tuner } from '../../data/admin.ts'

export const tunerGroups = ['all', 'trouble', 'well', 'away'] as const
export type TunerGroup = (typeof tunerGroups)[number]

/** Where a channel is looked for: something is wrong, all is well, or nobody feeds it. */
export function groupOf({ isConnected, status }: Tuner): Exclude<TunerGroup, 'all'> {
  if (!isConnected) return 'away'
  return status?.trouble == null ? 'well' : 'trouble'
}

/** Whether all words stand somewhere in what is known of it. */
export function matches({ channel, run, status }: Tuner, words: string): boolean {
  const said = [
    ...[channel, status?.source, run?.source, status?.trouble, status?.client],
    ...[status?.extractor?.name, run?.extractor, status?.tuner?.name],
  ]
  const text = said.join(' ').toLowerCase()
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word))
}
