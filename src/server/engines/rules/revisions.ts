import type { Cue } from '../../../protocol/api.ts'
import type { RunEvent } from '../../../protocol/events.ts'

/** A run as the log keeps it: as it was announced, and whether its producer said that it is over. */
export type KnownRun = RunEvent & { readonly ended?: true }

/** What a run is a later decode of; undefined for an original. */
export interface Revision {
  readonly of: string
  readonly revision: number
}

type Numbered = Pick<KnownRun, 'run' | 'of' | 'revision' | 'ended'>

export function revisionOf({ run, of, revision = 2 }: Numbered): Revision | undefined {
  return of === undefined || of === run ? undefined : { of, revision }
}

/**
 * Runs that are not the text of the channel: of each original and its later decodes, all but the highest
 * revision. A decode counts once it has ended: text is replaced whole, in one moment, or not at all.
 */
export function supersededRuns(runs: Iterable<Numbered>): Set<string> {
  const highest = new Map<string, { run: string; revision: number }>()
  const superseded = new Set<string>()
  for (const known of runs) {
    const { run, ended } = known
    const revised = revisionOf(known)
    if (revised === undefined) continue
    const { of: original, revision } = revised
    if (ended !== true) {
      superseded.add(run)
      continue
    }
    const other = highest.get(original) ?? { run: original, revision: 1 }
    const wins = revision >= other.revision
    superseded.add(wins ? other.run : run)
    if (wins) superseded.delete(run)
    highest.set(original, wins ? { run, revision } : other)
  }
  return superseded
}

/** The cue, saying what it is a later decode of, as the channel's runs are known now. */
export function withRevision(cue: Cue, revisions: ReadonlyMap<string, Revision>): Cue {
  const revised = revisions.get(cue.run)
  if (revised !== undefined) return { ...cue, ...revised }
  if (cue.of === undefined) return cue
  const plain: Cue = { ...cue }
  delete plain.of
  delete plain.revision
  return plain
}

export function revisionsOf(runs: Iterable<Numbered>): Map<string, Revision> {
  const found = new Map<string, Revision>()
  for (const run of runs) {
    const revised = revisionOf(run)
    if (revised !== undefined) found.set(run.run, revised)
  }
  return found
}
