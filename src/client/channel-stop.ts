const whys = {
  /** Taken out of the file: its run is over, and the server gets a moment to hear so. */
  removed: { endsRun: true, graceMs: 5000 },
  /** Another turn of its tuner begins: its run is over. */
  turn: { endsRun: true, graceMs: 0 },
  /** Comes back at once and reads otherwise: its run is over, and its successor sends what is left. */
  changed: { endsRun: true, graceMs: 0 },
  /** Comes back at once and reads the same: a recording goes on with its run. */
  restarted: { endsRun: false, graceMs: 0 },
  /** The process ends: the same command goes on with a recording. */
  ended: { endsRun: false, graceMs: 5000 },
} as const

/** Why a channel is stopped, as its signal's reason; without one the process ends. */
export class ChannelStop extends Error {
  override name = 'ChannelStop'
  readonly why: keyof typeof whys

  constructor(why: keyof typeof whys) {
    super(`the channel is stopped: ${why}`)
    this.why = why
  }
}

/** What a stop means: whether a recording's run is over, and how long what was read is still uploaded. */
export function meaningOf(signal: AbortSignal): {
  readonly endsRun: boolean
  readonly graceMs: number
} {
  const reason: unknown = signal.reason
  return whys[reason instanceof ChannelStop ? reason.why : 'ended']
}
