import type { Batch, Log } from '../src/server/ports/log.ts'
import { binSecond, captionRow } from './captions.ts'

/** One channel's tuner: its lines, one second after the other. */
export class Tuner {
  readonly #log: Pick<Log, 'append'>
  readonly #channel: string
  readonly #fence: number
  readonly #seed: number
  #seq = 0
  #seconds: number
  #cues = 0

  constructor(log: Pick<Log, 'append'>, n: number, fence: number) {
    this.#log = log
    this.#channel = `channel-${n}`
    this.#fence = fence
    this.#seed = n
    // Half of the channels have their cue in every even second.
    this.#seconds = n % 2
  }

  static async connect(log: Log, n: number): Promise<Tuner> {
    return new Tuner(log, n, await log.fence(`channel-${n}`))
  }

  second(atMs = Date.now()): { readonly events: number; readonly acked: Promise<void> } {
    const second = this.#seconds++
    const at = new Date(atMs).toISOString()
    const data = binSecond(this.#seed, second).toString('base64')
    const fts = second * 1000
    const events: Batch['events'][number][] = [
      { seq: ++this.#seq, type: 'bin', run: 'run-1', format: 'rcwt', fts, at, data },
    ]
    if (second % 2 === 0)
      events.push({
        seq: ++this.#seq,
        type: 'cue',
        run: 'run-1',
        track: 'CC1',
        id: ++this.#cues,
        start: new Date(atMs - 2000).toISOString(),
        end: at,
        mode: 'roll-up',
        text: captionRow(this.#seed, second),
      })
    const batch = { channel: this.#channel, producer: 'bench', fence: this.#fence, events }
    const acked = this.#log.append(batch).then((result) => {
      if (!result.ok) throw new Error(`${this.#channel}: ${result.code}`)
    })
    return { events: events.length, acked }
  }
}
