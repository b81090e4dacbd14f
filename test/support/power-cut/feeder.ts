import { randomUUID } from 'node:crypto'
import type { ServerLine } from '../../../src/protocol/events.ts'
import { Feed } from '../feed.ts'

/** Half a minute before a month ends: a cue every 5 s runs over it at once, and over hours. */
const firstMs = Date.UTC(2026, 2, 31, 23, 59, 30)
const stepMs = 5000
export const run = 'cut1'

/**
 * A feeder that knows docs/protocol.md and nothing of the client: cue, bytes, cue, bytes … Its events follow
 * from their numbers, so that it can send any of them again. It writes down what was acknowledged.
 */
export class Feeder {
  readonly #producer = randomUUID()
  readonly #token: string
  /** The highest number that the server has called stored. */
  acked = 0
  /** The highest number it has sent. */
  sent = 0

  constructor(token: string) {
    this.#token = token
  }

  /** Sends until so many are sent in all and acknowledged, or the connection ends. */
  async feed(server: { readonly url: string }, upTo: number): Promise<void> {
    const feed = new Feed(server, 'cut', {
      authorization: `Bearer ${this.#token}`,
      'ccr-producer': this.#producer,
    })
    let isOver = false as boolean
    void feed.closed.then(() => (isOver = true))
    // The server may die before it answers.
    await Promise.race([feed.wait(isWelcome).catch(() => undefined), feed.closed])
    const welcome = feed.lines.find(isWelcome)
    if (welcome === undefined) return
    let next = welcome.received + 1
    while (!isOver && next <= upTo) {
      const count = 1 + (next % 5)
      const last = Math.min(upTo, next + count)
      feed.send(...Array.from({ length: last - next + 1 }, (_, n) => eventOf(next + n)))
      this.sent = Math.max(this.sent, last)
      next = last + 1
      await new Promise((resolve) => setTimeout(resolve, 3))
      this.#listen(feed)
    }
    while (!isOver && this.acked < upTo) {
      await new Promise((resolve) => setTimeout(resolve, 10))
      this.#listen(feed)
    }
    if (!isOver) await feed.end()
    this.#listen(feed)
  }

  #listen(feed: Feed): void {
    for (const line of feed.lines)
      if (line.type === 'ack') this.acked = Math.max(this.acked, line.stored)
  }
}

type Welcome = ServerLine & { readonly type: 'welcome' }
const isWelcome = (line: ServerLine): line is Welcome => line.type === 'welcome'

export const isCue = (seq: number): boolean => seq > 1 && seq % 2 === 0

export function textOf(seq: number): string {
  return `CUE ${seq}`
}

function eventOf(seq: number): object {
  const atMs = firstMs + seq * stepMs
  const at = new Date(atMs).toISOString()
  if (seq === 1)
    return {
      ...{ seq, type: 'run', run, startedAt: at, live: false },
      ...{ source: 'test', extractor: 'test', decoder: 'test' },
      tracks: [{ track: 'CC1', language: 'en' }],
    }
  if (isCue(seq))
    return {
      ...{ seq, type: 'cue', run, track: 'CC1', id: seq / 2, start: at },
      ...{ end: new Date(atMs + stepMs).toISOString(), mode: 'roll-up', text: textOf(seq) },
    }
  return { seq, type: 'bin', run, format: 'rcwt', fts: seq * stepMs, at, data: groupOf(seq) }
}

/** One RCWT group whose clock tells the event's number. */
function groupOf(seq: number): string {
  const group = Buffer.alloc(13)
  group.writeBigInt64LE(BigInt(seq * stepMs))
  group.writeUInt16LE(1, 8)
  group.set([0xfc, 0x80, 0x80], 10)
  return group.toString('base64')
}

/** The numbers of the events whose bytes are in an RCWT file. */
export function seqsOfGroups(file: Buffer): number[] {
  const seqs: number[] = []
  for (let at = 11; at + 13 <= file.length; at += 13) {
    const fts = Number(file.readBigInt64LE(at))
    seqs.push(fts / stepMs)
  }
  return seqs
}
