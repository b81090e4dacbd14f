import type { RunEvent } from '../../protocol/events.ts'

/** Runs that a later decode of the same bytes has replaced: of each original, all but its highest revision. */
export function supersededRuns(
  runs: Iterable<Pick<RunEvent, 'run' | 'of' | 'revision'>>,
): Set<string> {
  const highest = new Map<string, { run: string; revision: number }>()
  const superseded = new Set<string>()
  for (const { run, of: original, revision = 2 } of runs) {
    if (original === undefined || original === run) continue
    const other = highest.get(original) ?? { run: original, revision: 1 }
    const wins = revision >= other.revision
    superseded.add(wins ? other.run : run)
    if (wins) superseded.delete(run)
    highest.set(original, wins ? { run, revision } : other)
  }
  return superseded
}
