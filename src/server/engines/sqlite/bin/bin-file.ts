import { channel } from 'node:diagnostics_channel'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import path from 'node:path'
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { createFolder, syncFolder } from '../data-folder.ts'

/** One fed chunk of original bytes: its number in the log, its wall clock, its bytes. */
export interface StoredChunk {
  readonly n: number
  readonly atMs: number
  readonly data: Uint8Array
}

export interface BinFileContents {
  readonly bytes: number
  readonly rawBytes: number
  /** From wall clock to place in the file, compressed. */
  readonly chunks: Uint8Array
}

/** Columns: number and time as differences to the chunk before, and length in bytes. */
type ChunkTable = readonly [n: number[], atMs: number[], length: number[]]

/** An hour of caption bytes is 1.4 MB: this level takes some 200 ms of a worker and saves 2-5 % over 9. */
const level = 15

const writtenAside = channel('ccr:bin.written-aside')
const renamed = channel('ccr:bin.renamed')

/** Puts an hour of a run where it stays: written aside, synced, renamed, and its name synced. */
export function writeBinFile(
  file: string,
  header: Uint8Array,
  chunks: readonly StoredChunk[],
): BinFileContents {
  const raw = Buffer.concat([header, ...chunks.map(({ data }) => data)])
  const params = {
    [constants.ZSTD_c_compressionLevel]: level,
    [constants.ZSTD_c_checksumFlag]: 1,
  }
  const bytes = zstdCompressSync(raw, { params })
  const folder = path.dirname(file)
  createFolder(folder)
  const aside = `${file}.part`
  const fd = openSync(aside, 'w', 0o600)
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at)
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
  writtenAside.publish(undefined)
  renameSync(aside, file)
  syncFolder(folder)
  renamed.publish(undefined)
  return { bytes: bytes.length, rawBytes: raw.length, chunks: formatTable(chunks) }
}

/** The chunks of a file again, as they were fed. */
export function readBinFile(file: string, table: Uint8Array): StoredChunk[] {
  const raw = zstdDecompressSync(readFileSync(file))
  const chunks = readBinTable(table)
  const length = chunks.reduce((sum, chunk) => sum + chunk.length, 0)
  // What the table does not count is the header before the first chunk.
  let at = raw.length - length
  if (at < 0) throw new Error(`${file} is shorter than its index says`)
  return chunks.map((chunk) => {
    const data = raw.subarray(at, at + chunk.length)
    at += chunk.length
    return { n: chunk.n, atMs: chunk.atMs, data }
  })
}

function formatTable(chunks: readonly StoredChunk[]): Uint8Array {
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
export function readBinTable(bytes: Uint8Array): { n: number; atMs: number; length: number }[] {
  const [ns, times, lengths] = JSON.parse(zstdDecompressSync(bytes).toString()) as ChunkTable
  let n = 0
  let atMs = 0
  return lengths.map((length, i) => {
    n += ns[i] ?? 0
    atMs += times[i] ?? 0
    return { n, atMs, length }
  })
}
