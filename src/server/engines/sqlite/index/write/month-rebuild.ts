import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import type { Cue } from '../../../../../protocol/api.ts'
import { indexDir, indexFile, syncFolder } from '../../data-folder.ts'
import type { LogReader } from '../../log/log-reader.ts'
import { integer, text } from '../../../rules/columns.ts'
import { rows } from '../../database.ts'
import type { ArchiveReader } from '../../volumes/archive-reader.ts'
import { monthStartMs } from '../../volumes/months.ts'
import { historyOf } from '../tail/history.ts'
import { marginAfter } from '../../../rules/search/measures.ts'
import { IndexWriter } from './index-writer.ts'
import { compact } from './merge-chunks.ts'
import { groupStretches, sealStream } from './seal.ts'
import type { TailStream } from '../tail/tail-stream.ts'
import { Tail } from '../tail/tail.ts'

const sliceMs = 3_600_000
const cuesPerRead = 1000
const sealTokens = 250_000

/**
 * Makes the index of a month again from its cues, an hour at a time, beside the old one; the last step
 * puts it in its place. What is stored meanwhile is left to the indexer: `sealedTo` is where each log was at the beginning.
 */
export class MonthRebuild {
  readonly month: number
  readonly #dataDir: string
  readonly #archive: ArchiveReader
  readonly #writer: IndexWriter
  readonly #tail: Tail
  readonly #sealedTo: ReadonlyMap<string, number>
  #atMs: number
  #tokens = 0

  constructor(dataDir: string, log: LogReader, archive: ArchiveReader, month: number) {
    this.month = month
    this.#dataDir = dataDir
    this.#archive = archive
    removeIndex(this.#aside)
    this.#writer = new IndexWriter(this.#aside)
    const known = rows(log.db.prepare('SELECT name, tip FROM channel'))
    this.#sealedTo = new Map(known.map((row) => [text(row, 'name'), integer(row, 'tip')]))
    this.#atMs = monthStartMs(month)
    const history = historyOf(archive)
    const begin = { start: new Date(this.#atMs).toISOString(), track: '', run: '', id: 0 }
    this.#tail = new Tail((stream, before) => history(stream, before ?? begin))
  }

  /** False when the index is in its place. */
  step(): boolean {
    const endMs = monthStartMs(this.month + 1)
    if (this.#atMs >= endMs) {
      this.#finish()
      return false
    }
    for (const [channel, sealedTo] of this.#sealedTo)
      for (const cue of this.#cues({ channel, fromMs: this.#atMs, toMs: this.#atMs + sliceMs })) {
        if (cue.position.seq > sealedTo) continue
        this.#tail.add(cue, () => -1)
        this.#tokens += cue.text.length / 6
      }
    this.#atMs += sliceMs
    if (this.#tokens >= sealTokens) this.#seal()
    return true
  }

  close(): void {
    this.#writer.close()
    removeIndex(this.#aside)
  }

  get #aside(): string {
    return `${indexFile(this.#dataDir, this.month)}.new`
  }

  #seal(sealedTo: ReadonlyMap<string, number> = new Map()): void {
    const streams = [...this.#tail.streams].filter(({ hasFresh }) => hasFresh)
    const stretches = streams.flatMap((stream) => {
      const sealed = sealStream(stream, stream.bounds(), this.#tail.dictionary)
      return sealed.get(this.month) ?? []
    })
    for (const group of groupStretches(stretches)) this.#writer.add(group, new Map())
    if (sealedTo.size > 0) this.#writer.add([], sealedTo)
    while (compact(this.#writer));
    this.#tail.settle(() => Infinity, this.#atMs)
    this.#tokens = 0
  }

  #finish(): void {
    for (const stream of this.#tail.streams) if (stream.hasFresh) this.#addFollowing(stream)
    this.#seal(this.#sealedTo)
    this.#writer.close()
    const fd = openSync(this.#aside, 'r+')
    fsyncSync(fd)
    closeSync(fd)
    const file = indexFile(this.#dataDir, this.month)
    for (const suffix of ['-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
    renameSync(this.#aside, file)
    syncFolder(indexDir(this.#dataDir))
  }

  /** The beginning of the next month, where a phrase may end. */
  #addFollowing(stream: TailStream): void {
    const { channel, run, track } = stream.key
    const fromMs = monthStartMs(this.month + 1)
    let tokens = 0
    for (const cue of this.#cues({ channel, fromMs, toMs: 8.64e15, run, track })) {
      if (tokens >= marginAfter) break
      stream.add(cue, false)
      tokens += stream.cues.at(-1)?.terms.length ?? 0
    }
  }

  *#cues(wanted: {
    readonly channel: string
    readonly fromMs: number
    readonly toMs: number
    readonly run?: string
    readonly track?: string
  }): Generator<Cue> {
    const { channel, fromMs, toMs, run = null, track } = wanted
    const [from, to] = [new Date(fromMs).toISOString(), new Date(toMs).toISOString()]
    const tracks = track === undefined ? null : [track]
    let cursor: string | null = null
    do {
      const query = { channel, from, to, run, tracks, cursor, limit: cuesPerRead } as const
      const page = this.#archive.cues({ ...query, order: 'oldest' }, true)
      yield* page?.cues ?? []
      cursor = page?.cursor ?? null
    } while (cursor !== null)
  }
}

/** Removes an index with SQLite's own files beside it. */
function removeIndex(file: string): void {
  for (const suffix of ['', '-wal', '-shm'])
    if (existsSync(`${file}${suffix}`)) rmSync(`${file}${suffix}`)
}
