import path from 'node:path'
import type { StatementSync } from 'node:sqlite'
import { messageOf } from '../../../../protocol/message-of.ts'
import type { BinChunk, BinLoss } from '../../../ports/archive.ts'
import { lossOfTimes, readBinTable, type StoredChunk } from '../../rules/bin-chunks.ts'
import { readBinFile } from './bin-file.ts'
import { binDir } from '../data-folder.ts'
import { snapshot, rows } from '../database.ts'
import type { LogReader } from '../log/log-reader.ts'
import { formats, hourMs, itemAt } from '../log/log-schema.ts'
import { monthOf, monthStartMs } from '../volumes/months.ts'
import { blob, integer, type Row } from '../../rules/columns.ts'
import { isPassing, type Troubles } from '../volumes/troubles.ts'
import type { BinFile, VolumeReader } from '../volumes/volume-reader.ts'
import type { Volumes } from '../volumes/volumes.ts'

/** Where a stream of bytes is: within an hour, after a file's part and a row of the log. */
export interface BinPlace {
  readonly hour: number
  readonly part: number
  readonly n: number
}

export interface BinPage {
  readonly chunks: readonly BinChunk[]
  /** A file that cannot be read, passed over. */
  readonly loss: BinLoss | null
  /** null at the end. */
  readonly next: BinPlace | null
}

export interface BinInput {
  readonly channel: string
  readonly fromMs: number
  readonly toMs: number
  readonly place: BinPlace | null
  /** null = all. */
  readonly run: string | null
}

/** Rows of the log in one page: some megabytes at most at live rates. */
const rowsPerPage = 4000

/** Reads original bytes piece by piece: hour by hour, first its files, then what only the log holds. */
export class BinReader {
  readonly #dataDir: string
  readonly #log: LogReader
  readonly #volumes: Volumes
  readonly #troubles: Troubles
  readonly #sql: Record<'rows' | 'nextHour' | 'months' | 'isFiled', StatementSync>

