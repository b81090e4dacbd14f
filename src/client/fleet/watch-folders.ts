import { watch, type FSWatcher } from 'node:fs'

/** An editor writes, renames and removes in one go. */
const settleMs = 300
/** A folder in which something always happens is not waited for longer. */
const mostSettleMs = 3000
/** Where a folder cannot be watched, as on many network disks, it is looked at. */
const lookEveryMs = 10_000

/** Calls `onChange` some moments after something happened in one of the folders, which may themselves change then. */
export class FolderWatch implements Disposable {
  readonly #folders: () => ReadonlySet<string>
  readonly #onChange: () => void
  readonly #watchers = new Map<string, FSWatcher>()
  readonly #timer: NodeJS.Timeout
  #settling: NodeJS.Timeout | undefined
  #sinceMs: number | undefined

  constructor(folders: () => ReadonlySet<string>, onChange: () => void) {
    this.#folders = folders
    this.#onChange = onChange
    this.#follow()
    this.#timer = setInterval(() => this.#settle(), lookEveryMs)
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
    clearTimeout(this.#settling)
    for (const watcher of this.#watchers.values()) watcher.close()
  }

  #settle(): void {
    const now = performance.now()
    this.#sinceMs ??= now
    clearTimeout(this.#settling)
    const wait = Math.min(settleMs, this.#sinceMs + mostSettleMs - now)
    this.#settling = setTimeout(() => this.#changed(), Math.max(0, wait))
  }

  #changed(): void {
    this.#sinceMs = undefined
    this.#onChange()
    this.#follow()
  }

  #follow(): void {
    const folders = this.#folders()
    for (const [folder, watcher] of this.#watchers)
      if (!folders.has(folder)) this.#drop(folder, watcher)
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watch(folder)
  }

  #watch(folder: string): void {
    try {
      const watcher = watch(folder, () => this.#settle())
      watcher.on('error', () => this.#drop(folder, watcher))
      this.#watchers.set(folder, watcher)
    } catch {
      // It is looked at instead.
    }
  }

  #drop(folder: string, watcher: FSWatcher): void {
    watcher.close()
    if (this.#watchers.get(folder) === watcher) this.#watchers.delete(folder)
  }
}
