import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { formatMonth, parseMonth } from './volumes/months.ts'

/** Where everything lies in a data folder. */
export const logFile = (dataDir: string): string => path.join(dataDir, 'log.db')
export const lockFile = (dataDir: string): string => path.join(dataDir, 'serve.lock')
export const directoryFile = (dataDir: string): string => path.join(dataDir, 'ccr.db')
export const archiveDir = (dataDir: string): string => path.join(dataDir, 'archive')
export const volumeFile = (dataDir: string, month: number): string =>
  path.join(archiveDir(dataDir), `${formatMonth(month)}.db`)
/** Made by an operator who goes on without a month that is lost. */
export const givenUpFile = (dataDir: string, month: number): string =>
  path.join(archiveDir(dataDir), `${formatMonth(month)}.lost`)
/** The months that have a volume. */
export function volumeMonths(dataDir: string): number[] {
  return monthsIn(archiveDir(dataDir))
}
export const indexDir = (dataDir: string): string => path.join(dataDir, 'index')
export const indexFile = (dataDir: string, month: number): string =>
  path.join(indexDir(dataDir), `${formatMonth(month)}.db`)
/** The months that have a search index. */
export function indexMonths(dataDir: string): number[] {
  return monthsIn(indexDir(dataDir))
}
export const binDir = (dataDir: string): string => path.join(dataDir, 'bin')

function monthsIn(folder: string): number[] {
  return readdirSync(folder).flatMap((name) =>
    name.endsWith('.db') ? (parseMonth(name.slice(0, -3)) ?? []) : [],
  )
}

/** Captions of private channels and hashes of tokens are nobody else's to read. */
const folderMode = 0o700

/** Makes the folder and whatever is missing above it, and syncs the names of what was made. */
export function createFolder(folder: string): void {
  const first = mkdirSync(folder, { recursive: true, mode: folderMode })
  if (first === undefined) return
  for (let made = path.resolve(folder); ; made = path.dirname(made)) {
    syncFolder(path.dirname(made))
    if (made === path.resolve(first)) return
  }
}

/** Makes the names in a folder survive a power cut. */
export function syncFolder(folder: string): void {
  // Windows cannot open a folder, and its file systems journal names.
  if (process.platform === 'win32') return
  const fd = openSync(folder, 'r')
  try {
    fsyncSync(fd)
  } finally {
    closeSync(fd)
  }
}
