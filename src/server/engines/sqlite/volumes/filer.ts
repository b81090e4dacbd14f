import { channel } from 'node:diagnostics_channel'
import { existsSync } from 'node:fs'
import type { StatementSync } from 'node:sqlite'
import type { RunEvent } from '../../../../protocol/events.ts'
import { messageOf } from '../../../../protocol/message-of.ts'
import type { LogEntry } from '../../../ports/log.ts'
import { givenUpFile, volumeFile, volumeMonths } from '../data-folder.ts'
import { groupBy } from '../group-by.ts'
import { channelOf, type LogChannel, type LogReader } from '../log/log-reader.ts'
import type { Filed } from '../log/log-store.ts'
import { monthOf } from './months.ts'
import { integer, json } from '../../rules/columns.ts'
import { rows } from '../database.ts'
import { VolumeWriter } from './volume-writer.ts'
import { Volumes } from './volumes.ts'

/** A channel's entries wait this long for more, or until there are so many: each block is then made once or twice. */
const fileAfterMs = 300_000
const fileAtEntries = 256
/** Entries of one channel taken in one pass; the next pass takes the rest. */
const maxEntriesPerPass = 4096
/** Volumes kept open for writing: this month, the last, and room for late data. */
const maxOpen = 4

const writing = channel('ccr:volume.writing')
const written = channel('ccr:volume.written')

export interface PassInput {
  readonly nowMs: number
  /** Take everything there is, without waiting for more. */
  readonly force: boolean
}

export interface PassReport {
  readonly filed: Filed
  /** One sentence for each thing that could not be filed and stays in the log. */
  readonly problems: readonly string[]
  /** There was more than one pass takes. */
  readonly more: boolean
}

interface Taken {
  readonly channel: LogChannel
  readonly upTo: number
  readonly byMonth: Map<number, LogEntry[]>
}

/**
 * Moves entries of the log into the volumes of their months. It never deletes: what it reports is
 * safe, and the log's writer takes note. Interrupted anywhere, it does the same again.
 */
export class Filer {
  readonly #dataDir: string
  readonly #log: LogReader
  readonly #beforeNewVolume: (month: number) => void
  readonly #waiting: StatementSync
  readonly #firstStored: StatementSync
  readonly #announced: StatementSync
  readonly #onShelf: StatementSync
  readonly #volumes = new Map<number, VolumeWriter>()
  /** Looked into, most often without finding anything to write. */
  readonly #others: Volumes

