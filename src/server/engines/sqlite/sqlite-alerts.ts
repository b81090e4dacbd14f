import { existsSync } from 'node:fs'
import type { AlertLedger, AlertStore, Standing } from '../../ports/alerts.ts'
import type { Logger } from '../../ports/telemetry.ts'
import type { AlertCalls } from './alerts/alert-calls.ts'
import { alertsFile } from './data-folder.ts'
import { WorkerClient } from '../workers/worker-client.ts'

export interface SqliteAlertsOptions {
  readonly dataDir: string
  readonly logger: Logger
}

/** data/alerts.db and the matcher behind their thread, which is started when the first alert is there. */
export class SqliteAlerts implements AlertStore, AlertLedger, Standing, AsyncDisposable {
  readonly #options: SqliteAlertsOptions
  #worker: Promise<WorkerClient<AlertCalls>> | undefined

  constructor(options: SqliteAlertsOptions) {
    this.#options = options
  }

  /** Whether there is anything: nothing is made by looking. */
  get isMade(): boolean {
    return this.#worker !== undefined || existsSync(alertsFile(this.#options.dataDir))
  }

  alerts = this.#method('alerts')
  add = this.#method('add')
  change = this.#method('change')
  remove = this.#method('remove')
  removeOwner = this.#method('removeOwner')
  createFeed = this.#method('createFeed')
  alertOfFeed = this.#method('alertOfFeed')
  places = this.#method('places')
  keep = this.#method('keep')
  record = this.#method('record')
  waiting = this.#method('waiting')
  tell = this.#method('tell')
  risen = this.#method('risen')
  tellVolume = this.#method('tellVolume')
  calm = this.#method('calm')
  unhanded = this.#method('unhanded')
  handed = this.#method('handed')
  toldSince = this.#method('toldSince')
  mentions = this.#method('mentions')
  counts = this.#method('counts')
  forget = this.#method('forget')
  begin = this.#method('begin')
  listenFor = this.#method('listenFor')
  hear = this.#method('hear')
  heardSince = this.#method('heardSince')
  tick = this.#method('tick')

  /** Of the only process there is: nobody else leads. */
  ledger(): AlertLedger {
    return this
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const worker = await this.#worker?.catch(() => undefined)
    await worker?.[Symbol.asyncDispose]()
  }

  #method<N extends keyof AlertCalls>(
    name: N,
  ): (...args: AlertCalls[N][0]) => Promise<AlertCalls[N][1]> {
    return async (...args) => {
      this.#worker ??= this.#open()
      return await (await this.#worker).call(name, args)
    }
  }

  async #open(): Promise<WorkerClient<AlertCalls>> {
    const { dataDir, logger } = this.#options
    try {
      return await WorkerClient.open<AlertCalls>({
        entry: new URL('./alerts/alert-worker.ts', import.meta.url),
        data: { dataDir },
        title: 'alerts',
        logger,
        onFatal: (message) => logger.error({}, message),
      })
    } catch (error) {
      // Tried again by whoever calls next.
      this.#worker = undefined
      throw error
    }
  }
}
