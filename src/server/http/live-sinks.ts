import type { Duplex } from 'node:stream'
import type { ServerResponse } from 'node:http'
import type { LiveEvent } from '../../protocol/live.ts'
import type { LiveServerMessage } from '../../protocol/live-frames.ts'
import { formatPosition } from '../../protocol/position.ts'
import { codes, type Code } from '../../protocol/codes.ts'
import type { Opening, StreamFrame } from '../core/live-stream.ts'
import type { ViewerSink } from '../core/live-viewer.ts'

/** RFC 6455, section 5.2: FIN with the opcode. */
const textFrame = 0x81
const binaryFrame = 0x82

/** A viewer on a WebSocket: frames are written ready-made on the upgraded socket, one write a tick. */
export class SocketSink implements ViewerSink {
  readonly #socket: Duplex
  readonly #close: (code: number, reason: string) => void

  constructor(socket: Duplex, close: (code: number, reason: string) => void) {
    this.#socket = socket
    this.#close = close
  }

  get waitingBytes(): number {
    return this.#socket.writableLength
  }

  frames(frames: readonly StreamFrame[]): void {
    let length = 0
    for (const { binary } of frames) length += binary.length
    const message = allocate(binaryFrame, length)
    let at = message.length - length
    for (const { binary } of frames) {
      message.set(binary, at)
      at += binary.length
    }
    this.#write(message)
  }

  open(channel: string, slot: number, opening: Opening): void {
    const { complete, missed, cues, drafts, state, airing } = opening
    this.message(
      missed === null
        ? { type: 'snapshot', slot, channel, complete, cues, drafts, airing, state }
        : { type: 'resumed', slot, channel, events: missed, drafts, state },
    )
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
    this.#write(allocate(binaryFrame, 0))
  }

  message(message: LiveServerMessage): void {
    const text = Buffer.from(JSON.stringify(message))
    const frame = allocate(textFrame, text.length)
    frame.set(text, frame.length - text.length)
    this.#write(frame)
  }

  #write(frame: Buffer): void {
    if (this.#socket.writable) this.#socket.write(frame)
  }
}

/** A frame with its head written and its payload still to be. */
function allocate(kind: number, length: number): Buffer {
  if (length < 126) {
    const frame = Buffer.allocUnsafe(2 + length)
    frame[0] = kind
    frame[1] = length
    return frame
  }
  if (length < 0x1_0000) {
    const frame = Buffer.allocUnsafe(4 + length)
    frame[0] = kind
    frame[1] = 126
    frame.writeUInt16BE(length, 2)
    return frame
  }
  const frame = Buffer.allocUnsafe(10 + length)
  frame[0] = kind
  frame[1] = 127
  frame.writeBigUInt64BE(BigInt(length), 2)
  return frame
}

/** Texts of server-sent events, made once a frame for all who read it that way. */
const textOfFrame = new WeakMap<StreamFrame, string>()

/** A viewer on server-sent events: one channel, texts whole. */
export class EventStreamSink implements ViewerSink {
  readonly #response: ServerResponse

  constructor(response: ServerResponse) {
    this.#response = response
  }

  get waitingBytes(): number {
    return this.#response.writableLength
  }

  frames(frames: readonly StreamFrame[]): void {
    let text = ''
    for (const frame of frames) {
      let known = textOfFrame.get(frame)
      if (known === undefined) {
        known = frame.events.map(formatEvent).join('')
        textOfFrame.set(frame, known)
      }
      text += known
    }
    this.#response.write(text)
  }

  open(channel: string, _slot: number, opening: Opening): void {
    const { complete, missed, cues, drafts, state, airing } = opening
    const { position } = state
    const events: LiveEvent[] =
      missed === null
        ? [{ type: 'snapshot', channel, position, complete, cues, drafts, airing }]
        : [...missed, ...drafts.map((draft) => ({ type: 'draft' as const, channel, ...draft }))]
    this.#response.write(events.map(formatEvent).join(''))
  }

  problem(_channel: string | null, code: string, detail: string): void {
    this.#response.end(
      `event: problem\ndata: ${JSON.stringify({ type: 'problem', code, detail })}\n\n`,
    )
  }

  bye(afterMs: number): void {
    const event = { type: 'bye', after: afterMs } as const
    this.#response.end(`retry: ${afterMs}\n${formatEvent(event)}`)
  }

  heartbeat(): void {
    this.#response.write(':\n\n')
  }
}

/** Only events with a position carry an id: a browser resumes after the last it has seen. */
function formatEvent(event: LiveEvent): string {
  const id = 'position' in event ? `id: ${formatPosition(event.position)}\n` : ''
  return `event: ${event.type}\n${id}data: ${JSON.stringify(event)}\n\n`
}
