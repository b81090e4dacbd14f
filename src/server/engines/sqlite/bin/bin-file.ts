import { channel } from 'node:diagnostics_channel'
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import path from 'node:path'
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import {
  binCompression,
  cutChunks,
  formatBinTable,
  readBinTable,
  type StoredChunk,
} from '../../rules/bin-chunks.ts'
import { createFolder, syncFolder } from '../data-folder.ts'

export interface BinFileContents {
  readonly bytes: number
  readonly rawBytes: number
  /** From wall clock to place in the file, compressed. */
  readonly chunks: Uint8Array
}

const writtenAside = channel('ccr:bin.written-aside')
const renamed = channel('ccr:bin.renamed')

/** Puts an hour of a run where it stays: written aside, synced, renamed, and its name synced. */
export function writeBinFile(
  file: string,
  header: Uint8Array,
  chunks: readonly StoredChunk[],
): BinFileContents {
  const raw = Buffer.concat([header, ...chunks.map(({ data }) => data)])
  const bytes = zstdCompressSync(raw, binCompression)
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
  return { bytes: bytes.length, rawBytes: raw.length, chunks: formatBinTable(chunks) }
}

/** The chunks of a file again, as they were fed. */
export function readBinFile(file: string, table: Uint8Array): StoredChunk[] {
  return cutChunks(zstdDecompressSync(readFileSync(file)), readBinTable(table))
}
