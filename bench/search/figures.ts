/** What an engine needs for one question, milliseconds in one thread, and what it found. */
export interface Figure {
  /** The 20 newest, with their text. */
  readonly firstPageMs: number
  /** How many minutes match. */
  readonly countMs: number
  /** Counts by day, the first time and then again. */
  readonly coldTimelineMs: number
  readonly warmTimelineMs: number
  readonly minutes: number
}

export type Figures = ReadonlyMap<string, Figure>

export const dayMs = 86_400_000
export const pageSize = 20

/** What one batch of runs takes at least: the clock of a thread's own time is coarse. */
const batchMs = 40
/** For the compiler, as long as its peer in Java has. */
const warmUpMs = 300

/** Of this thread's own time, so that what else the machine does is left out; after runs to warm up, the middle of batches. */
export function medianMs(work: () => unknown, batches = 5): number {
  const warmFrom = process.threadCpuUsage()
  for (let used = 0; used < warmUpMs;) {
    work()
    const { user, system } = process.threadCpuUsage(warmFrom)
    used = (user + system) / 1000
  }
  const taken = Array.from({ length: batches }, () => {
    const began = process.threadCpuUsage()
    let used = 0
    let runs = 0
    do {
      work()
      runs++
      const { user, system } = process.threadCpuUsage(began)
      used = (user + system) / 1000
    } while (used < batchMs)
    return used / runs
  })
  taken.sort((a, b) => a - b)
  return taken[Math.floor(batches / 2)] ?? 0
}

export function geometricMean(values: readonly number[]): number {
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)
}
