/** One broadcast of a programme, as the guide in the stream tells of it. */
export interface GuideEvent {
  /** Its number in the guide; numbers come again after days. */
  readonly id: number
  /** UTC, milliseconds since 1970. */
  readonly startMs: number
  readonly durationMs: number
  readonly title: string
  readonly description: string | null
  readonly category: string | null
  readonly rating: string | null
}

/** What is new in the guide of the programme that is read. */
export interface GuideNews {
  readonly source: 'psip' | 'dvb'
  /** Events that are new, or other than before. */
  readonly events: readonly GuideEvent[]
  /** Which one is on, where the stream says so; null = go by the times. */
  readonly presentId: number | null
  /** The stream's own clock: what time it was at a moment of the run. Null while it is not known. */
  readonly clock: { readonly utcMs: number; readonly atMs: number } | null
}
