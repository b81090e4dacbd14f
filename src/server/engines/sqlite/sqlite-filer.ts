import { channel } from 'node:diagnostics_channel'
import { CcrError } from '../../../protocol/codes.ts'
import { messageOf } from '../../../protocol/message-of.ts'
import type { Health, HealthSource } from '../../ports/health.ts'
import type { Logger } from '../../ports/telemetry.ts'
import type { PassReport } from './volumes/filer.ts'
import type { EraseInput } from './volumes/eraser.ts'
import type { FilerCalls } from './volumes/filer-worker.ts'
import type { LogCalls } from './log/log-calls.ts'
import { WorkerClient } from '../workers/worker-client.ts'

/** Readers may come back to a position for this long. */
const keepMs = 24 * 3_600_000
/** Lines that could not be used are kept for those who look into why. */
const keepRejectsMs = 30 * 24 * 3_600_000
const expireEveryMs = 60_000
/** Thousands of channels with the same trouble are one page of the log, not all of it. */
const mostToldAtOnce = 10

const telling = channel('ccr:filer.telling')
const told = channel('ccr:filer.told')
const expired = channel('ccr:filer.expired')

/** Test seam: each look files everything, and what is filed leaves the log after so long. */
export interface Hurry {
  readonly keepMs: number
}

export interface SqliteFilerOptions {
  readonly dataDir: string
  readonly writer: WorkerClient<LogCalls>
  readonly now: () => number
  readonly logger: Logger | undefined
  readonly onFatal: (message: string) => void
  /** null = only when told. */
  readonly everyMs: number | null
  readonly hurry: Hurry | undefined
}

/** Drives the filer's worker: lets it file, then has the log's writer take note and delete. */
export class SqliteFiler implements AsyncDisposable, HealthSource {
  readonly #options: SqliteFilerOptions
  readonly #worker: WorkerClient<FilerCalls>
  readonly #timer: NodeJS.Timeout | undefined
  #running: Promise<void> | undefined
  #problems: readonly string[] = []
  #expiredMs = 0
  #closed = false

  private constructor(options: SqliteFilerOptions, worker: WorkerClient<FilerCalls>) {
    this.#options = options
    this.#worker = worker
    if (options.everyMs === null) return
    this.#timer = setInterval(() => void this.#tick(), options.everyMs)
    this.#timer.unref()
  }

  static async open(options: SqliteFilerOptions): Promise<SqliteFiler> {
    const { dataDir, logger, onFatal } = options
    const entry = new URL('./volumes/filer-worker.ts', import.meta.url)
    const worker = await WorkerClient.open<FilerCalls>({
      entry,
      data: { dataDir },
      title: 'filer',
      logger,
      onFatal,
    })
    return new SqliteFiler(options, worker)
  }

  /** Files what is due. */
  async file(): Promise<void> {
    while (this.#running !== undefined) await this.#running
    await this.#run(false)
  }

  /** Files everything there is, without waiting for blocks and hours to fill. */
  async settle(): Promise<void> {
    while (this.#running !== undefined) await this.#running
    await this.#run(true)
  }

  /** Removes what is past a channel's retention; the filer's passes wait meanwhile. */
  async forget(
    channel: string,
    before: string,
    tell: () => Promise<void>,
  ): Promise<'forgotten' | 'nothing' | 'busy'> {
    while (this.#running !== undefined) await this.#running
    return this.#exclusively(this.#forget({ channel, beforeMs: Date.parse(before) }, tell))
  }

  /** A filer that fails stops nothing: what it cannot move stays in the log, and is told. */
  health(): Health {
    const { problem } = this.#worker
    const problems = problem === null ? this.#problems : [problem, ...this.#problems]
    return { ok: true, problems }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    clearInterval(this.#timer)
    await this.#running
    await this.#worker[Symbol.asyncDispose]()
  }

  async #tick(): Promise<void> {
    if (this.#running !== undefined) return
    try {
      await this.#run(this.#options.hurry !== undefined)
    } catch (error) {
      // A worker that is gone is reported and restarted by its client; the next tick tries again.
      this.#tell([messageOf(error)])
    }
  }

  #run(force: boolean): Promise<void> {
    return this.#exclusively(this.#file(force))
  }

  #exclusively<T>(run: Promise<T>): Promise<T> {
    const done = run.finally(() => {
      this.#running = undefined
    })
    // What fails is the caller's to hear; those who only wait for the end are not concerned.
    this.#running = done.then(
      () => undefined,
      () => undefined,
    )
    return done
  }

  async #file(force: boolean): Promise<void> {
    const { writer, now } = this.#options
    const problems: string[] = []
    for (const kind of ['entries', 'bins'] as const) {
      let report: PassReport
      do {
        report = await this.#worker.call(kind, { nowMs: now(), force })
        const { entries, bins } = report.filed
        if (entries.length + bins.length > 0) {
          telling.publish(undefined)
          await writer.call('filed', report.filed)
          told.publish(undefined)
        }
        problems.push(...report.problems)
      } while (report.more && report.problems.length === 0 && !this.#closed)
    }
    problems.push(...(await this.#index(force)))
    this.#tell(problems)
    const nowMs = now()
    if (!force && nowMs - this.#expiredMs < expireEveryMs) return
    this.#expiredMs = nowMs
    const kept = this.#options.hurry?.keepMs ?? keepMs
    const ages = { beforeMs: nowMs - kept, rejectsBeforeMs: nowMs - keepRejectsMs }
    while ((await writer.call('expire', ages)) > 0 && !this.#closed) expired.publish(undefined)
  }

  async #forget(
    input: EraseInput,
    tell: () => Promise<void>,
  ): Promise<'forgotten' | 'nothing' | 'busy'> {
    const { writer } = this.#options
    const holds = await this.#worker.call('holds', input)
    if (holds !== true) return holds === null ? 'busy' : 'nothing'
    await tell()
    // The log first: what is filed from here on is not past.
    while ((await writer.call('forget', input)) > 0 && !this.#closed);
    const months = await this.#worker.call('erase', input)
    if (months === null) return 'busy'
    if (months.length > 0) await writer.call('unshelve', { channel: input.channel, months })
    return 'forgotten'
  }

  /** An index that cannot be made from a damaged month must not hide why that month is not filed. */
  async #index(force: boolean): Promise<readonly string[]> {
    const { writer, now } = this.#options
    try {
      const index = await this.#worker.call('index', { nowMs: now(), force })
      if (index.indexed.length > 0)
        await writer.call('filed', { entries: [], bins: [], shelves: [], indexed: index.indexed })
      return index.problems
    } catch (error) {
      if (!(error instanceof CcrError) || error.code !== 'storage-damaged') throw error
      return [error.message]
    }
  }

  #tell(problems: readonly string[]): void {
    const { logger } = this.#options
    const known = new Set(this.#problems)
    const fresh = problems.filter((problem) => !known.has(problem))
    for (const problem of fresh.slice(0, mostToldAtOnce)) logger?.error({}, problem)
    const rest = fresh.length - mostToldAtOnce
    if (rest > 0) logger?.error({}, `${rest} more things like this; /readyz names them`)
    if (problems.length === 0 && known.size > 0) logger?.info({}, 'everything can be filed again')
    this.#problems = problems
  }
}
