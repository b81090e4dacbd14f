/** What every search index agrees on. */

/** Hits are counted and paged by minutes of the clock. */
export const minuteMs = 60_000

export const minutesPerHour = 60

/** What a match can be changed by lies within 60 tokens before it … */
export const marginBefore = 60
/** … and 60 after its last token, which lies within 60 of its first. */
export const marginAfter = 120
