import type { StatementSync } from 'node:sqlite'
import { messageOf } from '../../../../../protocol/message-of.ts'
import { indexFile, indexMonths } from '../../data-folder.ts'
import type { LogReader } from '../../log/log-reader.ts'
import { integer, text } from '../../../rules/columns.ts'
import { rows } from '../../database.ts'
import type { ArchiveReader } from '../../volumes/archive-reader.ts'
import { monthStartMs } from '../../volumes/months.ts'
import { historyOf } from '../tail/history.ts'
import { minuteMs } from '../../../rules/search/measures.ts'
import { compact, forgetChannel } from './merge-chunks.ts'
import { Rebuilds } from './rebuilds.ts'
import { IndexWriter, type SealedStream } from './index-writer.ts'
import { groupStretches, sealStream } from './seal.ts'
import { Tail } from '../tail/tail.ts'

/** What is said becomes a chunk when there is so much of it … */
const sealTokens = 250_000
/** … or the first of it has waited so long; until then searches read it from the log. */
const sealAfterMs = 15 * 60_000
const entriesPerRead = 5000
/** Months open for writing: this one, the last, and one for what comes late. */
const maxOpen = 3

export interface IndexPass {
  readonly nowMs: number
  /** Index everything there is now. */
  readonly force: boolean
}

export interface IndexReport {
  /** Up to which position channels are in the index, by their number in the log. */
  readonly indexed: readonly { readonly channel: number; readonly seq: number }[]
  readonly problems: readonly string[]
}

/** Moves what the log holds into the search index of its months. Interrupted anywhere, it does the same again. */
export class Indexer {
  readonly #dataDir: string
  readonly #log: LogReader
  readonly #tail: Tail
  readonly #rebuilds: Rebuilds
  readonly #channels: StatementSync
  /** Read up to here, by channel. */
  readonly #seen = new Map<string, { readonly id: number; seq: number }>()
  readonly #writers = new Map<number, IndexWriter>()
  readonly #sealed = new Map<string, number>()
  #tokens = 0
  #waitsSinceMs = Infinity

  constructor(dataDir: string, log: LogReader, archive: ArchiveReader) {
    this.#dataDir = dataDir
    this.#log = log
    this.#tail = new Tail(historyOf(archive))
    this.#rebuilds = new Rebuilds(dataDir, log, archive, (month) => this.#drop(month))
    this.#channels = log.db.prepare('SELECT name, indexed FROM channel WHERE tip > indexed')
  }

  pass({ nowMs, force }: IndexPass): IndexReport {
    const told = this.#rebuilds.pass(force)
    if (told.isBusy) return { indexed: [], problems: told.problems }
    this.#read(nowMs)
    const isDue = this.#tokens >= sealTokens || nowMs - this.#waitsSinceMs >= sealAfterMs
    if (!force && !isDue) return { indexed: [], problems: told.problems }
    const problems: string[] = [...told.problems]
    let isWhole = true
    for (const [month, streams] of this.#stretches()) {
      try {
        this.#seal(month, streams)
      } catch (error) {
        isWhole = false
        this.#drop(month)
        const reason = messageOf(error)
        problems.push(`Nothing can be added to ${indexFile(this.#dataDir, month)}: ${reason}.`)
      }
    }
    this.#sealed.clear()
    // What could be written would be written again with every attempt: the next one waits.
    this.#waitsSinceMs = isWhole ? Infinity : nowMs
    this.#tokens = 0
    if (!isWhole) return { indexed: [], problems }
    this.#tail.settle(() => Infinity, nowMs)
    return {
      indexed: [...this.#seen.values()].map(({ id, seq }) => ({ channel: id, seq })),
      problems,
    }
  }

  /** Removes what a channel said before a time. */
  forget(channel: string, beforeMs: number): void {
    for (const month of indexMonths(this.#dataDir)) {
      if (monthStartMs(month) >= beforeMs) continue
      const writer = this.#writer(month)
      forgetChannel(writer, channel, Math.ceil(beforeMs / minuteMs))
    }
  }

  close(): void {
    this.#rebuilds.close()
    for (const month of [...this.#writers.keys()]) this.#drop(month)
  }

  #read(nowMs: number): void {
    for (const row of rows(this.#channels)) {
      const name = text(row, 'name')
      const channel = this.#log.channel(name)
      if (channel === undefined) continue
      let seen = this.#seen.get(name)
      if (seen === undefined) {
        seen = { id: channel.id, seq: integer(row, 'indexed') }
        this.#seen.set(name, seen)
      }
      while (seen.seq < channel.tip) {
        const entries = this.#log.entries(channel, seen.seq, entriesPerRead)
        if (entries.length === 0) break
        for (const entry of entries) {
          seen.seq = entry.value.position.seq
          if (entry.type !== 'cue') continue
          this.#tail.add(entry.value, (of, month) => this.#sealedTo(of, month))
          this.#tokens += entry.value.text.length / 6
          this.#waitsSinceMs = Math.min(this.#waitsSinceMs, nowMs)
        }
      }
    }
  }

  /** What of a pass that was interrupted is there already. */
  #sealedTo(channel: string, month: number): number {
    const key = `${month} ${channel}`
    let seq = this.#sealed.get(key)
    if (seq === undefined) this.#sealed.set(key, (seq = this.#writer(month).sealedTo(channel)))
    return seq
  }

  #stretches(): Map<number, SealedStream[]> {
    const byMonth = new Map<number, SealedStream[]>()
    for (const stream of this.#tail.streams) {
      if (!stream.hasFresh) continue
      const sealed = sealStream(stream, stream.bounds(), this.#tail.dictionary)
      for (const [month, stretch] of sealed) {
        const list = byMonth.get(month) ?? []
        list.push(stretch)
        byMonth.set(month, list)
      }
    }
    return byMonth
  }

  #seal(month: number, streams: readonly SealedStream[]): void {
    const writer = this.#writer(month)
    const sealedTo = new Map([...this.#seen].map(([name, { seq }]) => [name, seq]))
    const groups = groupStretches(streams)
    // Where it was interrupted, what comes again owns what came before.
    groups.forEach((group, n) => writer.add(group, n === groups.length - 1 ? sealedTo : new Map()))
    while (compact(writer));
  }

  #writer(month: number): IndexWriter {
    let writer = this.#writers.get(month)
    writer ??= new IndexWriter(indexFile(this.#dataDir, month))
    this.#writers.delete(month)
    this.#writers.set(month, writer)
    for (const old of [...this.#writers.keys()].slice(0, -maxOpen)) this.#drop(old)
    return writer
  }

  #drop(month: number): void {
    this.#writers.get(month)?.close()
    this.#writers.delete(month)
  }
}
