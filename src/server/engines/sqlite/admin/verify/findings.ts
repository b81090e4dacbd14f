/** What a check of a data folder has counted, and each thing that is wrong, as a sentence that says what to do. */
export class Findings {
  readonly counts = new Map<string, number>()
  readonly problems: string[] = []
  /** Problems beyond those that are kept. */
  unlisted = 0
  readonly #onCount: (counts: ReadonlyMap<string, number>) => void

  constructor(onCount: (counts: ReadonlyMap<string, number>) => void) {
    this.#onCount = onCount
  }

  count(kind: string, n = 1): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + n)
    this.#onCount(this.counts)
  }

  problem(sentence: string): void {
    if (this.problems.length < mostListed) this.problems.push(sentence)
    else this.unlisted++
  }
}

/** A folder with a million things wrong has one cause. */
const mostListed = 1000

/** What there is to do about damage that the rest of the folder cannot mend. */
export const restoreIt = 'restore the folder from a backup (ccr restore)'
