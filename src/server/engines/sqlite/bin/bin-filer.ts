import { channel as moment } from 'node:diagnostics_channel'
import path from 'node:path'
import type { StatementSync } from 'node:sqlite'
import { formatRcwtHeader } from '../../../../captions/rcwt.ts'
import { messageOf } from '../../../../protocol/message-of.ts'
import { binDir } from '../data-folder.ts'
import { isDatabaseDamage, storageFailure } from '../database.ts'
import { groupBy } from '../group-by.ts'
import { binName, isHourDue, maxFileBytes, type StoredChunk } from '../../rules/bin-chunks.ts'
import { writeBinFile } from './bin-file.ts'
import type { PassInput, PassReport } from '../volumes/filer.ts'
import type { LogReader } from '../log/log-reader.ts'
import { formats, hourMs, itemAt } from '../log/log-schema.ts'
import { formatMonth, monthOf } from '../volumes/months.ts'
import { blob, integer, text, type Row } from '../../rules/columns.ts'
import type { VolumeWriter } from '../volumes/volume-writer.ts'

/** Hours of channels taken in one pass; compressing one takes some 30 ms. */
const maxHoursPerPass = 32

const indexed = moment('ccr:bin.indexed')

interface Hour {
  readonly channel: number
  readonly name: string
  readonly hour: number
}

/** Moves original bytes from the log into hourly files, and their index into the month's volume. */
export class BinFiler {
  readonly #dataDir: string
  readonly #log: LogReader
  readonly #volume: (month: number) => VolumeWriter
  readonly #sql: Record<'next' | 'name' | 'first' | 'last' | 'rows', StatementSync>

  constructor(dataDir: string, log: LogReader, volume: (month: number) => VolumeWriter) {
    this.#dataDir = dataDir
    this.#log = log
    this.#volume = volume
    const { db } = log
    this.#sql = {
      next: db.prepare(
        'SELECT channel, hour FROM bin WHERE (channel, hour) > (?, ?) ORDER BY channel, hour LIMIT 1',
      ),
      name: db.prepare('SELECT name FROM channel WHERE id = ?'),
      first: db.prepare(
        'SELECT n, stored FROM bin WHERE channel = ? AND hour = ? ORDER BY n LIMIT 1',
      ),
      last: db.prepare(
        'SELECT n, stored FROM bin WHERE channel = ? AND hour = ? ORDER BY n DESC LIMIT 1',
      ),
      rows: db.prepare('SELECT * FROM bin WHERE channel = ? AND hour = ? AND n > ? ORDER BY n'),
    }
  }

  pass(input: PassInput): PassReport {
    const bins: { channel: number; hour: number; upTo: number }[] = []
    const shelves: { channel: number; month: number }[] = []
    const problems: string[] = []
    const failed = new Set<number>()
    let more = false
    for (const hour of this.#hours()) {
      const month = monthOf(hour.hour * hourMs)
      if (failed.has(month) || !this.#isDue(hour, input)) continue
      if (bins.length === maxHoursPerPass) {
        more = true
        break
      }
      try {
        const { upTo, rest } = this.#file(hour)
        bins.push({ channel: hour.channel, hour: hour.hour, upTo })
        shelves.push({ channel: hour.channel, month })
        more ||= rest && input.force
      } catch (error) {
        const reason = messageOf(error)
        const failure = failureOf(error)
        const of = { volume: `of ${formatMonth(month)} `, disk: '', hour: `of ${hour.name} ` }[
          failure
        ]
        problems.push(`Original bytes ${of}cannot be put away: ${reason}.`)
        if (failure === 'volume') failed.add(month)
        // What fails for one will fail for all: each would cost its compression, and a line in the log.
        if (failure === 'disk') break
      }
    }
    return { filed: { entries: [], bins, shelves, indexed: [] }, problems, more }
  }

  #openVolume(month: number): VolumeWriter {
    try {
      return this.#volume(month)
    } catch (error) {
      throw new VolumeError(error)
    }
  }

  *#hours(): Generator<Hour> {
    let row = this.#sql.next.get(-1, 0)
    while (row !== undefined) {
      const channel = integer(row, 'channel')
      const hour = integer(row, 'hour')
      const named = this.#sql.name.get(channel)
      if (named !== undefined) yield { channel, hour, name: text(named, 'name') }
      row = this.#sql.next.get(channel, hour)
    }
  }

  #isDue({ channel, hour }: Hour, { nowMs, force }: PassInput): boolean {
    if (force) return true
    const first = this.#sql.first.get(channel, hour)
    const last = this.#sql.last.get(channel, hour)
    if (first === undefined || last === undefined) return false
    const open = { hour, first: integer(first, 'n'), last: integer(last, 'n') }
    return isHourDue({ ...open, storedMs: integer(last, 'stored') }, nowMs)
  }

  #file({ channel, hour, name }: Hour): { upTo: number; rest: boolean } {
    const volume = this.#openVolume(monthOf(hour * hourMs))
    // What a pass before has filed, and could not tell the log, is only passed over.
    const filed = volume.lastBin(name, hour)
    const taken: Row[] = []
    let bytes = 0
    let rest = false
    for (const row of this.#sql.rows.iterate(channel, hour, filed.upTo)) {
      if (bytes >= maxFileBytes) {
        rest = true
        break
      }
      taken.push(row)
      bytes += blob(row, 'data').length
    }
    const upTo = taken.reduce((last, row) => Math.max(last, integer(row, 'n')), filed.upTo)
    const groups = groupBy(taken, (row) => `${integer(row, 'run')} ${integer(row, 'format')}`)
    let { part } = filed
    const files = [...groups.values()].map((found) => this.#write(name, hour, ++part, found))
    volume.transaction(() => {
      for (const file of files) volume.addBin(name, { ...file, hour, upTo })
    })
    indexed.publish(undefined)
    return { upTo, rest }
  }

  #write(channel: string, hour: number, part: number, found: readonly Row[]): FileParts {
    const [first] = found
    if (first === undefined) throw new Error('an empty group of rows')
    const run = this.#log.runName(integer(first, 'run'))
    const format = integer(first, 'format')
    const chunks: StoredChunk[] = found.map((row) => ({
      n: integer(row, 'n'),
      atMs: integer(row, 'at'),
      data: blob(row, 'data'),
    }))
    const file = `${binName(channel, hour, run)}.${part}.${itemAt(formats, format)}.zst`
    const header = itemAt(formats, format) === 'rcwt' ? formatRcwtHeader() : new Uint8Array(0)
    const contents = writeBinFile(path.join(binDir(this.#dataDir), file), header, chunks)
    const times = chunks.map(({ atMs }) => atMs)
    return {
      ...contents,
      part,
      run,
      format,
      path: file,
      firstMs: times.reduce((a, b) => Math.min(a, b)),
      lastMs: times.reduce((a, b) => Math.max(a, b)),
    }
  }
}

class VolumeError extends Error {
  override name = 'VolumeError'

  constructor(cause: unknown) {
    super(messageOf(cause), { cause })
  }
}

const diskCodes = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EROFS', 'EIO', 'EMFILE', 'ENFILE'])

/** How far a failure reaches: one hour of a channel, all of its month's volume, or everything. */
function failureOf(error: unknown): 'hour' | 'volume' | 'disk' {
  if (error instanceof VolumeError || isDatabaseDamage(error)) return 'volume'
  if (storageFailure(error) !== undefined) return 'disk'
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return diskCodes.has(code) ? 'disk' : 'hour'
}

type FileParts = Omit<Parameters<VolumeWriter['addBin']>[1], 'hour' | 'upTo'>
