import { createConnection, type Socket } from 'node:net'

/** A viewer's end of a WebSocket on a bare socket, so that ten thousand cost less than what they measure. */
export class ViewerSocket {
  readonly #socket: Socket
  readonly #frame: (opcode: number, body: Buffer) => void
  #rest = Buffer.alloc(0)
  #isUpgraded = false
  bytes = 0

  constructor(
    port: number,
    handlers: {
      readonly upgraded: () => void
      readonly frame: (opcode: number, body: Buffer) => void
      readonly closed: (reason: string) => void
    },
  ) {
    this.#frame = handlers.frame
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true })
    this.#socket = socket
    let reason = 'cut off'
    socket.on('error', (error) => (reason = error.message))
    socket.on('close', () => handlers.closed(reason))
    socket.on('data', (part) => {
      this.bytes += part.length
      let data = this.#rest.length === 0 ? part : Buffer.concat([this.#rest, part])
      if (!this.#isUpgraded) {
        const end = data.indexOf('\r\n\r\n')
        if (end === -1) {
          this.#rest = data
          return
        }
        if (!data.toString('latin1', 0, 12).includes('101')) {
          reason = data.toString('latin1', 0, 300)
          socket.destroy()
          return
        }
        this.#isUpgraded = true
        data = data.subarray(end + 4)
        handlers.upgraded()
      }
      this.#rest = data.subarray(this.#read(data))
    })
  }

  upgrade(path: string, protocol: string | null): void {
    const offered = protocol === null ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${offered}` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    )
  }

  send(text: string): void {
    this.#socket.write(masked(0x81, Buffer.from(text)))
  }

  /** Bytes as they are, for what no client should send. */
  write(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  destroy(): void {
    this.#socket.destroy()
  }

  /** Hands whole frames on; returns how far they reach. */
  #read(data: Buffer): number {
    let at = 0
    for (;;) {
      if (data.length < at + 2) return at
      let length = (data[at + 1] ?? 0) & 0x7f
      let start = at + 2
      if (length === 126) {
        if (data.length < at + 4) return at
        length = data.readUInt16BE(at + 2)
        start = at + 4
      } else if (length === 127) {
        if (data.length < at + 10) return at
        length = Number(data.readBigUInt64BE(at + 2))
        start = at + 10
      }
      if (data.length < start + length) return at
      const opcode = (data[at] ?? 0) & 0xf
      at = start + length
      const body = data.subarray(start, at)
      if (opcode === 9) this.#socket.write(masked(0x8a, body))
      else this.#frame(opcode, body)
    }
  }
}

/** A frame of a client, with a mask that changes nothing. */
function masked(head: number, body: Buffer): Buffer {
  const length =
    body.length < 126 ? [0x80 | body.length] : [0x80 | 126, body.length >> 8, body.length & 0xff]
  return Buffer.concat([Buffer.from([head, ...length, 0, 0, 0, 0]), body])
}
