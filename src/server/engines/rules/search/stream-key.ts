/** One track of one run: its cues, in order, are one row of words. */
export interface StreamKey {
  readonly channel: string
  readonly run: string
  readonly track: string
}
