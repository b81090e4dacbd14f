import type { ChannelOptions } from '../channel-options.ts'
import type { ChannelResult, ChannelSender } from '../channel-sender.ts'
import { ChannelStop } from '../channel-stop.ts'
import type { Wanted } from './plan.ts'

/** A channel that runs, or has run. */
export class Member {
  readonly options: ChannelOptions
  readonly sender: ChannelSender
  /** Ends all of it. */
  readonly stop = new AbortController()
  /** Ends the reading only. */
  readonly turnOver = new AbortController()
  readonly done: Promise<ChannelResult>
  /** Undefined while it runs. */
  result: ChannelResult | undefined
  /** It reads; otherwise it only sends what waits. */
  isOn: boolean

  /** `before`: who had its spool until now. */
  constructor(
    options: ChannelOptions,
    sender: ChannelSender,
    isOn: boolean,
    before: Promise<unknown>,
  ) {
    this.options = options
    this.sender = sender
    this.isOn = isOn
    if (!isOn) this.turnOver.abort(new ChannelStop('turn'))
    this.done = before
      .then(() => sender.run(this.stop.signal, this.turnOver.signal))
      .then((result) => (this.result = result))
  }
}

/** What has to be done with one that runs, so that it is what is wanted. */
export function restartOf(
  { options, isOn }: Member,
  wanted: Wanted,
): 'none' | 'turn-over' | 'turn' | 'changed' | 'restarted' {
  if (isOn && !wanted.isOn) return 'turn-over'
  if (!isOn && wanted.isOn) return 'turn'
  if (textOf(options) === textOf(wanted.options)) return 'none'
  // Between turns, what it will read next time is not yet of interest.
  if (!isOn && textOf(deliveryOf(options)) === textOf(deliveryOf(wanted.options))) return 'none'
  return textOf(readingOf(options)) === textOf(readingOf(wanted.options)) ? 'restarted' : 'changed'
}

/** How events get to the server: all the rest decides which events there are. */
const delivery: ReadonlySet<string> = new Set<keyof ChannelOptions>([
  ...(['server', 'token', 'spoolFolder', 'spoolBytes', 'spoolAgeMs', 'giveUpMs'] as const),
])

function deliveryOf(options: ChannelOptions): object {
  return Object.fromEntries(Object.entries(options).filter(([key]) => delivery.has(key)))
}

function readingOf(options: ChannelOptions): object {
  return Object.fromEntries(Object.entries(options).filter(([key]) => !delivery.has(key)))
}

function textOf(options: object): string {
  return JSON.stringify(options, (_, value: unknown) => (value instanceof Map ? [...value] : value))
}
