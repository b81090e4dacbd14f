/** The same pieces, and `pause` once wherever none came for `ms`. */
export async function* withPauses<T>(
  pieces: AsyncIterable<T>,
  ms: number,
): AsyncGenerator<T | 'pause'> {
  const iterator = pieces[Symbol.asyncIterator]()
  let wake = (): void => undefined
  // One timer for all: thousands of datagrams come in a second.
  const timer = setTimeout(() => wake(), ms)
  try {
    for (let next = iterator.next(); ; next = iterator.next()) {
      timer.refresh()
      const idle = new Promise<'pause'>((resolve) => (wake = () => resolve('pause')))
      if ((await Promise.race([next, idle])) === 'pause') yield 'pause'
      const step = await next
      if (step.done === true) return
      yield step.value
    }
  } finally {
    clearTimeout(timer)
    await iterator.return?.()
  }
}
