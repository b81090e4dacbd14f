import { workerData } from 'node:worker_threads'
import { BinFiler } from '../bin/bin-filer.ts'
import { archiveDir, createFolder } from '../data-folder.ts'
import { Filer, type PassInput, type PassReport } from './filer.ts'
import { logDamage } from '../log/log-damage.ts'
import { openLogReader } from '../log/log-reader.ts'
import { serveHandlers } from '../workers/worker-host.ts'

/** Calls of the filer's worker. */
export type FilerCalls = {
  entries: [PassInput, PassReport]
  bins: [PassInput, PassReport]
}

const { dataDir } = workerData as { readonly dataDir: string }
createFolder(archiveDir(dataDir))
const log = openLogReader(dataDir)
const filer = new Filer(dataDir, log)
const binFiler = new BinFiler(dataDir, log, (month) => filer.volume(month))
serveHandlers<FilerCalls>(
  {
    entries: (input) => filer.pass(input),
    bins: (input) => binFiler.pass(input),
  },
  () => {
    filer.close()
    log.db.close()
  },
  (error) => logDamage(dataDir, error),
)
