import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Airing, Cue, Gap } from '../../../../protocol/api.ts'
import type { Position } from '../../../../protocol/position.ts'
import type { LogEntry, LogPage } from '../../../ports/log.ts'
import { logFile } from '../data-folder.ts'
import { revisionOf, type KnownRun, type Revision } from '../../rules/revisions.ts'
import { openReadable, snapshot, rows } from '../database.ts'
import { itemAt, kinds, logMigrations, modes, revisedCue } from './log-schema.ts'
import { integer, json, text, textOrNull, type Row } from '../../rules/columns.ts'

export interface LogChannel {
  readonly id: number
  readonly name: string
  readonly epoch: string
  readonly tip: number
  readonly floor: number
  readonly filed: number
}

/** Reads log.db beside its writer. */
export class LogReader {
  readonly db: DatabaseSync
  readonly #channel: StatementSync
  readonly #entries: StatementSync
  readonly #ofKind: StatementSync
  readonly #run: StatementSync
  readonly #announced: StatementSync
  readonly #runs = new Map<number, string>()

  constructor(db: DatabaseSync) {
    this.db = db
    this.#channel = db.prepare(
      'SELECT id, name, epoch, tip, floor, filed FROM channel WHERE name = ?',
    )
    this.#entries = db.prepare(
      'SELECT * FROM entry WHERE channel = ? AND seq > ? ORDER BY seq LIMIT ?',
    )
    this.#ofKind = db.prepare(
      'SELECT kind, text FROM entry WHERE channel = ? AND seq > ? AND kind = ? ORDER BY seq',
    )
    this.#run = db.prepare('SELECT name FROM run WHERE id = ?')
    this.#announced = db.prepare('SELECT announced FROM run WHERE id = ?')
  }

  channel(name: string): LogChannel | undefined {
    const row = this.#channel.get(name)
    return row === undefined ? undefined : channelOf(row)
  }

  entries(channel: LogChannel, after: number, limit: number): LogEntry[] {
    return rows(this.#entries, channel.id, after, limit).map((row) => this.#entry(channel, row))
  }

  /** Airings or gaps after a place, in order, each as often as it was told. */
  spans(channel: LogChannel, kind: 'airing' | 'gap', after: number): (Airing | Gap)[] {
    return rows(this.#ofKind, channel.id, after, kinds.indexOf(kind)).flatMap((row) => {
      const entry = this.#entry(channel, row)
      return entry.type === 'airing' || entry.type === 'gap' ? entry.value : []
    })
  }

  /** Undefined when the log has never heard of the channel. */
  read(name: string, since: Position, limit: number): LogPage | undefined {
    return snapshot(this.db, () => {
      const channel = this.channel(name)
      if (channel === undefined) return undefined
      const { epoch, tip, floor } = channel
      const position = { epoch, seq: tip }
      if (since.epoch !== epoch || since.seq > tip || since.seq < floor)
        return { ok: false, position, oldest: { epoch, seq: floor } }
      return { ok: true, entries: this.entries(channel, since.seq, limit), position }
    })
  }

  /** Interned for ever, so kept once read. */
  runName(id: number): string {
    let name = this.#runs.get(id)
    if (name === undefined) {
      const row = this.#run.get(id)
      if (row === undefined) throw new Error(`log.db has no run ${id}`)
      name = text(row, 'name')
      if (this.#runs.size > 10_000) this.#runs.clear()
      this.#runs.set(id, name)
    }
    return name
  }

  #entry(channel: LogChannel, row: Row): LogEntry {
    const type = itemAt(kinds, integer(row, 'kind'))
    if (type !== 'cue') {
      const { type: known, value } = { type, value: json(row, 'text') } as LogEntry
      // The epoch is the channel's of now: a restored log is another one, under the same numbers.
      const position = { epoch: channel.epoch, seq: value.position.seq }
      return { type: known, value: { ...value, position } } as LogEntry
    }
    return { type, late: integer(row, 'late') > 0, value: this.#cue(channel, row) }
  }

  #cue({ name, epoch }: LogChannel, row: Row): Cue {
    return {
      channel: name,
      track: text(row, 'track'),
      id: integer(row, 'id'),
      start: new Date(integer(row, 'start')).toISOString(),
      end: new Date(integer(row, 'end')).toISOString(),
      text: text(row, 'text'),
      mode: itemAt(modes, integer(row, 'mode')),
      language: textOrNull(row, 'language'),
      run: this.runName(integer(row, 'run')),
      position: { epoch, seq: integer(row, 'seq') },
      airing: textOrNull(row, 'airing'),
      ...(integer(row, 'late') === revisedCue ? this.#revision(integer(row, 'run')) : undefined),
    }
  }

  #revision(run: number): Revision | undefined {
    const row = this.#announced.get(run)
    return row === undefined ? undefined : revisionOf(json(row, 'announced') as KnownRun)
  }
}

/** Opens the log that its writer has made already. */
export function openLogReader(dataDir: string): LogReader {
  const file = logFile(dataDir)
  const db = openReadable(file, logMigrations)
  if (db === undefined) throw new Error(`${file} is not there`)
  return new LogReader(db)
}

export function channelOf(row: Row): LogChannel {
  return {
    id: integer(row, 'id'),
    name: text(row, 'name'),
    epoch: text(row, 'epoch'),
    tip: integer(row, 'tip'),
    floor: integer(row, 'floor'),
    filed: integer(row, 'filed'),
  }
}

/** The announcements that rows of runs hold, whether or not they were ever made. */
export function announcedRuns(found: readonly Row[]): KnownRun[] {
  return found.flatMap((row) =>
    row['announced'] === null ? [] : (json(row, 'announced') as KnownRun),
  )
}
