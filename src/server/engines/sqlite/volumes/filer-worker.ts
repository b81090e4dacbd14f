import { workerData } from 'node:worker_threads'
import { BinFiler } from '../bin/bin-filer.ts'
import { ArchiveReader } from './archive-reader.ts'
import { Troubles } from './troubles.ts'
import { Volumes } from './volumes.ts'
import { FolderLock } from '../admin/folder-lock.ts'
import {
  archiveDir,
  createFolder,
  filingLockFile,
  indexDir,
  indexFile,
  volumeFile,
  volumeMonths,
} from '../data-folder.ts'
import { FutureDatabaseError, refuseFuture } from '../database.ts'
import { volumeMigrations } from './volume-schema.ts'
import { Eraser, type EraseInput } from './eraser.ts'
import { Filer, type PassInput, type PassReport } from './filer.ts'
import { logDamage } from '../log/log-damage.ts'
import { Indexer, type IndexPass, type IndexReport } from '../index/write/indexer.ts'
import { IndexWriter } from '../index/write/index-writer.ts'
import { openLogReader } from '../log/log-reader.ts'
import { serveHandlers } from '../../workers/worker-host.ts'

/** Calls of the filer's worker. */
export type FilerCalls = {
  entries: [PassInput, PassReport]
  bins: [PassInput, PassReport]
  index: [IndexPass, IndexReport]
  /** null while a backup is made. */
  holds: [EraseInput, boolean | null]
  /** The months in which nothing of the channel is left. */
  erase: [EraseInput, readonly number[] | null]
}

/** While a backup is made, everything waits in the log. */
const nothing: PassReport = {
  filed: { entries: [], bins: [], shelves: [], indexed: [] },
  problems: [],
  more: false,
}

const { dataDir } = workerData as { readonly dataDir: string }
createFolder(archiveDir(dataDir))
createFolder(indexDir(dataDir))
refuseFutureVolumes(dataDir)
const log = openLogReader(dataDir)
// A volume without an index is one whose index is lost: a month begins with an empty one.
const filer = new Filer(dataDir, log, (month) => new IndexWriter(indexFile(dataDir, month)).close())
const lock = new FolderLock(filingLockFile(dataDir))
const eraser = new Eraser(dataDir, log)
const binFiler = new BinFiler(dataDir, log, (month) => filer.volume(month))
const volumes = new Volumes(dataDir)
const indexer = new Indexer(
  dataDir,
  log,
  new ArchiveReader(log, volumes, new Troubles(() => undefined)),
)
serveHandlers<FilerCalls>(
  {
    entries: (input) => lock.during(() => filer.pass(input)) ?? nothing,
    bins: (input) => lock.during(() => binFiler.pass(input)) ?? nothing,
    // Of the index there is no backup: it is made from the cues.
    index: (input) => indexer.pass(input),
    holds: (input) => eraser.holds(input),
    erase: (input) => {
      const emptied = eraser.erase(input)
      if (emptied !== null) indexer.forget(input.channel, input.beforeMs)
      return emptied
    },
  },
  () => {
    // Readers before writers: the last to leave writes a database's log back, which a reader cannot.
    volumes.close()
    indexer.close()
    eraser.close()
    lock.close()
    filer.close()
    log.db.close()
  },
  // An index may be damaged, too, and is only a cache.
  (error, call) => (call === 'index' ? undefined : logDamage(dataDir, error)),
)

/** A volume of a newer program is told at the start; one that is damaged is told when it is needed, and stops nobody. */
function refuseFutureVolumes(folder: string): void {
  for (const month of volumeMonths(folder)) {
    try {
      refuseFuture(volumeFile(folder, month), volumeMigrations)
    } catch (error) {
      if (error instanceof FutureDatabaseError) throw error
    }
  }
}
