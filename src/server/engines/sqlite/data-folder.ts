import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
} from 'node:fs'
import path from 'node:path'
import { formatMonth, parseMonth } from './volumes/months.ts'

/** Where everything lies in a data folder. */
export const logFile = (dataDir: string): string => path.join(dataDir, 'log.db')
export const lockFile = (dataDir: string): string => path.join(dataDir, 'serve.lock')
/** Held while volumes are written to: a backup holds it to see them and the log at one moment. */
export const filingLockFile = (dataDir: string): string => path.join(dataDir, 'filing.lock')
/** Held while anything is removed for its age: a backup holds it until it has every file it names. */
export const keepingLockFile = (dataDir: string): string => path.join(dataDir, 'keeping.lock')
export const directoryFile = (dataDir: string): string => path.join(dataDir, 'ccr.db')
/** Destinations of notifications, what waits to be sent to them, and what became of it. */
export const deliveryFile = (dataDir: string): string => path.join(dataDir, 'delivery.db')
/** Made when the first alert is. */
export const alertsFile = (dataDir: string): string => path.join(dataDir, 'alerts.db')
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
/** Asks for the index of a month to be made again. */
export const rebuildMark = (dataDir: string, month: number): string =>
  path.join(indexDir(dataDir), `${formatMonth(month)}.rebuild`)
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
/** Feed lines that other programs on this machine leave for the log's writer. */
export const inboxDir = (dataDir: string): string => path.join(dataDir, 'inbox')

/** Captions of private channels and hashes of tokens are nobody else's to read. */
const folderMode = 0o700

/** Makes the folder and whatever is missing above it, and syncs the names of what was made. */
export function createFolder(folder: string): void {
  const missing: string[] = []
  let known = path.resolve(folder)
  for (; !existsSync(known); known = path.dirname(known)) missing.unshift(known)
  if (!statSync(known).isDirectory())
    throw new Error(`${missing.length === 0 ? 'it' : known} is no folder`)
  // One by one: where nothing can be made, such as /proc, mkdir's own recursion never ends.
  for (const each of missing) {
    makeFolder(each)
    syncFolder(path.dirname(each))
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { mode: folderMode })
  } catch (error) {
    // Another process may make it at the same time.
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw error
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
