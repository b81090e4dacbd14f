import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { InboxTaker } from '../../server/core/ingest/inbox-taker.ts'
import { FolderInbox } from '../../server/engines/folder-inbox.ts'
import { openSqliteStorage } from '../../server/engines/sqlite/sqlite-storage.ts'
import { inboxDir } from '../../server/engines/sqlite/data-folder.ts'
import { isServed } from '../../server/engines/sqlite/served.ts'
import type { Logger } from '../../server/ports/telemetry.ts'

const lookEveryMs = 250

/** Files that wait for a channel, as an earlier command left them. */
export async function waitingFor(dataDir: string, channel: string): Promise<string[]> {
  const folder = inboxDir(dataDir)
  if (!existsSync(folder)) return []
  return (await readdir(folder)).filter((name) => name.endsWith(`_${channel}.ndjson`))
}

export interface Delivery {
  readonly taken: readonly string[]
  /** Could not be stored, ever. */
  readonly setAside: readonly string[]
  /** Still there when the wait was broken off: the next server takes them. */
  readonly left: readonly string[]
}

/** Waits until files of the inbox are stored: by the server that runs, or, where none does, here. */
export async function deliver(
  dataDir: string,
  names: readonly string[],
  signal: AbortSignal,
): Promise<Delivery> {
  const left = (): string[] => names.filter((name) => existsSync(fileOf(name)))
  const fileOf = (name: string): string => path.join(inboxDir(dataDir), name)
  while (left().length > 0 && !signal.aborted) {
    if (isServed(dataDir)) await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined)
    else await takeHere(dataDir, signal)
  }
  const setAside = names.filter((name) => existsSync(`${fileOf(name)}.bad`))
  const rest = left()
  const taken = names.filter((name) => !rest.includes(name) && !setAside.includes(name))
  return { taken, setAside, left: rest }
}

async function takeHere(dataDir: string, signal: AbortSignal): Promise<void> {
  let opened
  try {
    opened = await openSqliteStorage({ dataDir, fileEveryMs: null })
  } catch (error) {
    // A server was faster; it takes the files.
    if (isServed(dataDir)) return
    throw error
  }
  await using storage = opened
  const taker = new InboxTaker({
    ...{ inbox: new FolderInbox(dataDir), log: storage.log, broker: null, logger: silent },
    pause: () => Promise.resolve(),
  })
  await taker.take(signal)
  const [problem] = taker.waiting
  if (problem !== undefined) throw new Error(problem)
}

/** What goes wrong is this command's to say. */
const silent: Logger = {
  ...{ debug: () => undefined, info: () => undefined },
  ...{ warn: () => undefined, error: () => undefined },
}
