import { useState } from 'react'

export interface Deed {
  readonly isBusy: boolean
  readonly error: Error | null
  /** Does it; whoever presses twice does it once. */
  readonly run: (work: () => Promise<void>) => void
}

/** Something that a press starts and that may fail: one at a time, its error until the next. */
export function useDeed(): Deed {
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<Error | null>(null)
  const run = (work: () => Promise<void>): void => {
    if (isBusy) return
    setBusy(true)
    setError(null)
    work()
      .catch((caught: unknown) =>
        setError(caught instanceof Error ? caught : new Error(String(caught))),
      )
      .finally(() => setBusy(false))
  }
  return { isBusy, error, run }
}
