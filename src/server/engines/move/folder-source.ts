import { createHash } from 'node:crypto'
import type { Airing, Cue, Gap } from '../../../protocol/api.ts'
import type { BinEvent } from '../../../protocol/events.ts'
import type { Archive, BinChunk, BinLoss } from '../../ports/archive.ts'
import type { LogEntry } from '../../ports/log.ts'
import { keepRun, type KeptNotes, type KeptRun, type Operation } from '../rules/kept-log.ts'
import { supersededRuns } from '../rules/revisions.ts'
import { logMigrations } from '../sqlite/log/log-schema.ts'
import { Books, type SqliteBook } from '../sqlite/log/log-books.ts'
import { announcedRuns, openLogReader, type LogReader } from '../sqlite/log/log-reader.ts'
import { integer, integerOrNull, text } from '../rules/columns.ts'
import { rows } from '../sqlite/database.ts'
import { openSqliteReading } from '../sqlite/sqlite-reading.ts'
import { allCues, allSpans } from './whole-archive.ts'

/** Names the order and the size of the steps below: a move that began with others cannot go on with these. */
const plan = 2
const cuesPerStep = 5000
const spansPerStep = 500
const runsPerStep = 100
const bytesPerStep = 1024 * 1024

/** What a channel of a data folder is known by, for who comes back to it. */
export interface SourceChannel {
  readonly name: string
  readonly epoch: string
  /** Changes whenever anything of its log does. */
  readonly mark: string
}

/** A data folder as steps by which a channel is stored elsewhere, the same ones at every reading. */
export class FolderSource implements AsyncDisposable {
  readonly archive: Archive
  readonly #reader: LogReader
  readonly #books: Books

  private constructor(archive: Archive, reader: LogReader) {
    this.archive = archive
    this.#reader = reader
    this.#books = new Books(reader.db)
  }

  /** Nobody else may write to the folder meanwhile. Rejects with one sentence when it cannot be read. */
  static async open(dataDir: string): Promise<FolderSource> {
    const reader = openLogReader(dataDir)
    const version = Number(reader.db.prepare('PRAGMA user_version').get()?.['user_version'])
    if (version < logMigrations.length) {
      reader.db.close()
      throw new Error(
        `${dataDir} was made by an older ccr: start ccr serve on it once, and stop it`,
      )
    }
    const archive = await openSqliteReading(dataDir)
    if (archive === undefined) throw new Error(`${dataDir} has no log.db`)
    return new FolderSource(archive, reader)
  }

  channels(): SourceChannel[] {
    const { db } = this.#reader
    const named = db.prepare(
      'SELECT id, name, epoch, tip, bins, before FROM channel LEFT JOIN forgotten ON channel = id ORDER BY name',
    )
    const producers = db.prepare(
      'SELECT name, received FROM producer WHERE channel = ? ORDER BY name',
    )
    const runs = db.prepare('SELECT count(*) AS n FROM run WHERE channel = ?')
    return rows(named).map((row) => {
      const id = integer(row, 'id')
      const facts = [
        ...[plan, text(row, 'epoch'), integer(row, 'tip'), integer(row, 'bins')],
        integerOrNull(row, 'before'),
        rows(runs, id).map((found) => integer(found, 'n')),
        rows(producers, id).map((found) => [text(found, 'name'), integer(found, 'received')]),
      ]
      const mark = createHash('sha256').update(JSON.stringify(facts)).digest('hex')
      return { name: text(row, 'name'), epoch: text(row, 'epoch'), mark }
    })
  }

