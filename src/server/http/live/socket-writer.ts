import { writeSync } from 'node:fs'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'

/**
 * Writes small frames to a connection at the least cost: while nothing waits in the stream, straight to the
 * socket's file descriptor (which does not block), without the request object, the callbacks and the copy that the
 * stream makes of each write. What the kernel does not take goes through the stream, which waits for it. Where there
 * is no descriptor (TLS, Windows) everything goes through the stream.
 */
export class SocketWriter {
  readonly #socket: Duplex
  readonly #handle: Handle | undefined

  constructor(socket: Duplex) {
    this.#socket = socket
    this.#handle = handleOf(socket)
  }

  /** Bytes that wait for the network on this side. */
  get waitingBytes(): number {
    return this.#socket.writableLength
  }

  /** Writes `length` bytes from `start` on; the caller may use them again as soon as this returns. */
  write(bytes: Uint8Array, start = 0, length = bytes.length - start): void {
    const socket = this.#socket
    if (!socket.writable) return
    let written = 0
    // A closed handle has no descriptor, so that one that was given to somebody else is never written to.
    const fd = socket.writableLength === 0 ? (this.#handle?.fd ?? -1) : -1
    if (fd >= 0)
      try {
        written = writeSync(fd, bytes, start, length)
      } catch (error) {
        if (!isFull(error)) {
          socket.destroy()
          return
        }
      }
    if (written < length) socket.write(bytes.slice(start + written, start + length))
  }
}

interface Handle {
  readonly fd: number
}

function handleOf(socket: Duplex): Handle | undefined {
  if (!(socket instanceof Socket) || socket instanceof TLSSocket) return undefined
  const { _handle: handle } = socket as { _handle?: unknown }
  if (typeof handle !== 'object' || handle === null || !('fd' in handle)) return undefined
  return typeof handle.fd === 'number' ? (handle as Handle) : undefined
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN'
}
