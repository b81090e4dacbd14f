import { createHash } from 'node:crypto'
import { formatRcwtHeader } from '../../../captions/rcwt.ts'
import { cutGroups, firstFts, shiftGroups } from '../../../captions/rcwt-shift.ts'
import type { Archive, FilePlace, FileRequest, Range } from '../../ports/archive.ts'

/** What is known of a file when it was made once without being sent. */
export interface Measure {
  readonly bytes: number
  readonly cues: number | null
  readonly late: number
  readonly replaced: number
  /** A strong entity tag: of these very bytes. */
  readonly tag: string
}

/** A file that can be measured, and sent from a byte on. */
export interface DownloadFile {
  /** Undefined when it has more pages than that: knowing costs as much as sending. */
  measure(maxPages: number): Promise<Measure | undefined>
  /** Pieces from the last place at or before a byte that was seen when measuring, and where that is. */
  from(byte: number): { readonly at: number; readonly pieces: AsyncIterable<Uint8Array> }
}

/** Of a long file, every so many pages: places are small, and years of captions have many. */
const pagesPerPlace = 8

interface Place {
  readonly at: number
  readonly page: number
  readonly place: FilePlace | null
}

/** Captions in one of their formats: made in pages by the archive. */
export class CaptionFile implements DownloadFile {
  readonly #archive: Archive
  readonly #request: FileRequest
  readonly #signal: AbortSignal
  readonly #places: Place[] = [{ at: 0, page: 0, place: null }]
  /** Of every page, once measured: what is sent must be what was promised. */
  #digests: readonly string[] | undefined

  constructor(archive: Archive, request: FileRequest, signal: AbortSignal) {
    this.#archive = archive
    this.#request = request
    this.#signal = signal
  }

  async measure(maxPages: number): Promise<Measure | undefined> {
    let bytes = 0
    let place: FilePlace | null = null
    const digests: string[] = []
    for (let pages = 1; pages <= maxPages; pages++) {
      this.#signal.throwIfAborted()
      const page = await this.#archive.file(this.#request, place, 'length')
      bytes += page.length
      place = page.next
      digests.push(page.digest)
      if (place === null) {
        this.#digests = digests
        return { bytes, ...page.counts, tag: `"${page.digest}"` }
      }
      if (pages % pagesPerPlace === 0) this.#places.push({ at: bytes, page: pages, place })
    }
    return undefined
  }

  from(byte: number): { at: number; pieces: AsyncIterable<Uint8Array> } {
    const begin = this.#places.findLast(({ at }) => at <= byte) ?? { at: 0, page: 0, place: null }
    return { at: begin.at, pieces: this.#pieces(begin) }
  }

  async *#pieces(begin: Place): AsyncGenerator<Uint8Array> {
    let { page: n, place } = begin
    do {
      this.#signal.throwIfAborted()
      const page = await this.#archive.file(this.#request, place, 'bytes')
      if (this.#digests !== undefined && page.digest !== this.#digests[n++])
        throw new Error('the file has changed while it was sent')
      if (page.bytes !== null && page.bytes.length > 0) yield page.bytes
      place = page.next
    } while (place !== null)
  }
}

/** The original bytes as one valid RCWT file. */
export class BinFile implements DownloadFile {
  readonly #archive: Archive
  readonly #channel: string
  readonly #range: Range
  readonly #signal: AbortSignal

  constructor(archive: Archive, channel: string, range: Range, signal: AbortSignal) {
    this.#archive = archive
    this.#channel = channel
    this.#range = range
    this.#signal = signal
  }

  /** Reads it all: a page is here what can be read of an hour, of which a day has few. */
  async measure(maxPages: number): Promise<Measure | undefined> {
    if (Number.isFinite(maxPages) && this.#isLong()) return undefined
    const hash = createHash('sha256')
    let bytes = 0
    for await (const piece of this.from().pieces) {
      hash.update(piece)
      bytes += piece.length
    }
    return { bytes, cues: null, late: 0, replaced: 0, tag: `"${hash.digest('base64url')}"` }
  }

  from(): { at: number; pieces: AsyncIterable<Uint8Array> } {
    return { at: 0, pieces: binPieces(this.#archive, this.#channel, this.#range, this.#signal) }
  }

  #isLong(): boolean {
    const { from, to } = this.#range
    return from === null || to === null || Date.parse(to) - Date.parse(from) > longBinMs
  }
}

/** A day and the hour that clocks are set back by. */
const longBinMs = 25 * 3_600_000

/** Chunks are about a second long; one that began so long before the range may reach into it. */
const longestChunkMs = 10_000

/**
 * The groups of the range, to the millisecond: a chunk over either edge is cut there, so that what follows on this range
 * begins where it ends. The clock of the first run goes on through those that follow.
 */
async function* binPieces(
  archive: Archive,
  channel: string,
  range: Range,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  yield formatRcwtHeader()
  const shifts = new Map<string, number>()
  let zeroMs: number | undefined
  const fromMs = range.from === null ? -Infinity : Date.parse(range.from)
  const toMs = range.to === null ? Infinity : Date.parse(range.to)
  const from = range.from === null ? null : new Date(fromMs - longestChunkMs).toISOString()
  for await (const chunk of archive.bin(channel, { ...range, from }, signal)) {
    if (chunk.format !== 'rcwt') continue
    const fts = firstFts(chunk.data)
    if (fts === undefined) continue
    const atMs = Date.parse(chunk.at)
    // Where the run's clock stood at zero, told by its first chunk.
    const anchorMs = atMs - fts
    const isWithin = atMs >= fromMs && atMs < toMs - longestChunkMs
    const data = isWithin ? chunk.data : cutGroups(chunk.data, fromMs - anchorMs, toMs - anchorMs)
    if (data.length === 0) continue
    zeroMs ??= anchorMs
    const byMs = shifts.get(chunk.run) ?? anchorMs - zeroMs
    shifts.set(chunk.run, byMs)
    yield byMs === 0 ? data : shiftGroups(data, byMs)
  }
}
