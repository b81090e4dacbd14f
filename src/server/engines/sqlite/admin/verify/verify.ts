import { existsSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import {
  alertsFile,
  archiveDir,
  deliveryFile,
  directoryFile,
  indexDir,
  indexFile,
  indexMonths,
  logFile,
  volumeFile,
  volumeMonths,
} from '../../data-folder.ts'
import { indexMigrations } from '../../index/format/index-schema.ts'
import { openLogReader, type LogReader } from '../../log/log-reader.ts'
import { ArchiveReader } from '../../volumes/archive-reader.ts'
import { Troubles } from '../../volumes/troubles.ts'
import { Volumes } from '../../volumes/volumes.ts'
import { checkIndex } from './check-index.ts'
import { snapshot, rows } from '../../database.ts'
import { deliveryMigrations } from '../../delivery/delivery-schema.ts'
import { directoryMigrations } from '../../directory-schema.ts'
import { logMigrations } from '../../log/log-schema.ts'
import { integer, integerOrNull, text } from '../../../rules/columns.ts'
import { volumeMigrations } from '../../volumes/volume-schema.ts'
import { checkBin, checkUnnamed, listBinFiles } from './check-bin.ts'
import { withDatabase } from './check-database.ts'
import { alertMigrations } from '../../alerts/alert-schema.ts'
import { checkAccounts } from './check-accounts.ts'
import { checkAlerts } from './check-alerts.ts'
import { checkDelivery } from './check-delivery.ts'
import { checkDirectory } from './check-directory.ts'
import { checkLog } from './check-log.ts'
import { checkVolume } from './check-volume.ts'
import { Findings } from './findings.ts'
import { ChannelLedger, Ledger } from './ledger.ts'

export interface VerifyOptions {
  readonly dataDir: string
  readonly nowMs: number
  readonly onCount: (counts: ReadonlyMap<string, number>) => void
}

export interface Verdict {
  readonly ok: boolean
  readonly counts: Readonly<Record<string, number>>
  readonly problems: readonly string[]
  readonly unlisted: number
}

/**
 * Holds a whole data folder against the invariants, reading only, also while a server works on it. The volumes are
 * read first and the log last: what is filed meanwhile is still in the log, and what the log has told is not yet
 * asked for in the volumes.
 */
export function verify({ dataDir, nowMs, onCount }: VerifyOptions): Verdict {
  if (!existsSync(logFile(dataDir)))
    throw new Error(
      `${dataDir} is no data folder: it has no log.db; --data names the one of ccr serve`,
    )
  const findings = new Findings(onCount)
  const ledger = new Ledger()
  let people: ReadonlySet<string> | undefined
  withDatabase(directoryFile(dataDir), directoryMigrations, findings, (db) => {
    checkDirectory(db, findings)
    people = checkAccounts(db, findings)
  })
  if (existsSync(alertsFile(dataDir)))
    withDatabase(alertsFile(dataDir), alertMigrations, findings, (db) =>
      checkAlerts(db, people, findings),
    )
  if (existsSync(deliveryFile(dataDir)))
    withDatabase(deliveryFile(dataDir), deliveryMigrations, findings, (db) =>
      checkDelivery(db, findings),
    )
  readMarks(dataDir, ledger)
  const files = listBinFiles(dataDir)
  const named = new Set<string>()
  for (const month of existsSync(archiveDir(dataDir)) ? volumeMonths(dataDir).sort() : []) {
    const file = volumeFile(dataDir, month)
    withDatabase(file, volumeMigrations, findings, (db) => {
      findings.count('volumes')
      snapshot(db, () => checkVolume(db, file, month, ledger, findings))
      checkBin(db, dataDir, month, named, ledger, findings)
    })
  }
  checkUnnamed(files, named, nowMs, findings)
  withDatabase(logFile(dataDir), logMigrations, findings, (db) =>
    snapshot(db, () => checkLog(db, ledger, findings)),
  )
  checkIndexes(dataDir, ledger, findings)
  const { problems, unlisted, counts } = findings
  return { ok: problems.length === 0, counts: Object.fromEntries(counts), problems, unlisted }
}

/** What is made from the cues, after them. A month without an index is one that the server has yet to make. */
function checkIndexes(dataDir: string, ledger: Ledger, findings: Findings): void {
  if (!existsSync(indexDir(dataDir))) return
  let log: LogReader | undefined
  try {
    log = openLogReader(dataDir)
  } catch {
    // What is wrong with the log has been told.
    return
  }
  const volumes = new Volumes(dataDir)
  const archive = new ArchiveReader(log, volumes, new Troubles(() => undefined))
  for (const month of indexMonths(dataDir).sort())
    withDatabase(indexFile(dataDir, month), indexMigrations, findings, (db) =>
      checkIndex(db, month, archive, ledger, findings),
    )
  volumes.close()
  log.db.close()
}

/** How far each channel's log was filed and let go of when the check began. */
function readMarks(dataDir: string, ledger: Ledger): void {
  try {
    using db = new DatabaseSync(logFile(dataDir), { readOnly: true, timeout: 5000 })
    const statement = db.prepare(
      'SELECT name, floor, filed, before FROM channel LEFT JOIN forgotten ON channel = id',
    )
    for (const row of rows(statement))
      ledger.channels.set(
        text(row, 'name'),
        new ChannelLedger(
          integer(row, 'floor'),
          integer(row, 'filed'),
          integerOrNull(row, 'before'),
        ),
      )
    const shelf = db.prepare('SELECT name, month FROM shelf JOIN channel ON channel = id')
    for (const row of rows(shelf))
      ledger.channel(text(row, 'name')).listedMonths.add(integer(row, 'month'))
  } catch {
    // What is wrong with the log is told when its turn comes.
  }
}
