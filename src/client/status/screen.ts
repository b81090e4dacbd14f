import type { ChannelStatus } from './facts.ts'

const usualWidth = 80

/** One line a channel, for a terminal `width` columns wide. */
export function formatStatusLine(status: ChannelStatus, width: number): string {
  const { channel, state, cuesPerMinute, cues, unacked, clock, trouble } = status
  const faults = Object.values(status.faults).reduce((sum, count) => sum + count, 0)
  const corrected = Math.round((Math.abs(clock.driftMs) + Math.abs(clock.stepMs)) / 1000)
  const parts = [
    channel.padEnd(20),
    state.padEnd(10),
    `${String(cuesPerMinute).padStart(4)} cues/min`,
    `${String(cues).padStart(7)} cues`,
    `${String(unacked).padStart(6)} unacked`,
    ...turnOf(status),
    ...(faults > 0 ? [`${faults} faults`] : []),
    ...(corrected > 0 ? [`clock corrected by ${corrected} s`] : []),
    ...(trouble === null ? [] : [trouble]),
  ]
  return parts.join('  ').slice(0, Math.max(20, width - 1))
}

function turnOf({ tuner }: ChannelStatus): string[] {
  if (tuner === null) return []
  const { name, from, until } = tuner
  return [from === null ? `${name} until ${timeOf(until ?? '')}` : `${name} from ${timeOf(from)}`]
}

/** By the operator's own clock, with the day when it is another one. */
function timeOf(at: string): string {
  const when = new Date(at)
  const two = (value: number): string => String(value).padStart(2, '0')
  const isToday = when.toDateString() === new Date().toDateString()
  const day = isToday ? '' : `${when.toLocaleDateString('en', { weekday: 'short' })} `
  return `${day}${two(when.getHours())}:${two(when.getMinutes())}`
}

/** Where lines that are drawn over each other go: a terminal. */
export interface Terminal {
  readonly columns: number
  write(text: string): void
}

/** Draws the channels' lines over the ones before, in one write, so that nothing flickers. */
export class StatusScreen {
  readonly #terminal: Terminal
  #lines = 0

  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }

  /** `notes` stand below the channels. */
  draw(channels: readonly ChannelStatus[], notes: readonly string[] = []): void {
    // A terminal that nobody looks at may say that it is 0 wide.
    const width = this.#terminal.columns > 0 ? this.#terminal.columns : usualWidth
    const up = this.#lines === 0 ? '' : `\u001b[${this.#lines}A`
    const lines = [
      ...channels.map((status) => formatStatusLine(status, width)),
      ...notes.map((note) => note.slice(0, Math.max(20, width - 1))),
    ]
    const text = lines.map((line) => `\r${line}\u001b[K\n`).join('')
    // Of more lines than there are now, the rest is wiped.
    this.#terminal.write(`${up}${text}\u001b[J`)
    this.#lines = lines.length
  }
}
