import { messageOf } from '../../protocol/message-of.ts'
import type { Changes, Fleet } from './fleet.ts'
import { keepWrong, type PlanSource } from './plan-source.ts'
import { FolderWatch } from './watch-folders.ts'

/** What came of reading the file again. */
export interface Reload {
  readonly changes: Changes
  /** What is wrong with the file, a sentence each, with lines; what it concerns goes on as it was. */
  readonly problems: readonly string[]
}

/** Keeps a fleet as its file says, while it runs. */
export class Reloading implements Disposable {
  readonly #fleet: Fleet
  readonly #source: PlanSource
  readonly #fileName: string
  readonly #tell: (reload: Reload) => void
  readonly #watch: FolderWatch
  #turn: Promise<unknown> = Promise.resolve()
  #problems: readonly string[] = []

  constructor(fleet: Fleet, source: PlanSource, fileName: string, tell: (reload: Reload) => void) {
    this.#fleet = fleet
    this.#source = source
    this.#fileName = fileName
    this.#tell = tell
    this.#watch = new FolderWatch(
      () => source.folders(),
      () => {
        if (source.hasChanged()) void this.reload()
      },
    )
  }

  /** What is wrong with the file as it was read last. */
  get problems(): readonly string[] {
    return this.#problems
  }

  /** Reads the file, whether it changed or not: what had failed is tried again. */
  async reload(): Promise<void> {
    const reloading = this.#turn.then(() => this.#reload())
    this.#turn = reloading.catch(() => undefined)
    await reloading
  }

  [Symbol.dispose](): void {
    this.#watch[Symbol.dispose]()
  }

  async #reload(): Promise<void> {
    let changes: Changes = { added: [], changed: [], removed: [], retried: [] }
    try {
      const file = this.#source.read()
      this.#problems = file.problems
      changes = await this.#fleet.apply(keepWrong(this.#fleet.plan, file, this.#fileName))
    } catch (error) {
      // Whatever is wrong with a file, what runs goes on.
      this.#problems = [messageOf(error)]
    }
    this.#tell({ changes, problems: this.#problems })
  }
}
