import { ByteQueue } from '../../../captions/byte-queue.ts'

/**
 * What CCExtractor's `--sendto` speaks (lib_ccx/networking.c; lib_ccxr/src/net in Rust): blocks of a command, the length of
 * the payload in ten bytes of decimal ASCII padded with NUL, the payload, CR LF. We answer single bytes.
 */

export const commands = {
  ...{ password: 2, description: 4, binHeader: 5, binData: 6, epg: 7, ping: 55 },
} as const
export const answers = { error: 51, unknown: 52, wrongPassword: 2, busy: 54, ping: 55 } as const

export interface Block {
  readonly command: number
  readonly payload: Uint8Array
}

/** The peer does not speak the protocol, or a block was cut: nothing after it can be told apart. */
export class FramingError extends Error {
  override name = 'FramingError'
  readonly answer: number

  constructor(message: string, answer: number) {
    super(message)
    this.answer = answer
  }
}

const lengthBytes = 10
const headBytes = 1 + lengthBytes
/** A group of 65,535 blocks, and its head. */
const mostPayload = 200_000
/** What the C client sends after the command of a ping: a length of "0", and CR LF. */
const longPingRest = 12
const known = new Set<number>(Object.values(commands))
const zero = 0x30
const [carriageReturn, lineFeed] = [0x0d, 0x0a]

/** Takes blocks out of the bytes of a connection. */
export class BlockReader {
  readonly #queue = new ByteQueue()
  /** A ping came: it was a short one unless "0" follows. */
  #isAfterPing = false

  /** @throws FramingError */
  push(chunk: Uint8Array): Block[] {
    this.#queue.push(chunk)
    const blocks: Block[] = []
    for (let block = this.#next(); block !== undefined; block = this.#next()) blocks.push(block)
    return blocks
  }

  #next(): Block | undefined {
    const queue = this.#queue
    if (this.#isAfterPing && queue.length > 0) {
      if (queue.bytes[queue.start] === zero) {
        if (queue.length < longPingRest) return undefined
        queue.drop(longPingRest)
      }
      this.#isAfterPing = false
    }
    if (queue.length === 0) return undefined
    const command = queue.bytes[queue.start] ?? 0
    if (command === commands.ping) {
      queue.drop(1)
      this.#isAfterPing = true
      return { command, payload: new Uint8Array(0) }
    }
    if (!known.has(command))
      throw new FramingError(`expected a command of --sendto, got byte ${command}`, answers.unknown)
    if (queue.length < headBytes) return undefined
    const length = lengthOf(queue.bytes.subarray(queue.start + 1, queue.start + headBytes))
    const end = queue.start + headBytes + length
    if (queue.length < headBytes + length + 2) return undefined
    if (queue.bytes[end] !== carriageReturn || queue.bytes[end + 1] !== lineFeed)
      throw new FramingError('a block does not end where its length says', answers.error)
    const payload = queue.bytes.slice(queue.start + headBytes, end)
    queue.drop(headBytes + length + 2)
    return { command, payload }
  }
}

function lengthOf(bytes: Uint8Array): number {
  const [, digits] = /^(\d{1,10})\0*$/.exec(Buffer.from(bytes).toString('latin1')) ?? []
  const length = digits === undefined ? NaN : Number(digits)
  if (!(length <= mostPayload))
    throw new FramingError('the length of a block is no number that one has', answers.error)
  return length
}
