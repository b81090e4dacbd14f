import type { Logger } from '../../../ports/telemetry.ts'
import type { Trouble } from './troubles.ts'

/** What the reading workers of a data folder cannot read, each told once, whichever of them has met it. */
export class TroubleBoard {
  readonly #logger: Logger | undefined
  readonly #byWorker = new Map<object, readonly Trouble[]>()

  constructor(logger: Logger | undefined) {
    this.#logger = logger
  }

  get problems(): readonly string[] {
    return [...this.#found().values()]
  }

  /** All that a worker cannot read now; null when it has ended. */
  take(worker: object, troubles: readonly Trouble[] | null): void {
    const before = this.#found()
    this.#byWorker.set(worker, troubles ?? [])
    // One that has ended knows nothing; the next will find out.
    if (troubles === null) return
    const after = this.#found()
    for (const [file, problem] of after) if (!before.has(file)) this.#logger?.error({}, problem)
    for (const file of before.keys())
      if (!after.has(file)) this.#logger?.info({}, `${file} can be read again`)
  }

  #found(): Map<string, string> {
    const all = [...this.#byWorker.values()].flat()
    return new Map(all.map(({ file, problem }) => [file, problem]))
  }
}
