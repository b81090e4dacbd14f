import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { Worker } from 'node:worker_threads'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import {
  archiveDir,
  createFolder,
  indexDir,
  indexMonths,
  logFile,
  volumeMonths,
} from '../../src/server/engines/sqlite/data-folder.ts'
import { openWritable, transaction } from '../../src/server/engines/sqlite/database.ts'
import { logMigrations } from '../../src/server/engines/sqlite/log/log-schema.ts'
import { monthOf } from '../../src/server/engines/sqlite/volumes/months.ts'
import type { MonthDone, MonthOrder } from './make-month.ts'
import {
  channelCount,
  channelName,
  epoch,
  firstHourMs,
  generatorVersion,
  hourMs,
  hoursEach,
} from './speech.ts'

/** A data folder with so many hours of speech, and the same text as its peers are given it. */
export interface MadeFolder {
  readonly hours: number
  readonly dataDir: string
  /** One line a minute of a channel: channel, minute since 1970, its words; in order of time. */
  readonly minuteFiles: readonly string[]
  readonly cues: number
  readonly words: number
  /** Null when it was there from a run before. */
  readonly madeInSeconds: number | null
  readonly archiveBytes: number
  readonly indexBytes: number
}

type Note = Pick<MadeFolder, 'cues' | 'words'>

/** Made once, and kept under node_modules/.cache for the next run. */
export async function madeFolder(wanted: number): Promise<MadeFolder> {
  const each = hoursEach(wanted)
  const home = path.resolve('node_modules/.cache/ccr-bench')
  const folder = path.join(home, `search-v${generatorVersion}-${each}x${channelCount}`)
  let madeInSeconds: number | null = null
  if (!existsSync(folder)) {
    const began = Date.now()
    const unfinished = `${folder}.unfinished`
    rmSync(unfinished, { recursive: true, force: true })
    mkdirSync(unfinished, { recursive: true })
    await make(unfinished, each)
    renameSync(unfinished, folder)
    madeInSeconds = (Date.now() - began) / 1000
  }
  const dataDir = path.join(folder, 'data')
  const note = JSON.parse(readFileSync(path.join(folder, 'note.json'), 'utf8')) as Note
  return {
    ...{ hours: each * channelCount, dataDir, madeInSeconds, ...note },
    minuteFiles: indexMonths(dataDir).map((month) => minuteFile(folder, month)),
    archiveBytes: folderBytes(archiveDir(dataDir)),
    indexBytes: folderBytes(indexDir(dataDir)),
  }
}

async function make(folder: string, each: number): Promise<void> {
  const dataDir = path.join(folder, 'data')
  for (const dir of [dataDir, archiveDir(dataDir), indexDir(dataDir)]) createFolder(dir)
  const hours = Array.from({ length: each }, (_, hour) => hour)
  const months = Map.groupBy(hours, (hour) => monthOf(firstHourMs + hour * hourMs))
  const done = await Promise.all(
    [...months].map(([month, own]) =>
      makeMonth({
        ...{ dataDir, month, lastHour: each - 1, minutes: minuteFile(folder, month) },
        ...{ fromHour: own[0] ?? 0, toHour: (own.at(-1) ?? 0) + 1 },
      }),
    ),
  )
  writeLog(dataDir, each)
  await writeDirectory(dataDir)
  const note: Note = {
    cues: done.reduce((sum, { cues }) => sum + cues, 0),
    words: done.reduce((sum, { words }) => sum + words, 0),
  }
  writeFileSync(path.join(folder, 'note.json'), JSON.stringify(note))
}

const minuteFile = (folder: string, month: number): string => path.join(folder, `${month}.tsv`)

function makeMonth(order: MonthOrder): Promise<MonthDone> {
  const worker = new Worker(new URL('make-month.ts', import.meta.url), { workerData: order })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
}

/** What a log knows of channels of which everything is filed and indexed, and let go of. */
function writeLog(dataDir: string, each: number): void {
  const db = openWritable(logFile(dataDir), logMigrations)
  const tip = each * 10_000
  const untilMs = firstHourMs + each * hourMs
  transaction(db, () => {
    for (let n = 0; n < channelCount; n++) {
      const id = n + 1
      const run = {
        ...{ type: 'run', run: 'r1', startedAt: new Date(firstHourMs).toISOString(), live: false },
        ...{ source: 'bench', extractor: 'bench', decoder: 'bench', ended: true },
        tracks: [{ track: 'CC1', language: 'en' }],
      }
      db.prepare(
        `INSERT INTO channel (id, name, epoch, tip, floor, filed, indexed, tracks)
         VALUES (?, ?, ?, ?, ?, ?, ?, '[["CC1","en"]]')`,
      ).run(id, channelName(n), epoch, tip, tip, tip, tip)
      db.prepare('INSERT INTO run VALUES (?, ?, ?, NULL, ?)').run(
        ...[id, id, 'r1', JSON.stringify(run)],
      )
      db.prepare('INSERT INTO run_extent VALUES (?, ?, ?, ?)').run(id, id, firstHourMs, untilMs)
      for (const month of volumeMonths(dataDir))
        db.prepare('INSERT INTO shelf VALUES (?, ?)').run(id, month)
    }
  })
  db.close()
}

async function writeDirectory(dataDir: string): Promise<void> {
  await using directory = openSqliteDirectory(dataDir)
  for (let n = 0; n < channelCount; n++)
    await directory.createChannel({
      ...{ id: channelName(n), name: channelName(n), network: null, country: null },
      ...{ languages: ['en'], timeZone: 'UTC', description: null, tags: [], website: null },
      ...{ logo: null, externalIds: [] },
      policy: {
        ...{ visibility: 'public', delaySeconds: 0, snippetWords: null },
        ...{ retentionDays: null, export: true, robots: false },
      },
    })
}

function folderBytes(folder: string): number {
  return readdirSync(folder).reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0)
}