  /** `beforeNewVolume`: a month is about to have its first cues. */
  constructor(dataDir: string, log: LogReader, beforeNewVolume: (month: number) => void) {
    this.#dataDir = dataDir
    this.#beforeNewVolume = beforeNewVolume
    this.#log = log
    this.#others = new Volumes(dataDir)
    this.#waiting = log.db.prepare(
      'SELECT id, name, epoch, tip, floor, filed FROM channel WHERE tip > filed',
    )
    this.#firstStored = log.db.prepare('SELECT stored FROM entry WHERE channel = ? AND seq = ?')
    this.#onShelf = log.db.prepare('SELECT 1 FROM shelf WHERE month = ? LIMIT 1')
    this.#announced = log.db.prepare(
      'SELECT announced FROM run WHERE channel = ? AND name = ? AND announced IS NOT NULL',
    )
  }

  pass({ nowMs, force }: PassInput): PassReport {
    const taken = rows(this.#waiting)
      .map(channelOf)
      .filter((channel) => force || this.#isDue(channel, nowMs))
      .map((channel) => this.#take(channel))
    const months = new Set(taken.flatMap(({ byMonth }) => [...byMonth.keys()]))
    const problems: string[] = []
    const failed = new Set<number>()
    for (const month of months) {
      try {
        this.#fileMonth(month, taken)
      } catch (error) {
        failed.add(month)
        this.#drop(month)
        const reason = messageOf(error)
        problems.push(`Nothing can be filed in ${volumeFile(this.#dataDir, month)}: ${reason}.`)
      }
    }
    const done = taken.filter(({ byMonth }) => ![...byMonth.keys()].some((m) => failed.has(m)))
    const entries = done.map(({ channel, upTo }) => ({ channel: channel.id, seq: upTo }))
    const shelves = done.flatMap(({ channel, byMonth }) =>
      [...byMonth.keys()].map((month) => ({ channel: channel.id, month })),
    )
    const more = done.some(({ channel, upTo }) => upTo < channel.tip)
    return { filed: { entries, bins: [], shelves, indexed: [] }, problems, more }
  }

  /** The month's volume, to be written to. */
  volume(month: number): VolumeWriter {
    let volume = this.#volumes.get(month)
    if (volume?.isInPlace === false) {
      this.#drop(month)
      volume = undefined
    }
    volume ??= this.#open(month)
    this.#volumes.delete(month)
    this.#volumes.set(month, volume)
    for (const old of [...this.#volumes.keys()].slice(0, -maxOpen)) this.#drop(old)
    return volume
  }

  close(): void {
    this.#others.close()
    for (const month of [...this.#volumes.keys()]) this.#drop(month)
  }

  /** A volume that is gone is not made anew in silence: what was in it would be missing from then on. */
  #open(month: number): VolumeWriter {
    const file = volumeFile(this.#dataDir, month)
    if (
      !existsSync(file) &&
      this.#onShelf.get(month) !== undefined &&
      !existsSync(givenUpFile(this.#dataDir, month))
    ) {
      const marker = givenUpFile(this.#dataDir, month)
      throw new Error(
        `it is gone; put it back from a backup, or, to go on without what it held, make an empty file ${marker}`,
      )
    }
    if (!existsSync(file)) this.#beforeNewVolume(month)
    return new VolumeWriter(file, month)
  }

  #isDue({ id, tip, filed }: LogChannel, nowMs: number): boolean {
    if (tip - filed >= fileAtEntries) return true
    const row = this.#firstStored.get(id, filed + 1)
    return row !== undefined && integer(row, 'stored') <= nowMs - fileAfterMs
  }

  #take(channel: LogChannel): Taken {
    const entries = this.#log.entries(channel, channel.filed, maxEntriesPerPass)
    return {
      channel,
      upTo: entries.at(-1)?.value.position.seq ?? channel.filed,
      byMonth: groupBy(lastTold(entries), (entry) => monthOf(startMsOf(entry))),
    }
  }

  #fileMonth(month: number, taken: readonly Taken[]): void {
    const volume = this.volume(month)
    volume.transaction(() => {
      for (const { channel, byMonth } of taken)
        this.#fileEntries(volume, channel, byMonth.get(month) ?? [])
      writing.publish(undefined)
    })
    written.publish(undefined)
    this.#removeMoved(month, taken)
  }

  #fileEntries(volume: VolumeWriter, channel: LogChannel, entries: readonly LogEntry[]): void {
    const cues = entries.flatMap((entry) => (entry.type === 'cue' ? entry.value : []))
    volume.addCues(channel.name, cues)
    for (const run of new Set(cues.map((cue) => cue.run))) {
      const row = this.#announced.get(channel.id, run)
      if (row !== undefined) volume.addRun(channel.name, json(row, 'announced') as RunEvent)
    }
    for (const entry of entries)
      if (entry.type === 'airing' || entry.type === 'gap')
        volume.setSpan(entry.type, channel.name, entry.value)
  }

  /**
   * An airing or gap that was told again with another start may lie in another month. Each month is looked
   * into once for all channels: opening them is what costs.
   */
  #removeMoved(month: number, taken: readonly Taken[]): void {
    const spans = taken.flatMap(({ channel, byMonth }) =>
      (byMonth.get(month) ?? []).flatMap((entry) =>
        entry.type === 'airing' || entry.type === 'gap' ? { ...entry, channel: channel.name } : [],
      ),
    )
    if (spans.length === 0) return
    for (const other of volumeMonths(this.#dataDir)) {
      const known = other === month ? undefined : this.#others.open(other)
      const moved = spans.filter(
        ({ type, channel, value }) =>
          known?.hasSpan(type, channel, value.id, value.position.seq) === true,
      )
      if (moved.length === 0) continue
      const volume = this.volume(other)
      volume.transaction(() => {
        for (const { type, channel, value } of moved)
          volume.removeSpan(type, channel, value.id, value.position.seq)
      })
    }
  }

  #drop(month: number): void {
    this.#volumes.get(month)?.close()
    this.#volumes.delete(month)
  }
}

/** Cues, and each airing and gap as last told. News of removals has no place in a volume. */
function lastTold(entries: readonly LogEntry[]): LogEntry[] {
  const spans = new Map<string, LogEntry>()
  const cues: LogEntry[] = []
  for (const entry of entries)
    if (entry.type === 'cue') cues.push(entry)
    else if (entry.type !== 'removed') spans.set(`${entry.type} ${entry.value.id}`, entry)
  return [...cues, ...spans.values()]
}

function startMsOf(entry: LogEntry): number {
  if (entry.type === 'gap') return Date.parse(entry.value.from)
  return entry.type === 'removed' ? 0 : Date.parse(entry.value.start)
}
