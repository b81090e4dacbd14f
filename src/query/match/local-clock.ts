import { dayNames } from '../language/day-names.ts'

const quarterMs = 15 * 60 * 1000

/** Hours and days as a channel's viewers have them. */
export class LocalClock {
  readonly #format: Intl.DateTimeFormat
  #quarter = Number.NaN
  #hour = 0
  #day = 0

  /** A name that is no time zone is taken for UTC: it is a channel's description, not a query's fault. */
  constructor(timeZone: string) {
    this.#format = createFormat(timeZone) ?? new Intl.DateTimeFormat('en-GB', options('UTC'))
  }

  /** `day`: 0 is Monday. */
  at(ms: number): { readonly hour: number; readonly day: number } {
    // Clocks are set forward and back at whole quarters of an hour, and cues come in order of time.
    const quarter = Math.floor(ms / quarterMs)
    if (quarter !== this.#quarter && !Number.isNaN(ms)) {
      this.#quarter = quarter
      for (const { type, value } of this.#format.formatToParts(ms)) {
        if (type === 'hour') this.#hour = Number(value)
        if (type === 'weekday') this.#day = dayNames.findIndex((name) => name === value)
      }
    }
    return { hour: this.#hour, day: this.#day }
  }
}

function createFormat(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat('en-GB', options(timeZone))
  } catch {
    // The one thing it throws for: a zone it does not know.
    return undefined
  }
}

function options(timeZone: string): Intl.DateTimeFormatOptions {
  return { timeZone, weekday: 'long', hour: '2-digit', hourCycle: 'h23' }
}
