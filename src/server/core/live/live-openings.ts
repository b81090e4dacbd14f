import type { LiveViewer } from './live-viewer.ts'

/** Openings made in one go; the ticks of everyone else come between. */
const openingsPerTurn = 50

/**
 * Who waits to be told where a channel stands. Ten thousand that return at once are served in turns, one channel of
 * each viewer at a time, between the ticks of those who stayed; a viewer that has not read what it got waits.
 */
export class LiveOpenings {
  readonly #open: (viewer: LiveViewer, channel: string) => void
  #waiting: LiveViewer[] = []
  #isRunning = false

  constructor(open: (viewer: LiveViewer, channel: string) => void) {
    this.#open = open
  }

  add(viewer: LiveViewer, channel: string): void {
    viewer.unopened.add(channel)
    this.resume(viewer)
  }

  /** The viewer has read, or wants its first opening. */
  resume(viewer: LiveViewer): void {
    if (viewer.isQueued) return
    viewer.isQueued = true
    this.#waiting.push(viewer)
    this.#run()
  }

  #run(): void {
    if (this.#isRunning) return
    this.#isRunning = true
    setImmediate(() => {
      this.#isRunning = false
      for (const viewer of this.#waiting.splice(0, openingsPerTurn)) {
        viewer.isQueued = false
        if (viewer.isFull) continue
        const [channel] = viewer.unopened
        if (channel === undefined) continue
        viewer.unopened.delete(channel)
        this.#open(viewer, channel)
        if (viewer.unopened.size > 0) this.resume(viewer)
      }
      if (this.#waiting.length > 0) this.#run()
    })
  }
}