  constructor(dataDir: string, log: LogReader, volumes: Volumes, troubles: Troubles) {
    this.#dataDir = dataDir
    this.#log = log
    this.#volumes = volumes
    this.#troubles = troubles
    const { db } = log
    this.#sql = {
      rows: db.prepare(
        'SELECT * FROM bin WHERE channel = ? AND hour = ? AND n > ? ORDER BY n LIMIT ?',
      ),
      nextHour: db.prepare('SELECT min(hour) AS hour FROM bin WHERE channel = ? AND hour > ?'),
      months: db.prepare('SELECT month FROM shelf WHERE channel = ? ORDER BY month'),
      isFiled: db.prepare('SELECT 1 FROM shelf WHERE channel = ? AND month = ?'),
    }
  }

  page(input: BinInput): BinPage {
    const { channel, fromMs, toMs } = input
    const place = input.place ?? this.#nextHour(channel, Math.floor(fromMs / hourMs) - 1, toMs)
    if (place === null) return { chunks: [], loss: null, next: null }
    const { hour, part, n } = place
    // The log first: what is put away afterwards is found in its file, and told apart by number.
    const logged = this.#logged(channel, hour, n)
    const month = monthOf(hour * hourMs)
    const known = this.#log.channel(channel)
    const isFiled = known !== undefined && this.#sql.isFiled.get(known.id, month) !== undefined
    const found = this.#read(month, isFiled, (volume) => volume?.binFiles(channel, hour, part))
    const { file, upTo = 0 } = found ?? {}
    if (file !== undefined)
      return { ...this.#readFile(file, hour, input, n), next: { hour, part: file.part, n } }
    const filed = Math.max(n, upTo)
    const fresh = logged.filter((row) => integer(row, 'n') > filed)
    if (fresh.length === 0 && logged.length < rowsPerPage)
      return { chunks: [], loss: null, next: this.#nextHour(channel, hour, toMs) }
    const last = logged.reduce((max, row) => Math.max(max, integer(row, 'n')), filed)
    return {
      chunks: fresh.flatMap((row) => this.#presentRow(row, input)),
      loss: null,
      next: { hour, part, n: last },
    }
  }

  /** Reads in a month's volume; what fails there is told as damage of that month. */
  #read<T>(month: number, isFiled: boolean, work: (volume: VolumeReader | undefined) => T): T {
    const read = (): T => work(isFiled ? this.#volumes.openFiled(month) : this.#volumes.open(month))
    try {
      return read()
    } catch (error) {
      throw this.#volumes.failure(this.#troubles, month, error, read)
    }
  }

  /** Bytes that are lost are passed over; those that only cannot be read at present are waited for. */
  #readFile(
    file: BinFile,
    hour: number,
    input: BinInput,
    afterN: number,
  ): Pick<BinPage, 'chunks' | 'loss'> {
    const { run } = file
    if (input.run !== null && run !== input.run) return { chunks: [], loss: null }
    const format = itemAt(formats, file.format)
    const full = path.join(binDir(this.#dataDir), file.path)
    const read = (): StoredChunk[] => readBinFile(full, file.chunks)
    try {
      return { chunks: present(read(), input, afterN, run, format), loss: null }
    } catch (error) {
      if (isPassing(error))
        throw this.#troubles.failure(full, 'An hour of original bytes', error, read)
      return { chunks: [], loss: lossOf(file, hour, input, afterN, error) }
    }
  }

  #logged(channel: string, hour: number, after: number): Row[] {
    return snapshot(this.#log.db, () => {
      const known = this.#log.channel(channel)
      return known === undefined ? [] : rows(this.#sql.rows, known.id, hour, after, rowsPerPage)
    })
  }

  #nextHour(channel: string, after: number, toMs: number): BinPlace | null {
    const known = this.#log.channel(channel)
    if (known === undefined) return null
    const logged = this.#sql.nextHour.get(known.id, after)?.['hour']
    let hour = typeof logged === 'number' ? logged : Infinity
    for (const row of rows(this.#sql.months, known.id)) {
      const month = integer(row, 'month')
      if (month < monthOf(Math.max(after, 0) * hourMs) && after >= 0) continue
      if (monthStartMs(month) >= Math.min(toMs, hour * hourMs)) break
      const filed = this.#read(month, true, (volume) => volume?.nextBinHour(channel, after))
      if (filed === undefined) continue
      hour = Math.min(hour, filed)
      break
    }
    return hour * hourMs < toMs ? { hour, part: 0, n: 0 } : null
  }

  #presentRow(row: Row, input: BinInput): BinChunk[] {
    const chunk = { n: integer(row, 'n'), atMs: integer(row, 'at'), data: blob(row, 'data') }
    const run = this.#log.runName(integer(row, 'run'))
    if (input.run !== null && run !== input.run) return []
    return present([chunk], input, 0, run, itemAt(formats, integer(row, 'format')))
  }
}

function present(
  chunks: readonly StoredChunk[],
  { fromMs, toMs }: BinInput,
  afterN: number,
  run: string,
  format: BinChunk['format'],
): BinChunk[] {
  return chunks
    .filter(({ n, atMs }) => n > afterN && atMs >= fromMs && atMs < toMs)
    .map(({ atMs, data }) => ({ run, format, at: new Date(atMs).toISOString(), data }))
}

/** What of the range is in a file that is gone or damaged; null when nothing is. */
function lossOf(
  file: BinFile,
  hour: number,
  { fromMs, toMs }: BinInput,
  afterN: number,
  error: unknown,
): BinLoss | null {
  const times = timesOf(file, afterN) ?? hourWithin(hour, fromMs, toMs)
  const lost = lossOfTimes(times, { fromMs, toMs })
  if (lost === null) return null
  return {
    ...{ run: file.run, ...lost },
    reason: `${file.path} cannot be read: ${messageOf(error)}`,
  }
}

/** The ends of what a whole hour has in a range, both within it. */
function hourWithin(hour: number, fromMs: number, toMs: number): number[] {
  return [Math.max(fromMs, hour * hourMs), Math.min(toMs, (hour + 1) * hourMs) - 1]
}

/** When the chunks of a file came; undefined when the table that says so is damaged itself. */
function timesOf(file: BinFile, afterN: number): number[] | undefined {
  try {
    return readBinTable(file.chunks)
      .filter(({ n }) => n > afterN)
      .map(({ atMs }) => atMs)
  } catch {
    return undefined
  }
}
