import type { Range } from '../../../ports/archive.ts'

export interface Bounds {
  readonly fromMs: number
  readonly toMs: number
}

/** Beyond every time that RFC 3339 can say: they stand for the infinities that bigint does not have. */
export const longAgoMs = -8.64e15
export const farAwayMs = 8.64e15

export function boundsOf({ from, to }: Range): Bounds {
  return {
    fromMs: from === null ? longAgoMs : Date.parse(from),
    toMs: to === null ? farAwayMs : Date.parse(to),
  }
}
