import type { FleetReport } from './fleet/fleet.ts'

const usualWidth = 80

/** In a word: what the upload does, or why nothing is read. */
export type ChannelState =
  'connecting' | 'sending' | 'waiting' | 'off' | 'done' | 'refused' | 'failed'

/** One that is not its tuner's is off as soon as all that was read is stored. */
export function stateOf({ sender, result, isOn }: FleetReport): ChannelState {
  if (result?.ok === false) return result.kind
  if (sender === null || (result !== null && !isOn)) return 'off'
  return result === null ? sender.upload.state : 'done'
}

/** What is wrong, in the operator's words; null = nothing. */
export function troubleOf({ sender, result }: FleetReport): string | null {
  if (result?.ok === false) return result.message
  return sender?.problem ?? sender?.upload.lastError ?? null
}

/** One line a channel, for a terminal `width` columns wide. */
export function formatStatusLine(report: FleetReport, width: number): string {
  const { channel, sender } = report
  const trouble = troubleOf(report)
  const faults = Object.values(sender?.faults ?? {}).reduce((sum, count) => sum + count, 0)
  const { driftMs = 0, stepMs = 0 } = sender?.clock ?? {}
  const corrected = Math.round((Math.abs(driftMs) + Math.abs(stepMs)) / 1000)
  const parts = [
    channel.padEnd(20),
    stateOf(report).padEnd(10),
    `${String(sender?.cuesPerMinute ?? 0).padStart(4)} cues/min`,
    `${String(sender?.cues ?? 0).padStart(7)} cues`,
    `${String(sender?.unacked ?? 0).padStart(6)} unacked`,
    ...turnOf(report),
    ...(faults > 0 ? [`${faults} faults`] : []),
    ...(corrected > 0 ? [`clock corrected by ${corrected} s`] : []),
    ...(trouble === null ? [] : [trouble]),
  ]
  return parts.join('  ').slice(0, Math.max(20, width - 1))
}

function turnOf({ turn, isOn }: FleetReport): string[] {
  if (turn === null) return []
  // The operator's own clock: whoever wrote the times reads them.
  const when = new Date(turn.untilMs)
  const day = when.toDateString() === new Date().toDateString() ? '' : `${dayOf(when)} `
  const time = `${day}${two(when.getHours())}:${two(when.getMinutes())}`
  return [`${turn.tuner} ${isOn ? 'until' : 'from'} ${time}`]
}

function dayOf(when: Date): string {
  return when.toLocaleDateString('en', { weekday: 'short' })
}

function two(value: number): string {
  return String(value).padStart(2, '0')
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
  draw(reports: readonly FleetReport[], notes: readonly string[] = []): void {
    // A terminal that nobody looks at may say that it is 0 wide.
    const width = this.#terminal.columns > 0 ? this.#terminal.columns : usualWidth
    const up = this.#lines === 0 ? '' : `\u001b[${this.#lines}A`
    const lines = [
      ...reports.map((report) => formatStatusLine(report, width)),
      ...notes.map((note) => note.slice(0, Math.max(20, width - 1))),
    ]
    const text = lines.map((line) => `\r${line}\u001b[K\n`).join('')
    // Of more lines than there are now, the rest is wiped.
    this.#terminal.write(`${up}${text}\u001b[J`)
    this.#lines = lines.length
  }
}
