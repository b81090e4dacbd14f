/** How often something may be done. */
export interface LimitWish {
  /** Different for whatever is counted apart. */
  readonly name: string
  readonly most: number
  readonly inSeconds: number
}

/** Counts by key, in windows that begin with a key's first use. */
export interface Limit {
  /** 0 when it may be done, and is counted; else in how many milliseconds it may be again. */
  take(key: string): Promise<number>
}

export type OpenLimit = (wish: LimitWish) => Limit
