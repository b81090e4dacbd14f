import type { ChannelReport } from './channel-sender.ts'

const usualWidth = 80

/** One line a channel, for a terminal `width` columns wide. */
export function formatStatusLine(report: ChannelReport, width: number): string {
  const { channel, cues, cuesPerMinute, unacked, upload, problem } = report
  const error = problem ?? upload.lastError
  const faults = Object.values(report.faults).reduce((sum, count) => sum + count, 0)
  const { driftMs = 0, stepMs = 0 } = report.clock ?? {}
  const corrected = Math.round((Math.abs(driftMs) + Math.abs(stepMs)) / 1000)
  const parts = [
    channel.padEnd(20),
    upload.state.padEnd(10),
    `${String(cuesPerMinute).padStart(4)} cues/min`,
    `${String(cues).padStart(7)} cues`,
    `${String(unacked).padStart(6)} unacked`,
    ...(faults > 0 ? [`${faults} faults`] : []),
    ...(corrected > 0 ? [`clock corrected by ${corrected} s`] : []),
    ...(error === null ? [] : [error]),
  ]
  return parts.join('  ').slice(0, Math.max(20, width - 1))
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

  draw(reports: readonly ChannelReport[]): void {
    // A terminal that nobody looks at may say that it is 0 wide.
    const width = this.#terminal.columns > 0 ? this.#terminal.columns : usualWidth
    const up = this.#lines === 0 ? '' : `\u001b[${this.#lines}A`
    const text = reports.map((report) => `\r${formatStatusLine(report, width)}\u001b[K\n`).join('')
    this.#terminal.write(up + text)
    this.#lines = reports.length
  }
}
