/** What a channel's log remembers of a programme, to say which one a cue belongs to. */
export interface AiringNote {
  readonly id: string
  readonly startMs: number
  readonly endMs: number | null
}

/** The airing that is on at a time: the last to start at or before it, unless it is over. */
export function airingAt(airings: Iterable<AiringNote>, atMs: number): string | null {
  let best: AiringNote | undefined
  for (const airing of airings)
    if (airing.startMs <= atMs && airing.startMs >= (best?.startMs ?? -Infinity)) best = airing
  return best === undefined || (best.endMs !== null && best.endMs <= atMs) ? null : best.id
}
