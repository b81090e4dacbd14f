/** Where a channel's transcript was being read when the reader turned to another tab of it. */
export interface PlaceLeft {
  readonly href: string
  /** What the browser's history keeps for it: the line at the top. */
  readonly state: unknown
  /** The moment of that line; null at the live end. */
  readonly at: string | null
}

/** Of this visit only: a page that is loaded anew begins at the live end. */
const places = new Map<string, PlaceLeft>()

export function placeLeft(channel: string): PlaceLeft | undefined {
  return places.get(channel)
}

export function leavePlace(channel: string): void {
  const state: unknown = history.state
  const at = typeof state === 'object' && state !== null && 'at' in state ? state.at : null
  const asked = new URLSearchParams(location.search).get('t')
  places.set(channel, {
    href: location.pathname + location.search,
    state,
    at: typeof at === 'string' ? at : asked,
  })
}
