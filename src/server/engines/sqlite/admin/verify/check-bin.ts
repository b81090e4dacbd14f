import { readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { zstdDecompressSync } from 'node:zlib'
import { rcwtHeaderBytes } from '../../../../../captions/rcwt.ts'
import { shiftGroups } from '../../../../../captions/rcwt-shift.ts'
import { messageOf } from '../../../../../protocol/message-of.ts'
import { readBinFile } from '../../bin/bin-file.ts'
import { binDir } from '../../data-folder.ts'
import { formats, hourMs } from '../../log/log-schema.ts'
import { blob, integer, text, type Row } from '../../../rules/columns.ts'
import { monthOf } from '../../volumes/months.ts'
import { restoreIt, type Findings } from './findings.ts'
import type { Ledger } from './ledger.ts'

/** Holds every file of original bytes that a volume names against what the volume says of it. */
export function checkBin(
  db: DatabaseSync,
  dataDir: string,
  month: number,
  named: Set<string>,
  ledger: Ledger,
  findings: Findings,
): void {
  const again = db.prepare('SELECT 1 FROM bin_file WHERE id = ?')
  const statement = db.prepare(
    'SELECT bin_file.*, name FROM bin_file JOIN channel ON channel.id = bin_file.channel',
  )
  // All at once: a statement that is under way would hold this moment, and hide what is removed meanwhile.
  for (const row of statement.all()) {
    const file = path.join(binDir(dataDir), text(row, 'path'))
    named.add(file)
    findings.count('BIN files')
    const channel = ledger.channel(text(row, 'name'))
    channel.months.add(month)
    channel.lastBin = Math.max(channel.lastBin, integer(row, 'up_to'))
    const wrong = whatIsWrong(file, row, month)
    // One that was past its retention has gone while this looked for it.
    if (wrong !== null && again.get(integer(row, 'id')) !== undefined)
      findings.problem(`${file} ${wrong}; ${restoreIt}.`)
  }
}

function whatIsWrong(file: string, row: Row, month: number): string | null {
  const stat = statSync(file, { throwIfNoEntry: false })
  if (stat === undefined) return 'is missing, and a volume names it'
  if (stat.size !== integer(row, 'bytes'))
    return `has ${stat.size} bytes, and its volume says ${integer(row, 'bytes')}`
  const hour = integer(row, 'hour')
  if (monthOf(hour * hourMs) !== month) return 'is named by the volume of another month'
  try {
    const raw = zstdDecompressSync(readFileSync(file))
    if (raw.length !== integer(row, 'raw_bytes'))
      return `holds ${raw.length} bytes, and its volume says ${integer(row, 'raw_bytes')}`
    const chunks = readBinFile(file, blob(row, 'chunks'))
    const times = chunks.map(({ atMs }) => atMs)
    const first = times.reduce((a, b) => Math.min(a, b), Infinity)
    const last = times.reduce((a, b) => Math.max(a, b), -Infinity)
    if (first !== integer(row, 'first_ms') || last !== integer(row, 'last_ms'))
      return 'has other times than its volume says'
    if (times.some((ms) => Math.floor(ms / hourMs) !== hour)) return 'holds bytes of another hour'
    if (formats[integer(row, 'format')] !== 'rcwt') return null
    const told = chunks.reduce((sum, { data }) => sum + data.length, 0)
    const groups = raw.subarray(rcwtHeaderBytes)
    if (groups.length !== told || raw[0] !== 0xcc) return 'does not begin as RCWT does'
    if (shiftGroups(groups, 0).length !== told) return 'does not hold whole RCWT groups'
    return null
  } catch (error) {
    return `cannot be read (${messageOf(error)})`
  }
}

/** Files below `bin`, before the volumes are asked: what is put away meanwhile has a row by then. */
export function listBinFiles(dataDir: string): string[] {
  const folder = binDir(dataDir)
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return []
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => path.join(parentPath, name))
}

/** What a crash has left between the file and its name in a volume; younger ones may be under way. */
const underWayMs = 60_000

export function checkUnnamed(
  files: readonly string[],
  named: ReadonlySet<string>,
  nowMs: number,
  findings: Findings,
): void {
  for (const file of files) {
    if (named.has(file)) continue
    const stat = statSync(file, { throwIfNoEntry: false })
    if (stat === undefined || nowMs - stat.mtimeMs < underWayMs) continue
    findings.problem(
      `${file} is named by no volume; a running ccr serve puts its bytes away again where they are still in the log, and what is left after an hour may be deleted.`,
    )
  }
}
