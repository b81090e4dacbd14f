import { createHash, type Hash } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readSync,
  statSync,
  writeSync,
  type BigIntStats,
} from 'node:fs'

export interface Copied {
  readonly bytes: number
  readonly sha256: string
}

const pieceBytes = 1 << 20

/** Copies a file, synced, and tells what was in it. */
export function copyFile(from: string, to: string): Copied {
  const out = openSync(to, 'wx', 0o600)
  try {
    const copied = readPieces(from, (piece) => {
      for (let at = 0; at < piece.length;) at += writeSync(out, piece, at)
    })
    fsyncSync(out)
    return copied
  } finally {
    closeSync(out)
  }
}

export function hashFile(file: string): Copied {
  return readPieces(file, () => undefined)
}

export function syncFile(file: string): void {
  const fd = openSync(file, 'r+')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}

/** A second name for what never changes; false where the file system has no such thing. */
export function linkFile(from: string, to: string): boolean {
  try {
    linkSync(from, to)
    return true
  } catch {
    // Another file system, one without links, or a copy that is gone: the caller copies.
    return false
  }
}

/** What changes when a file, or a database with its log, is written to. */
export function fingerprint(file: string): string {
  const stats = [file, `${file}-wal`].map((name): BigIntStats | undefined =>
    statSync(name, { bigint: true, throwIfNoEntry: false }),
  )
  return stats.map((stat) => (stat === undefined ? '-' : `${stat.size}@${stat.mtimeNs}`)).join(' ')
}

function readPieces(file: string, take: (piece: Uint8Array) => void): Copied {
  const hash: Hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(pieceBytes)
  const fd = openSync(file, 'r')
  let bytes = 0
  try {
    for (;;) {
      const read = readSync(fd, buffer)
      if (read === 0) return { bytes, sha256: hash.digest('hex') }
      const piece = buffer.subarray(0, read)
      hash.update(piece)
      take(piece)
      bytes += read
    }
  } finally {
    closeSync(fd)
  }
}
