import { createHash } from 'node:crypto'
import { open, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { detectBytes, detectFormat, type CaptionFormat } from '../../captions/detect.ts'
import { transcriptStart } from '../../captions/transcript/transcript-reader.ts'
import { SourceError, type Source, type TellTrouble } from './source.ts'

/** How often it is looked for more: network disks tell nobody. */
const lookEveryMs = 250
const readBytes = 64 * 1024
/** Two files that a disk gave the same number begin with other bytes; a transcript has its first time by then. */
const headBytes = 24
const headMs = 2000
/** Nothing for this long is worth saying. */
const silentMs = 10_000

/** What a file is called that has nothing in it yet. */
const extensions: Readonly<Record<string, CaptionFormat>> = {
  ...{ ts: 'ts', mts: 'ts', m2ts: 'ts', bin: 'rcwt', rcwt: 'rcwt', scc: 'scc', mcc: 'mcc' },
  ...{ ttxt: 'ttxt', txt: 'ttxt' },
}

export interface Following {
  /** Ends when nothing was added for so long; null = never. */
  readonly idleMs: number | null
}

/** `PATH?follow=yes`, or `?follow=10m` to end when nothing was added for so long; null for a plain path. */
export function parseFollow(place: string): { file: string; following: Following | null } {
  const [, file, wish] = /^(.+)\?follow=([^?&=]*)$/s.exec(place) ?? []
  if (file === undefined || wish === undefined || wish === 'no')
    return { file: file ?? place, following: null }
  if (wish === 'yes') return { file, following: { idleMs: null } }
  const [, digits, unit = ''] = /^(\d{1,6})(s|m|h)$/.exec(wish) ?? []
  if (digits === undefined)
    throw new SourceError(`?follow=${wish}: expected yes, or a time like 30s, 10m or 2h`)
  const unitMs = { s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 0
  return { file, following: { idleMs: Number(digits) * unitMs } }
}

/**
 * A file that somebody writes: read from its beginning, then as it grows. It is a recording, so that after a crash the
 * same run goes on. When it is replaced or cut to nothing, what was read is a run, and what is there then another.
 */
export async function openFollowed(
  file: string,
  wanted: CaptionFormat | undefined,
  following: Following,
  beganMs: number | null = null,
): Promise<Source> {
  const about = await stat(file, { bigint: true }).catch((error: unknown) => {
    const why = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new SourceError(
      `${file} cannot be read: ${why ? 'there is no such file' : String(error)}`,
    )
  })
  if (!about.isFile()) throw new SourceError(`${file} is no file that grows; leave ?follow= out`)
  const head = await readHead(file)
  const format = wanted ?? formatOf(head, file)
  const birthMs = Number(about.birthtimeMs)
  const identity = `${about.dev} ${about.ino} ${about.birthtimeMs}`
  const hash = createHash('sha256').update(identity).update(head.subarray(0, headBytes))
  const startAtMs = format === 'ttxt' ? transcriptStart(head) : null
  const isBorn = birthMs > 0 && birthMs <= Date.now()
  let end: Change = 'none'
  return {
    ...{ name: path.basename(file), format, grows: true },
    fingerprint: hash.digest('hex'),
    startAtMs: startAtMs ?? beganMs ?? (isBorn ? Math.round(birthMs) : null),
    open: (signal, tell) =>
      new Tail(file, about.ino, following, tell).read(signal, (how) => (end = how)),
    renew: async (signal) => {
      while (!signal.aborted && end !== 'none') {
        const isThere = await stat(file).catch(() => null)
        if (isThere?.isFile() === true)
          return await openFollowed(file, format, following, end === 'cut' ? Date.now() : null)
        await pause(lookEveryMs, undefined, { signal }).catch(() => undefined)
      }
      return null
    },
  }
}

async function readHead(file: string): Promise<Buffer> {
  const handle = await open(file, 'r')
  try {
    const head = Buffer.alloc(detectBytes)
    for (let waitedMs = 0; ; waitedMs += lookEveryMs) {
      const { bytesRead } = await handle.read(head, 0, head.length, 0)
      if (bytesRead >= headBytes || waitedMs >= headMs) return head.subarray(0, bytesRead)
      await pause(lookEveryMs)
    }
  } finally {
    await handle.close()
  }
}

function formatOf(head: Buffer, file: string): CaptionFormat {
  const detected = detectFormat(head)
  const format =
    detected === 'unknown' ? extensions[path.extname(file).slice(1).toLowerCase()] : detected
  if (format !== undefined) return format
  throw new SourceError(
    head.length === 0
      ? `${file} is empty as yet; say its --format`
      : `${file} is neither a transport stream nor RCWT, SCC, MCC or a transcript; if it is one of them, say --format`,
  )
}

/** What became of a file since its last byte; `none` ends it when it was idle for long enough. */
type Change = 'none' | 'more' | 'cut' | 'replaced'

class Tail {
  readonly #file: string
  readonly #ino: bigint
  readonly #following: Following
  readonly #tell: TellTrouble
  #at = 0
  #grewMs = performance.now()
  #grewAt = new Date()
  #isSilent = false

  constructor(file: string, ino: bigint, following: Following, tell: TellTrouble) {
    this.#file = file
    this.#ino = ino
    this.#following = following
    this.#tell = tell
  }

  async *read(signal: AbortSignal, onEnd: (how: Change) => void): AsyncGenerator<Uint8Array> {
    const handle = await open(this.#file, 'r')
    try {
      while (!signal.aborted) {
        const chunk = await this.#next(handle)
        if (chunk !== null) yield chunk
        else {
          const change = await this.#change(handle)
          onEnd(change)
          if (this.#isOver(change)) return
          await pause(lookEveryMs, undefined, { signal }).catch(() => undefined)
        }
      }
    } finally {
      await handle.close()
    }
  }

  async #next(handle: FileHandle): Promise<Uint8Array | null> {
    const buffer = Buffer.alloc(readBytes)
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, this.#at)
    if (bytesRead === 0) return null
    this.#at += bytesRead
    this.#grewMs = performance.now()
    this.#grewAt = new Date()
    if (this.#isSilent) this.#tell(null)
    this.#isSilent = false
    return buffer.subarray(0, bytesRead)
  }

  /** What became of it since the last byte. */
  async #change(handle: FileHandle): Promise<Change> {
    const { size } = await handle.stat()
    if (size !== this.#at) return size < this.#at ? 'cut' : 'more'
    const there = await stat(this.#file, { bigint: true }).catch(() => null)
    // One that was moved away may still be written until another is in its place.
    return there === null || there.ino === this.#ino ? 'none' : 'replaced'
  }

  #isOver(change: Change): boolean {
    if (change !== 'none') return change !== 'more'
    const idleMs = performance.now() - this.#grewMs
    if (this.#following.idleMs !== null && idleMs >= this.#following.idleMs) return true
    if (idleMs < silentMs || this.#isSilent) return false
    this.#isSilent = true
    const since = this.#grewAt.toISOString().slice(0, 19).replace('T', ' ')
    this.#tell(`nothing was added to ${path.basename(this.#file)} since ${since} UTC`)
    return false
  }
}
