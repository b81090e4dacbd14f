import type { Reader } from '../policy/view.ts'
import type { Mention } from '../protocol/alerts.ts'
import type { AccountPart } from './core/accounts/account-data.ts'
import { AlertBook } from './core/alerts/alert-book.ts'
import { AlertRunner } from './core/alerts/alert-runner.ts'
import { AlertService } from './core/alerts/alert-service.ts'
import { AlertTeller } from './core/alerts/alert-teller.ts'
import { VolumeWatcher } from './core/alerts/volume-watcher.ts'
import type { SearchService } from './core/search-service.ts'
import { SqliteAlerts } from './engines/sqlite-alerts.ts'
import type { Archive } from './ports/archive.ts'
import type { DeliveryQueue } from './ports/delivery.ts'
import type { Directory } from './ports/directory.ts'
import type { Log } from './ports/log.ts'
import type { Logger } from './ports/telemetry.ts'

export interface AlertsOptions {
  readonly dataDir: string
  readonly log: Pick<Log, 'read' | 'tip'>
  readonly archive: Archive
  readonly searches: Pick<SearchService, 'counts' | 'monitored'>
  readonly directory: Directory
  readonly airing: (channel: string) => { readonly id: string; readonly title: string } | null
  /** What a person may read; undefined when there is no such person. */
  readonly readerOf: (owner: string) => Reader | undefined
  readonly queue: DeliveryQueue
  /** Ids of a person's. */
  readonly destinationsOf: (owner: string) => Promise<readonly string[]>
  readonly logger: Logger
  readonly now: () => number
  /** Test seam: how often what waits for time alone is looked at, ms. */
  readonly tickMs?: number
}

export interface Alerts extends AsyncDisposable {
  readonly service: AlertService
  /** Entries that were gone before they could be matched. */
  readonly missed: () => number
  /** Goes on where the last stop was. */
  start(): Promise<void>
}

/** How often what waits for time alone is looked at. */
const usualTickMs = 1000
/** What is shown of what was said after a mention. */
const afterMs = 20_000
const afterCues = 2

/** The part of the composition that waits for words. */
export function openAlerts(options: AlertsOptions): Alerts {
  const { dataDir, log, archive, searches, directory, airing, readerOf, queue } = options
  const { logger, now } = options
  const opening = new AsyncDisposableStack()
  const store = opening.use(new SqliteAlerts({ dataDir, logger }))
  const book = new AlertBook()
  const teller = opening.use(
    new AlertTeller({
      ...{ store, queue, book, directory, readerOf, logger, now },
      after: (mention, untilMs) => saidAfter(archive, mention, untilMs),
      setTimer: (run, ms) => setTimeout(run, ms).unref(),
      clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
    }),
  )
  const volumes = new VolumeWatcher({
    ...{ searches, store, book, directory, readerOf, logger, now },
    onNews: () => teller.work(),
  })
  opening.defer(() => volumes.settled())
  const runner = new AlertRunner({
    ...{ log, store, standing: store, book, directory, airing, readerOf, logger, now },
    onMentions: (found) => {
      volumes.stir(found)
      teller.work()
    },
  })
  opening.defer(() => runner.settled())
  const { destinationsOf } = options
  const service = new AlertService({
    ...{ store, book, runner, teller, directory, readerOf, destinationsOf, logger, now },
  })
  const ticking = setInterval(() => {
    service.tick()
    volumes.tick()
  }, options.tickMs ?? usualTickMs)
  opening.defer(() => clearInterval(ticking))
  return {
    service,
    missed: () => runner.missed,
    start: async () => {
      if (store.isMade) await service.begin()
    },
    [Symbol.asyncDispose]: () => opening.disposeAsync(),
  }
}

/** What is kept of a person here: taken along, and taken away, with the account. */
export function alertPart({ service }: Alerts): AccountPart {
  return {
    name: 'alerts',
    exportOf: (owner) => Promise.resolve(service.exportOf(owner)),
    removeOf: (owner) => service.removeOf(owner),
  }
}

async function saidAfter(
  archive: Archive,
  { channel, track, end }: Mention,
  untilMs: number,
): Promise<string> {
  const to = new Date(Math.min(Date.parse(end) + afterMs, untilMs)).toISOString()
  if (to <= end) return ''
  const page = await archive.cues({
    ...{ channel, from: end, to, tracks: [track], order: 'oldest', run: null },
    ...{ cursor: null, limit: afterCues },
  })
  return page.cues.map(({ text }) => text.replaceAll('\n', ' ')).join(' ')
}
