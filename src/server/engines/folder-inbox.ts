import { channel as diagnosticsChannel } from 'node:diagnostics_channel'
import { createReadStream } from 'node:fs'
import { open, readdir, rename, rm, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { channelIdSchema } from '../../protocol/events.ts'
import type { Inbox, InboxFile } from '../ports/inbox.ts'
import { createFolder, inboxDir, syncFolder } from './sqlite/data-folder.ts'

const ending = '.ndjson'
const asideEnding = '.bad'
const draftEnding = '.part'

const removing = diagnosticsChannel('ccr:inbox.removing')
const finishing = diagnosticsChannel('ccr:inbox.finishing')

export function inboxFileName(producer: string, channel: string): string {
  return `${producer}_${channel}${ending}`
}

/** The folder `inbox` of a data folder. */
export class FolderInbox implements Inbox {
  readonly #folder: string

  constructor(dataDir: string) {
    this.#folder = inboxDir(dataDir)
  }

  async list(): Promise<readonly InboxFile[]> {
    return (await this.#names(ending)).map((name) => ({ name, sender: parseName(name) }))
  }

  read({ name }: InboxFile, signal: AbortSignal): AsyncIterable<Uint8Array> {
    return createReadStream(path.join(this.#folder, name), { signal }) as AsyncIterable<Uint8Array>
  }

  async remove({ name }: InboxFile): Promise<void> {
    removing.publish({ name })
    await rm(path.join(this.#folder, name))
    syncFolder(this.#folder)
  }

  async setAside({ name }: InboxFile): Promise<void> {
    const file = path.join(this.#folder, name)
    await rename(file, `${file}${asideEnding}`)
    syncFolder(this.#folder)
  }

  asides(): Promise<readonly string[]> {
    return this.#names(asideEnding)
  }

  async #names(of: string): Promise<string[]> {
    const names = await readdir(this.#folder).catch((error: unknown) => {
      // Nobody has ever left anything.
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
      throw error
    })
    return names.filter((name) => name.endsWith(of)).sort()
  }
}

function parseName(name: string): InboxFile['sender'] {
  const [, producer, channel] = /^([0-9a-f-]{36})_([^_]+)\.ndjson$/.exec(name) ?? []
  const parsed = channelIdSchema.safeParse(channel)
  return producer === undefined || !parsed.success ? null : { producer, channel: parsed.data }
}

/** A file of the inbox while it is written: nobody takes it before `finish`. */
export class InboxDraft implements AsyncDisposable {
  readonly name: string
  readonly #handle: FileHandle
  readonly #folder: string
  /** Its own for each process: two that write the same lines do not mix them. */
  readonly #draft: string
  #waiting = ''
  #isFinished = false

  private constructor(folder: string, name: string, draft: string, handle: FileHandle) {
    this.name = name
    this.#folder = folder
    this.#draft = draft
    this.#handle = handle
  }

  static async open(dataDir: string, producer: string, channel: string): Promise<InboxDraft> {
    const folder = inboxDir(dataDir)
    createFolder(folder)
    await removeAbandoned(folder)
    const name = inboxFileName(producer, channel)
    const draft = path.join(folder, `${name}.${process.pid}${draftEnding}`)
    return new InboxDraft(folder, name, draft, await open(draft, 'w', 0o600))
  }

  async write(event: object): Promise<void> {
    this.#waiting += `${JSON.stringify(event)}\n`
    if (this.#waiting.length > 64 * 1024) await this.#flush()
  }

  /** From here on the file will be taken, whatever happens. */
  async finish(): Promise<void> {
    await this.#flush()
    await this.#handle.sync()
    finishing.publish({ name: this.name })
    await rename(this.#draft, path.join(this.#folder, this.name))
    syncFolder(this.#folder)
    this.#isFinished = true
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
    if (!this.#isFinished) await rm(this.#draft, { force: true })
  }

  async #flush(): Promise<void> {
    const text = this.#waiting
    this.#waiting = ''
    if (text !== '') await this.#handle.appendFile(text)
  }
}

/** Drafts of processes that are gone. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const [, pid] = /\.([0-9]+)\.part$/.exec(name) ?? []
    if (pid !== undefined && !isRunning(Number(pid)))
      await rm(path.join(folder, name), { force: true })
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Another user's process may not be signalled, and is there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