  /**
   * All that is stored of a channel. Runs are told first, so that they keep their order, and what producers may send next
   * comes last. Original bytes that cannot be read are passed over and told.
   */
  async *steps(channel: string, onLoss: (loss: BinLoss) => void): AsyncIterable<Operation> {
    const book = this.#books.open(channel)
    let version = 0
    const step = (runs: Iterable<string>, part: Partial<Operation>): Operation => ({
      ...{ version: ++version, tip: book.tip, storedMs: 0, producer: '' },
      ...{
        entries: [],
        bins: [],
        rejects: [],
        notes: { producers: {}, runs: notesOf(book, runs) },
      },
      ...part,
    })
    const runs = this.#runs(book)
    for (const names of inParts(runs.names, runsPerStep)) yield step(names, {})
    for (const run of [null, ...runs.superseded])
      for await (const cues of allCues(this.archive, channel, run, cuesPerStep))
        yield step(runsOf(cues), {
          entries: cues.map((value) => ({ type: 'cue', late: false, value })),
        })
    for (const kind of ['airing', 'gap'] as const)
      for await (const spans of allSpans(this.archive, kind, channel))
        for (const some of inParts(spans, spansPerStep))
          yield step([], { entries: some.map((value) => entryOf(kind, value)) })
    for await (const chunks of inSteps(this.#bytes(channel, onLoss)))
      yield step(runsOf(chunks), { bins: chunks.map(binOf) })
    for (const reject of this.#rejects(book)) yield step([], reject)
    yield step([], { notes: this.#lastNotes(book) })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.archive[Symbol.asyncDispose]()
    this.#reader.db.close()
  }

  #runs({ id }: SqliteBook): { names: string[]; superseded: ReadonlySet<string> } {
    const found = rows(
      this.#reader.db.prepare('SELECT name, announced FROM run WHERE channel = ? ORDER BY id'),
      id,
    )
    return {
      names: found.map((row) => text(row, 'name')),
      superseded: supersededRuns(announcedRuns(found)),
    }
  }

  #bytes(channel: string, onLoss: (loss: BinLoss) => void): AsyncIterable<BinChunk> {
    const never = new AbortController().signal
    return this.archive.bin(channel, { from: null, to: null }, never, { onLoss })
  }

  #rejects({ id }: SqliteBook): Partial<Operation>[] {
    const found = this.#reader.db.prepare('SELECT * FROM reject WHERE channel = ? ORDER BY id')
    return rows(found, id).map((row) => ({
      producer: text(row, 'producer'),
      storedMs: integer(row, 'stored'),
      rejects: [
        {
          type: 'reject',
          seq: integer(row, 'seq'),
          code: text(row, 'code'),
          detail: text(row, 'detail'),
          line: text(row, 'line'),
        },
      ],
    }))
  }

  #lastNotes(book: SqliteBook): KeptNotes {
    const named = this.#reader.db.prepare(
      'SELECT name FROM producer WHERE channel = ? ORDER BY name',
    )
    const producers = rows(named, book.id).map((row) => text(row, 'name'))
    return {
      producers: Object.fromEntries(producers.map((name) => [name, book.producer(name)])),
      runs: {},
      airings: [...book.airings.values()],
      tracks: [...book.tracks],
      watch: book.watch,
    }
  }
}

function notesOf(book: SqliteBook, names: Iterable<string>): Record<string, KeptRun> {
  return Object.fromEntries([...names].map((name) => [name, keepRun(book.run(name))]))
}

function runsOf(items: readonly (Cue | BinChunk)[]): Set<string> {
  return new Set(items.map(({ run }) => run))
}

function entryOf(kind: 'airing' | 'gap', value: Airing | Gap): LogEntry {
  return { type: kind, value } as LogEntry
}

/** `fts` has served when they were stored. */
function binOf({ run, format, at, data }: BinChunk): BinEvent {
  return {
    type: 'bin',
    seq: 1,
    fts: 0,
    run,
    format,
    at,
    data: Buffer.from(data).toString('base64'),
  }
}

function* inParts<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < items.length; at += size) yield items.slice(at, at + size)
}

async function* inSteps(chunks: AsyncIterable<BinChunk>): AsyncIterable<readonly BinChunk[]> {
  let some: BinChunk[] = []
  let bytes = 0
  for await (const chunk of chunks) {
    some.push(chunk)
    // A row costs too, however short it is.
    bytes += chunk.data.length + 100
    if (bytes < bytesPerStep) continue
    yield some
    some = []
    bytes = 0
  }
  if (some.length > 0) yield some
}
