import type { RunEvent } from '../../protocol/events.ts'

/** Runs that a later decode of the same bytes has replaced. */
export function supersededRuns(
  runs: Iterable<Pick<RunEvent, 'run' | 'of' | 'revision'>>,
): Set<string> {
  const best = new Map<string, { run: string; revision: number }>()
  const superseded = new Set<string>()
  for (const { run, of, revision = of === undefined ? 1 : 2 } of runs) {
    const original = of ?? run
    const other = best.get(original)
    if (other !== undefined && other.run !== run) {
      superseded.add(other.revision > revision ? run : other.run)
      if (other.revision > revision) continue
    }
    best.set(original, { run, revision })
  }
  return superseded
}
