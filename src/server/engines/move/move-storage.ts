import { existsSync } from 'node:fs'
import type { Objects } from '../../ports/objects.ts'
import { allParts } from '../postgres/all-parts.ts'
import { Postgres } from '../postgres/database.ts'
import { migrate } from '../postgres/migrations.ts'
import { PostgresArchive } from '../postgres/postgres-archive.ts'
import { PostgresObjects } from '../postgres/postgres-objects.ts'
import { S3Objects, type S3Options } from '../s3-objects.ts'
import { FolderLock } from '../sqlite/admin/folder-lock.ts'
import { lockFile, logFile } from '../sqlite/data-folder.ts'
import { ChannelMove } from './channel-move.ts'
import { differencesOf, readContents, type Contents, type Kind } from './compare.ts'
import { FolderSource } from './folder-source.ts'
import { moveTables as moveParts } from './move-tables.ts'
import { moveTables, type TableReport } from './table-move.ts'

export interface MoveOptions {
  readonly dataDir: string
  readonly databaseUrl: string
  /** Of original bytes; null = PostgreSQL keeps them. */
  readonly s3: S3Options | null
  /** Moves nothing, and only compares. */
  readonly verify: boolean
  readonly onProgress: (what: string) => void
}

export interface ChannelReport {
  readonly channel: string
  /** Of the folder. */
  readonly contents: Contents
  /** What the new storage has otherwise. */
  readonly different: readonly Kind[]
  /** Original bytes that the folder names and that cannot be read, one sentence each. */
  readonly losses: readonly string[]
}

export interface MoveReport {
  readonly channels: readonly ChannelReport[]
  readonly tables: readonly TableReport[]
}

/**
 * Moves a data folder into the storage that nodes share, and compares both. Nothing in the folder is changed. It may be
 * stopped or killed at any moment: called again, it goes on where it was. Rejects with one sentence when it cannot begin or go on.
 */
export async function moveStorage(options: MoveOptions): Promise<MoveReport> {
  const { dataDir, databaseUrl, s3, verify, onProgress } = options
  if (!existsSync(logFile(dataDir)))
    throw new Error(
      `${dataDir} is no data folder: it has no log.db; --data names the one of ccr serve`,
    )
  using lock = new FolderLock(lockFile(dataDir))
  if (!lock.take())
    throw new Error(
      `a server runs on ${dataDir}: stop it first, so that nothing is stored there meanwhile`,
    )
  await using database = new Postgres({ url: databaseUrl, mostConnections: 4 })
  await migrate(database, [...allParts, moveParts])
  await using objects: Objects = s3 === null ? new PostgresObjects(database) : new S3Objects(s3)
  await using source = await FolderSource.open(dataDir)
  const tables = await moveTables(database, dataDir, verify)
  if (!verify) await moveChannels(source, new ChannelMove(database, objects), onProgress)
  const archive = new PostgresArchive({ database, objects, forgetLog: () => Promise.resolve() })
  const channels: ChannelReport[] = []
  for (const { name } of source.channels()) {
    const losses: string[] = []
    let read = 0
    const onCount = (count: number): void => {
      read += count
      onProgress(`comparing ${name}: ${read}`)
    }
    const contents = await readContents(source.archive, name, onCount, ({ reason }) =>
      losses.push(reason),
    )
    const moved = await readContents(archive, name, onCount)
    channels.push({ channel: name, contents, different: differencesOf(contents, moved), losses })
  }
  return { channels, tables }
}

async function moveChannels(
  source: FolderSource,
  move: ChannelMove,
  onProgress: MoveOptions['onProgress'],
): Promise<void> {
  for (const channel of source.channels()) {
    let cues = 0
    // What is lost is told by the comparison.
    const steps = source.steps(channel.name, () => undefined)
    await move.run(channel, steps, ({ entries, bins }) => {
      cues += entries.length
      onProgress(
        `moving ${channel.name}: ${cues} entries${bins.length > 0 ? ', original bytes' : ''}`,
      )
    })
  }
}
