import type { Duplex } from 'node:stream'
import { codes, type Code } from '../../../protocol/codes.ts'
import type { LiveServerMessage } from '../../../protocol/live/live-frames.ts'
import type { Opening, StreamFrame } from '../../core/live/live-stream.ts'
import type { ViewerSink } from '../../core/live/live-viewer.ts'
import { SocketWriter } from './socket-writer.ts'

/** RFC 6455, section 5.2: FIN with the opcode. */
const textFrame = 0x81
const binaryFrame = 0x82
const longestHead = 10

/** What a tick brings is put together here, after room for the head; one viewer at a time. */
let scratch = Buffer.allocUnsafe(64 * 1024)
let end = longestHead

/** The part of an opening's message after its slot: the same for all who begin at the same place. */
const textOfOpening = new WeakMap<Opening, string>()

/** A viewer on a WebSocket: records are written ready-made on the upgraded socket, one write a tick. */
export class SocketSink implements ViewerSink {
  readonly #writer: SocketWriter
  readonly #close: (code: number, reason: string) => void

  constructor(socket: Duplex, close: (code: number, reason: string) => void) {
    this.#writer = new SocketWriter(socket)
    this.#close = close
  }

  get waitingBytes(): number {
    return this.#writer.waitingBytes
  }

  add(frame: StreamFrame, slot: number): void {
    const bytes = frame.binary(slot)
    if (end + bytes.length > scratch.length) {
      const grown = Buffer.allocUnsafe(2 * (end + bytes.length))
      grown.set(scratch.subarray(0, end))
      scratch = grown
    }
    scratch.set(bytes, end)
    end += bytes.length
  }

  flush(): void {
    this.#write(binaryFrame)
  }

  open(channel: string, slot: number, opening: Opening): void {
    const { missed } = opening
    const type: LiveServerMessage['type'] = missed === null ? 'snapshot' : 'resumed'
    let rest = textOfOpening.get(opening)
    if (rest === undefined) {
      const { complete, cues, drafts, state, airing } = opening
      rest = JSON.stringify(
        missed === null
          ? { channel, complete, cues, drafts, airing, state }
          : { channel, events: missed, drafts, state },
      ).slice(1)
      textOfOpening.set(opening, rest)
    }
    this.#text(`{"type":"${type}","slot":${slot},${rest}`)
  }

  problem(channel: string | null, code: string, detail: string): void {
    const known = code in codes ? codes[code as Code] : codes.internal
    this.message({ type: 'problem', channel, code, title: known.says, detail })
  }

  bye(afterMs: number): void {
    this.message({ type: 'bye', after: afterMs })
    this.#close(codes.draining.close, 'draining')
  }

  heartbeat(): void {
    this.#write(binaryFrame)
  }

  message(message: LiveServerMessage): void {
    this.#text(JSON.stringify(message))
  }

  #text(text: string): void {
    const most = 3 * text.length
    if (end + most > scratch.length) scratch = Buffer.allocUnsafe(end + most)
    end += scratch.write(text, end, 'utf8')
    this.#write(textFrame)
  }

  /** Writes what is in the scratch as one frame, with its head put before it. */
  #write(kind: number): void {
    const length = end - longestHead
    let start = longestHead
    end = longestHead
    if (length < 126) {
      scratch[--start] = length
    } else if (length < 0x1_0000) {
      scratch.writeUInt16BE(length, (start -= 2))
      scratch[--start] = 126
    } else {
      scratch.writeBigUInt64BE(BigInt(length), (start -= 8))
      scratch[--start] = 127
    }
    scratch[--start] = kind
    this.#writer.write(scratch, start, longestHead + length - start)
  }
}
