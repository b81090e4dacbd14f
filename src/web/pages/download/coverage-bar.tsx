import type { ReactNode } from 'react'
import type { Coverage } from '../../data/day.ts'

/** Least width of what is there at all, so that a minute of a day is seen too. */
const leastPercent = 4

/** Full where it was monitored, hatched where a gap is told, empty otherwise. */
export function CoverageBar({ coverage }: { readonly coverage: Coverage | undefined }): ReactNode {
  const share = (part: number): string =>
    part === 0 ? '0' : `${Math.max(leastPercent, part * 100)}%`
  return (
    <span className="coverage" aria-hidden="true">
      {coverage !== undefined && (
        <>
          <span className="coverage-on" style={{ width: share(coverage.monitored) }} />
          <span className="coverage-gap" style={{ width: share(coverage.missing) }} />
        </>
      )}
    </span>
  )
}
