import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { open, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import path from 'node:path'
import { ExitError, exitCodes, usageError } from './shared/exit.ts'

/** Where a download goes. */
export interface DownloadTarget extends AsyncDisposable {
  /** Bytes that are there. */
  readonly bytes: number
  /** Whoever reads has read enough (`| head`): that is no error. */
  readonly isUnwanted: boolean
  /** Before the first byte: the server's name for the file, and its length where that is known. */
  begin(name: string, total: number | undefined): void
  write(piece: Uint8Array): Promise<void>
  /** From the first byte again; throws ExitError where what was given out cannot be taken back. */
  restart(): Promise<void>
  finish(): Promise<void>
  /** A word to whoever waits. */
  say(text: string): void
}

/** `-` is standard output; a folder gets a file of the server's name for it; undefined is this folder. */
export async function openTarget(out: string | undefined): Promise<DownloadTarget> {
  if (out === '-') return new OutputTarget()
  const isFolder = out === undefined || (await stat(out).catch(() => null))?.isDirectory() === true
  if (out !== undefined && !isFolder && !existsSync(path.dirname(path.resolve(out))))
    throw usageError(`--out: there is no folder ${path.dirname(out)}`)
  return new FileTarget(isFolder ? null : out, out ?? '.')
}

class Progress {
  #total: number | undefined
  #shownAt = 0

  begin(total: number | undefined): void {
    this.#total = total
  }

  /** A few times a second, and only to a person. */
  show(bytes: number): void {
    const now = performance.now()
    if (!process.stderr.isTTY || now - this.#shownAt < 200) return
    this.#shownAt = now
    const of = this.#total === undefined ? '' : ` of ${size(this.#total)}`
    process.stderr.write(`\r\u001b[K${size(bytes)}${of}`)
  }

  say(text: string): void {
    process.stderr.write(`${process.stderr.isTTY ? '\r\u001b[K' : ''}ccr: ${text}\n`)
  }

  end(): void {
    if (process.stderr.isTTY) process.stderr.write('\r\u001b[K')
  }
}

function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`
}

/** Whole or not there: it has its name when all of it is there. */
class FileTarget implements DownloadTarget {
  readonly #folder: string
  readonly #progress = new Progress()
  #file: string | null
  #handle: FileHandle | undefined
  readonly isUnwanted = false
  bytes = 0

  constructor(file: string | null, folder: string) {
    this.#file = file
    this.#folder = folder
  }

  begin(name: string, total: number | undefined): void {
    if (this.#file === null) {
      this.#file = path.join(this.#folder, name)
      if (existsSync(this.#file))
        throw usageError(`${this.#file} exists already; name a file with --out`)
    }
    this.#progress.begin(total)
  }

  async write(piece: Uint8Array): Promise<void> {
    this.#handle ??= await this.#open()
    await this.#handle.write(piece, 0, piece.length, this.bytes)
    this.bytes += piece.length
    this.#progress.show(this.bytes)
  }

  async restart(): Promise<void> {
    await this.#handle?.truncate(0)
    this.bytes = 0
  }

  async finish(): Promise<void> {
    // An empty file is a file.
    this.#handle ??= await this.#open()
    await this.#handle.close()
    this.#handle = undefined
    await rename(this.#partial, this.#file ?? '').catch(failed)
    this.#progress.end()
    if (process.stderr.isTTY) this.say(`${this.#file ?? ''}: ${size(this.bytes)}`)
  }

  say(text: string): void {
    this.#progress.say(text)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#handle === undefined) return
    await this.#handle.close()
    await rm(this.#partial, { force: true })
  }

  get #partial(): string {
    return `${this.#file ?? ''}.part`
  }

  #open(): Promise<FileHandle> {
    return open(this.#partial, 'w').catch(failed)
  }
}

function failed(error: Error): never {
  throw new ExitError(exitCodes.failed, `cannot write: ${error.message}`, { cause: error })
}

class OutputTarget implements DownloadTarget {
  readonly #progress = new Progress()
  isUnwanted = false
  bytes = 0

  constructor() {
    process.stdout.on('error', () => (this.isUnwanted = true))
  }

  begin(_name: string, total: number | undefined): void {
    this.#progress.begin(total)
  }

  async write(piece: Uint8Array): Promise<void> {
    this.bytes += piece.length
    if (process.stdout.write(piece)) return
    await Promise.race([once(process.stdout, 'drain'), once(process.stdout, 'close')]).catch(() => {
      this.isUnwanted = true
    })
  }

  restart(): Promise<void> {
    return Promise.reject(
      new ExitError(
        exitCodes.failed,
        `the connection was cut after ${this.bytes} bytes, and the rest would not fit to them: the range is not finished, or has changed; save it as a file`,
      ),
    )
  }

  finish(): Promise<void> {
    return Promise.resolve()
  }

  say(text: string): void {
    this.#progress.say(text)
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve()
  }
}
