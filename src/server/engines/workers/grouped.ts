/**
 * Writes one by one as far as there is time, and together what comes while a write is under way: a disk that is slow to
 * sync does so once for all of these. Resolves, or rejects, with the write that took it along.
 */
export function grouped<T>(
  write: (all: readonly T[]) => Promise<unknown>,
): (one: T) => Promise<void> {
  let waiting: T[] = []
  let next: Promise<void> | undefined
  let before: Promise<unknown> = Promise.resolve()
  return (one) => {
    waiting.push(one)
    next ??= before.then(async () => {
      const all = waiting
      waiting = []
      next = undefined
      await write(all)
    })
    const mine = next
    before = mine.catch(() => undefined)
    return mine
  }
}
