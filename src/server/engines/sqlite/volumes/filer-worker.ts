import { workerData } from 'node:worker_threads'
import { BinFiler } from '../bin/bin-filer.ts'
import { archiveDir, createFolder, indexDir } from '../data-folder.ts'
import { ArchiveReader } from './archive-reader.ts'
import { Troubles } from './troubles.ts'
import { Volumes } from './volumes.ts'
import { Filer, type PassInput, type PassReport } from './filer.ts'
import { logDamage } from '../log/log-damage.ts'
import { historyOf } from '../index/history.ts'
import { Indexer, type IndexPass, type IndexReport } from '../index/indexer.ts'
import { openLogReader } from '../log/log-reader.ts'
import { serveHandlers } from '../workers/worker-host.ts'

/** Calls of the filer's worker. */
export type FilerCalls = {
  entries: [PassInput, PassReport]
  bins: [PassInput, PassReport]
  index: [IndexPass, IndexReport]
}

const { dataDir } = workerData as { readonly dataDir: string }
createFolder(archiveDir(dataDir))
createFolder(indexDir(dataDir))
const log = openLogReader(dataDir)
const filer = new Filer(dataDir, log)
const binFiler = new BinFiler(dataDir, log, (month) => filer.volume(month))
const history = historyOf(
  new ArchiveReader(log, new Volumes(dataDir), new Troubles(() => undefined)),
)
const indexer = new Indexer(dataDir, log, history)
serveHandlers<FilerCalls>(
  {
    entries: (input) => filer.pass(input),
    bins: (input) => binFiler.pass(input),
    index: (input) => indexer.pass(input),
  },
  () => {
    filer.close()
    indexer.close()
    log.db.close()
  },
  // An index may be damaged, too, and is only a cache.
  (error, call) => (call === 'index' ? undefined : logDamage(dataDir, error)),
)
