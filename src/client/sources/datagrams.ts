import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { isIP } from 'node:net'
import type { CaptionFormat } from '../../captions/detect.ts'
import { ChunkQueue } from './chunk-queue.ts'
import { droppedByKernel } from './kernel-drops.ts'
import { LostSource, reconnecting } from './reconnecting.ts'
import { parseRtp, RtpOrder } from './rtp.ts'
import { Silence } from './silence.ts'
import {
  SourceError,
  streamSource,
  type Source,
  type SourceNote,
  type SourcePiece,
  type TellTrouble,
} from './source.ts'
import { whyNotListening } from './why-not-listening.ts'

/** Asked of the kernel, which gives what net.core.rmem_max allows: a key frame comes as one burst. */
const kernelBytes = 4 * 1024 * 1024
/** Datagrams that wait for their reader; beyond that the newest are lost, as the kernel loses them. */
const mostWaiting = 16 * 1024 * 1024
/** How often it is asked what got lost. */
const lookEveryMs = 5000

interface Address {
  readonly host: string
  readonly port: number
  /** Only what this sender sends (source-specific multicast, RFC 4607); null = anyone's. */
  readonly sender: string | null
  /** Address of the network interface that joins the group; null = as the system chooses. */
  readonly through: string | null
}

/** `udp://[sender@]host:port[?interface=ADDRESS]`, and the same with `rtp`; a host that is a group is joined. */
export function openDatagrams(url: URL, format: CaptionFormat | undefined): Source {
  const address = parseAddress(url)
  const isRtp = url.protocol === 'rtp:'
  const name = `${url.protocol}//${url.host}`
  const losses = new Losses(address)
  return streamSource(
    name,
    format ?? 'ts',
    reconnecting((signal, tell) => receive(address, isRtp, losses, signal, tell)),
  )
}

function parseAddress(url: URL): Address {
  const shape = `${url.protocol}//[sender@]host:port`
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const port = Number(url.port)
  if (host === '' || port === 0)
    throw new SourceError(
      `${url.protocol.slice(0, -1)}: expected ${shape}, such as udp://239.1.1.1:5000`,
    )
  if (isIP(host) === 0)
    throw new SourceError(
      `${host} is a name; give the address to listen at: 0.0.0.0, or a multicast group`,
    )
  const sender = url.username === '' ? null : decodeURIComponent(url.username)
  if (sender !== null && (isIP(sender) === 0 || !isGroup(host)))
    throw new SourceError(`${sender}@: a sender is an address, and the host then a multicast group`)
  const through = url.searchParams.get('interface')
  if (through !== null && isIP(through) === 0)
    throw new SourceError(`interface=${through}: expected an address of this machine`)
  return { host, port, sender, through }
}

/** 224.0.0.0/4 (RFC 5771), ff00::/8 (RFC 4291). */
function isGroup(host: string): boolean {
  if (isIP(host) === 6) return /^ff/i.test(host)
  const first = Number(host.split('.')[0])
  return first >= 224 && first < 240
}

/** What got lost, over all attempts. */
class Losses {
  readonly #address: Address
  #missing = 0
  #passedOver = 0
  #dropped = 0
  /** What the kernel counted before this process, or this attempt, listened. */
  #before = 0
  #told = ''

  constructor(address: Address) {
    this.#address = address
  }

  async begin(): Promise<void> {
    const { host, port } = this.#address
    this.#before = ((await droppedByKernel(host, port)) ?? 0) - this.#dropped
  }

  passOver(): void {
    this.#passedOver++
  }

  miss(count: number): void {
    this.#missing += count
  }

  /** null: nothing new. */
  async news(): Promise<SourceNote | null> {
    const { host, port } = this.#address
    const now = await droppedByKernel(host, port)
    if (now !== null) this.#dropped = Math.max(this.#dropped, now - this.#before)
    const all = {
      'rtp-lost': this.#missing,
      'udp-dropped': this.#dropped,
      'udp-passed-over': this.#passedOver,
    }
    const counts = Object.fromEntries(Object.entries(all).filter(([, count]) => count > 0))
    const text = JSON.stringify(counts)
    if (text === this.#told || (this.#told === '' && text === '{}')) return null
    this.#told = text
    return { note: 'faults', counts }
  }
}

async function* receive(
  address: Address,
  isRtp: boolean,
  losses: Losses,
  signal: AbortSignal,
  tell: TellTrouble,
): AsyncGenerator<SourcePiece> {
  const socket = createSocket({ type: isIP(address.host) === 6 ? 'udp6' : 'udp4', reuseAddr: true })
  const queue = new ChunkQueue<SourcePiece>(mostWaiting)
  const order = isRtp ? new RtpOrder() : undefined
  const silence = new Silence(tell, () => noDatagrams(address))
  let lost = 0
  socket.on('message', (bytes) => {
    silence.broken()
    const pieces = ordered(bytes, order)
    if (order !== undefined) losses.miss(order.lost - lost)
    lost = order?.lost ?? 0
    if (queue.isFull) losses.passOver()
    else for (const piece of pieces) queue.push(piece)
  })
  socket.on('error', (error) => queue.fail(error))
  const look = (): void =>
    void losses.news().then((news) => {
      if (news !== null) queue.push(news)
    })
  const looking = setInterval(look, lookEveryMs)
  try {
    await listen(socket, address)
    await losses.begin()
    yield* queue.read(signal)
  } finally {
    silence.close()
    clearInterval(looking)
    socket.close()
  }
}

function noDatagrams({ host, port, through }: Address): string {
  const hint =
    isGroup(host) && through === null ? '; is it the right network? (?interface=ADDRESS)' : ''
  return `nothing is sent to ${host}:${port}${hint}`
}

function ordered(bytes: Uint8Array, order: RtpOrder | undefined): readonly Uint8Array[] {
  if (order === undefined) return [bytes]
  const packet = parseRtp(bytes)
  return packet === undefined ? [] : order.push(packet)
}

async function listen(socket: Socket, { host, port, sender, through }: Address): Promise<void> {
  const isJoined = isGroup(host)
  // Bound to the group itself, nothing of other groups of the same port comes in.
  socket.bind({ port, address: host })
  try {
    await once(socket, 'listening')
    if (isJoined && sender !== null)
      socket.addSourceSpecificMembership(sender, host, through ?? undefined)
    else if (isJoined) socket.addMembership(host, through ?? undefined)
  } catch (error) {
    throw new LostSource(`${host}:${port} cannot be listened at: ${whyNotListening(error)}`)
  }
  try {
    socket.setRecvBufferSize(kernelBytes)
  } catch {
    // As large as the system has it by itself.
  }
}
