import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'

/** How original bytes are put away, whatever engine keeps the files: an hour of a run as one, with a table of its chunks. */

/** One fed chunk of original bytes: its number in the log, its wall clock, its bytes. */
export interface StoredChunk {
  readonly n: number
  readonly atMs: number
  readonly data: Uint8Array
}

/** From wall clock to place in the file. */
export type ChunkPlaces = readonly {
  readonly n: number
  readonly atMs: number
  readonly length: number
}[]

/** An hour of caption bytes is 1.4 MB: this level takes some 200 ms of a worker and saves 2-5 % over 9. */
const level = 15

export const binCompression = {
  params: {
    [constants.ZSTD_c_compressionLevel]: level,
    [constants.ZSTD_c_checksumFlag]: 1,
  },
}

/** An hour with more is put away in parts: a file must fit in memory. */
export const maxFileBytes = 16 * 1024 * 1024
const fullHourRows = 20_000
/** How long an hour must be over, and quiet, before it is put away: late bytes make another file. */
const quietMs = 60_000
const hourMs = 3_600_000
/** Bytes with a clock of their own (an hour in the future) are put away when they have been quiet this long. */
const strangeQuietMs = 2 * hourMs

/** An hour of a channel that is not put away: the numbers of its first and last chunk, and when the last was stored. */
export interface OpenHour {
  readonly hour: number
  readonly first: number
  readonly last: number
  readonly storedMs: number
}

export function isHourDue({ hour, first, last, storedMs }: OpenHour, nowMs: number): boolean {
  if (last - first >= fullHourRows) return true
  const isOver = (hour + 1) * hourMs + quietMs <= nowMs
  return nowMs - storedMs >= (isOver ? quietMs : strangeQuietMs)
}

/** Columns: number and time as differences to the chunk before, and length in bytes. */
type ChunkTable = readonly [n: number[], atMs: number[], length: number[]]

/** Compressed. */
export function formatBinTable(chunks: readonly StoredChunk[]): Uint8Array {
  const difference = (key: 'n' | 'atMs'): number[] =>
    chunks.map((chunk, i) => chunk[key] - (chunks[i - 1]?.[key] ?? 0))
  const table: ChunkTable = [
    difference('n'),
    difference('atMs'),
    chunks.map(({ data }) => data.length),
  ]
  return zstdCompressSync(JSON.stringify(table))
}

/** Which chunks a file holds, told by its index alone. */
export function readBinTable(bytes: Uint8Array): ChunkPlaces {
  const [ns, times, lengths] = JSON.parse(zstdDecompressSync(bytes).toString()) as ChunkTable
  let n = 0
  let atMs = 0
  return lengths.map((length, i) => {
    n += ns[i] ?? 0
    atMs += times[i] ?? 0
    return { n, atMs, length }
  })
}

/** The chunks of a file again, as they were fed. Throws when it is shorter than they are. */
export function cutChunks(raw: Uint8Array, places: ChunkPlaces): StoredChunk[] {
  const length = places.reduce((sum, place) => sum + place.length, 0)
  // What the table does not count is the header before the first chunk.
  let at = raw.length - length
  if (at < 0) throw new Error('it is shorter than its index says')
  return places.map((place) => {
    const data = raw.subarray(at, at + place.length)
    at += place.length
    return { n: place.n, atMs: place.atMs, data }
  })
}

/** `2026-11-10/12-RUN`, below a channel's folder: the hour in UTC, and the run. */
export function binName(channel: string, hour: number, run: string): string {
  const [day = '', time = ''] = new Date(hour * hourMs).toISOString().split('T')
  return `${safeName(channel)}/${day}/${time.slice(0, 2)}-${safeName(run)}`
}

/** Names come from the network. They are checked at its edge, and once more where they become paths. */
function safeName(name: string): string {
  return name.replaceAll(/[^0-9A-Za-z_-]/g, '_')
}

/** What of the range is in a file that is gone or damaged, told by the times of its chunks; null when nothing is. */
export function lossOfTimes(
  timesMs: readonly number[],
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): { readonly from: string; readonly to: string } | null {
  const within = timesMs.filter((atMs) => atMs >= fromMs && atMs < toMs)
  if (within.length === 0) return null
  const iso = (ms: number): string => new Date(ms).toISOString()
  return {
    from: iso(within.reduce((a, b) => Math.min(a, b))),
    to: iso(within.reduce((a, b) => Math.max(a, b))),
  }
}
