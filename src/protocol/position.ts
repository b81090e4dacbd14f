/**
 * A reader's place in a channel's log. `epoch` names the log; it changes only when numbers that
 * readers may have seen could be given out differently. `seq` counts 1, 2, 3 … in order of storage;
 * 0 is the place before the first entry.
 */
export interface Position {
  readonly epoch: string
  readonly seq: number
}

const positionPattern = /^([0-9a-z]{8,26})\.(0|[1-9][0-9]{0,15})$/

/** Reads `epoch.seq`; undefined when the text is not a position. */
export function parsePosition(text: string): Position | undefined {
  const match = positionPattern.exec(text)
  if (match?.[1] === undefined) return undefined
  return { epoch: match[1], seq: Number(match[2]) }
}

/** Writes a position as `epoch.seq`, the form of `since=`, SSE ids and the `Ccr-Position` header. */
export function formatPosition(position: Position): string {
  return `${position.epoch}.${position.seq}`
}
