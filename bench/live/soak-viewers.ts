import { ViewerSocket } from '../../test/support/viewer-socket.ts'
import { FrameReader } from './frame-reader.ts'
import { channelName, channelsOf, hashCue } from './load.ts'

/**
 * `soak-viewers.ts PORT COUNT`: viewers of whom every fiftieth stops reading for a while, again and again, and every
 * fiftieth goes away and comes back to where it was. Each sums the cues it heard.
 */

export type SoakNews =
  | { readonly type: 'ready' }
  | {
      readonly type: 'report'
      readonly sums: readonly number[]
      readonly incomplete: number
      readonly returns: number
      readonly pauses: number
    }

const [port = '', wanted = ''] = process.argv.slice(2)
const count = Number(wanted)
const troubledShare = 50
const longestPauseMs = 15_000

let returns = 0
let pauses = 0
let isEnding = false

class SoakViewer {
  readonly #channels: readonly string[]
  readonly reader: FrameReader
  sum = 0
  socket: ViewerSocket | undefined

  constructor(viewer: number) {
    this.#channels = channelsOf(viewer).map(channelName)
    this.reader = new FrameReader(({ type, channel, id, text }) => {
      if (type === 'cue') this.sum = (this.sum + hashCue(channel, id, text)) >>> 0
    })
  }

  /** Resolves when every channel is open. */
  async connect(): Promise<void> {
    const { positions } = this.reader
    let openings = 0
    await new Promise<void>((resolve, reject) => {
      const socket = new ViewerSocket(Number(port), {
        upgraded: () => {
          for (const channel of this.#channels) {
            const since = positions.get(channel)
            socket.send(JSON.stringify({ type: 'subscribe', channel, since, backlog: 0 }))
          }
        },
        frame: (opcode, body) => {
          if (opcode === 2) this.reader.read(body)
          else if (this.reader.text(body.toString()) && ++openings === this.#channels.length)
            resolve()
        },
        closed: (reason) => reject(new Error(reason)),
      })
      this.socket = socket
      socket.upgrade('/api/v1/live', 'ccr.live.v1')
    })
  }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const viewers = Array.from({ length: count }, (_, viewer) => new SoakViewer(viewer))
for (const viewer of viewers) await viewer.connect()

async function pauseNowAndThen({ socket }: SoakViewer): Promise<void> {
  while (!isEnding) {
    await wait(Math.random() * longestPauseMs)
    socket?.pause()
    await wait(Math.random() * longestPauseMs)
    socket?.resume()
    pauses++
  }
}

async function leaveNowAndThen(viewer: SoakViewer): Promise<void> {
  while (!isEnding) {
    await wait(Math.random() * longestPauseMs)
    viewer.socket?.destroy()
    await wait(Math.random() * 2000)
    await viewer.connect()
    returns++
  }
}

let troubles: Promise<void>[] = []
process.on('message', ({ type }: { type: 'trouble' | 'calm' | 'report' }) => {
  if (type === 'trouble')
    troubles = viewers.flatMap((viewer, n) => {
      if (n % troubledShare === 0) return [pauseNowAndThen(viewer)]
      return n % troubledShare === 1 ? [leaveNowAndThen(viewer)] : []
    })
  else if (type === 'calm') isEnding = true
  else
    void Promise.all(troubles).then(async () => {
      await wait(1000)
      process.send?.({
        ...{ type: 'report', sums: viewers.map(({ sum }) => sum), returns, pauses },
        incomplete: viewers.reduce((all, { reader }) => all + reader.incomplete, 0),
      } satisfies SoakNews)
    })
})
process.once('disconnect', () => process.exit())
process.send?.({ type: 'ready' } satisfies SoakNews)
