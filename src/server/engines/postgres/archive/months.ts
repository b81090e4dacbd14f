/** Cues that start outside of these years are in one partition before and one after: no stray clock makes thousands. */
export const firstMonthMs = Date.UTC(2000, 0)
export const endOfMonthsMs = Date.UTC(2100, 0)

/** A table that is parted by months, which counts time in units of so many milliseconds since 1970. */
export interface PartitionedTable {
  readonly name: string
  readonly unitMs: number
}
