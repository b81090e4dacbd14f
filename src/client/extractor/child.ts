import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { Readable, Writable } from 'node:stream'
import { messageOf } from '../../protocol/message-of.ts'
import { SourceError } from '../sources/source.ts'
import type { Outcome } from './outcome.ts'

const memoryEveryMs = 1000
/** How long one that was asked to end may take to write what is on screen. */
const graceMs = 2000
/** How long it may leave its input unread while we read its output. */
const stuckMs = 30_000
const mostSaid = 4000

/** Whatever happens to this process, none of them outlives it. */
const living = new Set<ExtractorChild>()
process.on('exit', () => {
  for (const child of living) child.kill()
})

/** One running ccextractor: what is written goes in, its output is read; held to its memory. */
export class ExtractorChild {
  readonly #process: ChildProcessByStdio<Writable, Readable, Readable>
  readonly #memoryBytes: number
  readonly #timer: NodeJS.Timeout
  #said = ''
  #endedFor: Outcome['ended'] = null
  readonly ended: Promise<Outcome>

  private constructor(
    child: ChildProcessByStdio<Writable, Readable, Readable>,
    memoryBytes: number,
  ) {
    this.#process = child
    this.#memoryBytes = memoryBytes
    living.add(this)
    child.stdin.on('error', () => undefined)
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-mostSaid)
    })
    this.#timer = setInterval(() => void this.#checkMemory(), memoryEveryMs)
    this.ended = once(child, 'close').then(([code, signal]) => {
      clearInterval(this.#timer)
      living.delete(this)
      return {
        code: code as number | null,
        signal: signal as NodeJS.Signals | null,
        ...{ ended: this.#endedFor, said: lastLine(this.#said) },
      }
    })
  }

  /** @throws SourceError when it cannot be started */
  static async start(
    file: string,
    args: readonly string[],
    memoryBytes: number,
  ): Promise<ExtractorChild> {
    const child = spawn(file, args, { stdio: ['pipe', 'pipe', 'pipe'] })
    try {
      await once(child, 'spawn')
    } catch (error) {
      throw new SourceError(`${file} cannot be started: ${messageOf(error)}`, { cause: error })
    }
    return new ExtractorChild(child, memoryBytes)
  }

  get output(): Readable {
    return this.#process.stdout
  }

  /** Of what was written so far; resolves when more may come. `isRead`: whether its output finds a reader. */
  async write(chunk: Uint8Array, isRead: () => boolean): Promise<void> {
    const { stdin } = this.#process
    if (stdin.destroyed || stdin.write(chunk)) return
    const patience = setInterval(() => {
      if (!isRead()) return
      this.#endedFor ??= 'stuck'
      this.kill()
    }, stuckMs)
    await Promise.race([once(stdin, 'drain'), once(stdin, 'close')]).catch(() => undefined)
    clearInterval(patience)
  }

  endInput(): void {
    this.#process.stdin.end()
  }

  /** Asks it to end, and makes it end. */
  stop(): void {
    this.endInput()
    // Nobody reads any more: a full pipe must not hold it.
    this.#process.stdout.resume()
    this.#process.kill('SIGTERM')
    const timer = setTimeout(() => this.kill(), graceMs)
    void this.ended.then(() => clearTimeout(timer))
  }

  kill(): void {
    this.#process.kill('SIGKILL')
  }

  async #checkMemory(): Promise<void> {
    const status = await readFile(`/proc/${this.#process.pid ?? 0}/status`, 'utf8').catch(() => '')
    const kilobytes = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0)
    if (kilobytes * 1024 <= this.#memoryBytes) return
    this.#endedFor ??= 'memory'
    this.kill()
  }
}

function lastLine(text: string): string {
  const lines = text.split(/[\r\n]+/).map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim())
  return lines.findLast((line) => line !== '') ?? ''
}
