import type { Reader } from '../policy/view.ts'
import type { Mention } from '../protocol/alerts.ts'
import type { AccountPart } from './core/accounts/account-data.ts'
import { AlertBook } from './core/alerts/alert-book.ts'
import { AlertLead } from './core/alerts/alert-lead.ts'
import { AlertRunner } from './core/alerts/alert-runner.ts'
import { AlertService } from './core/alerts/alert-service.ts'
import { AlertTeller } from './core/alerts/alert-teller.ts'
import { KnownAlerts } from './core/alerts/known-alerts.ts'
import { VolumeWatcher } from './core/alerts/volume-watcher.ts'
import type { SearchService } from './core/search/search-service.ts'
import { SingleLeadership } from './engines/single-leadership.ts'
import { SqliteAlerts } from './engines/sqlite/sqlite-alerts.ts'
import type { AlertNews, AlertPast, AlertStore, Standing } from './ports/alerts.ts'
import type { Archive } from './ports/archive.ts'
import type { DeliveryQueue } from './ports/delivery.ts'
import type { Directory } from './ports/directory.ts'
import type { Health } from './ports/health.ts'
import type { Leadership } from './ports/leadership.ts'
import type { Log } from './ports/log.ts'
import type { Logger } from './ports/telemetry.ts'

/** What keeps alerts, and matches for them. */
export interface AlertEngine {
  readonly store: AlertStore
  readonly standing: Standing
  /** null = no other process changes them. */
  readonly news: AlertNews | null
  /** Of what may be gone from the log before it was heard; null = nothing knows it. */
  readonly past: AlertPast | null
  /** Whether there is anything to be taken up at the start. */
  readonly isMade: () => boolean
}

export interface AlertsOptions {
  readonly dataDir: string
  /** Of several nodes, which end it themselves; default: a database in the data folder, and no other node. */
  readonly engine?: AlertEngine | undefined
  /** Default: this is the only node. null = this one never hears and tells. */
  readonly leadership?: Leadership | null | undefined
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
  /** Entries that were gone before they could be matched, by this process. */
  readonly missed: () => number
  /** Whether what is said is heard, by this process. */
  readonly health: () => Health
  /** Goes on where the last stop was. */
  start(): Promise<void>
}

/** How often what waits for time alone is looked at. */
const usualTickMs = 1000
/** What another node has announced may be lost on its way: then the log is asked. */
const sharedLookMs = 10_000
/** Whom another node has just added is known here much sooner. */
const sharedOrphanMs = 60_000
/** What is away for a moment tells of itself; what lasts longer is for an operator to know. */
const stalledMs = 30_000
/** What is shown of what was said after a mention. */
const afterMs = 20_000
const afterCues = 2

/** Alerts of this process alone, in its data folder. */
function openEmbedded(
  { dataDir, logger }: AlertsOptions,
  opening: AsyncDisposableStack,
): AlertEngine {
  const store = opening.use(new SqliteAlerts({ dataDir, logger }))
  return { store, standing: store, news: null, past: null, isMade: () => store.isMade }
}

/** The part of the composition that waits for words. */
export function openAlerts(options: AlertsOptions): Alerts {
  const { log, archive, searches, directory, airing, readerOf, queue } = options
  const { logger, now, leadership = new SingleLeadership() } = options
  const opening = new AsyncDisposableStack()
  const { store, standing, news, past, isMade } = options.engine ?? openEmbedded(options, opening)
  const book = new AlertBook()
  const known = new KnownAlerts({ store, news, book, logger, now })
  const { destinationsOf } = options
  const service = new AlertService({
    ...{ store, book, known, directory, readerOf, destinationsOf, logger, now },
    orphanMs: news === null ? 0 : sharedOrphanMs,
  })
  let missed = 0
  let stalled: { readonly sinceMs: number; readonly why: string } | undefined

  /** What only the node does that leads. */
  async function lead(signal: AbortSignal, term: number): Promise<void> {
    await using parts = new AsyncDisposableStack()
    // After the last attempt to hear: who does not lead has nothing that stands still.
    parts.defer(() => (stalled = undefined))
    const ledger = store.ledger(term)
    const shared = { book, directory, readerOf, logger, now, store: ledger }
    const teller = parts.use(
      new AlertTeller({
        ...{ ...shared, queue },
        after: (mention, untilMs) => saidAfter(archive, mention, untilMs),
        setTimer: (run, ms) => setTimeout(run, ms).unref(),
        clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
      }),
    )
    const volumes = parts.use(
      new VolumeWatcher({ ...shared, searches, onNews: () => teller.work() }),
    )
    const runner = parts.use(
      new AlertRunner({
        ...{ ...shared, log, past, standing, airing, lookMs: news === null ? null : sharedLookMs },
        onMentions: (found) => {
          volumes.stir(found)
          teller.work()
        },
        onMissed: (entries) => (missed += entries),
        onState: (why) =>
          (stalled = why === null ? undefined : { sinceMs: stalled?.sinceMs ?? now(), why }),
      }),
    )
    await known.serve(new AlertLead({ runner, teller, volumes }), signal)
  }

  const ended = new AbortController()
  const led = leadership?.hold('alerts', lead, ended.signal)
  opening.defer(() => known.settled())
  opening.defer(async () => {
    ended.abort()
    await led
  })
  news?.onChange((ids) => known.changed(ids), ended.signal)
  const ticking = setInterval(() => service.tick(), options.tickMs ?? usualTickMs)
  opening.defer(() => clearInterval(ticking))
  return {
    service,
    missed: () => missed,
    health: () => {
      const seconds = stalled === undefined ? 0 : Math.round((now() - stalled.sinceMs) / 1000)
      if (stalled === undefined || seconds * 1000 < stalledMs) return { ok: true, problems: [] }
      return { ok: true, problems: [`alerts stand still since ${seconds} s: ${stalled.why}`] }
    },
    start: async () => {
      if (isMade()) await service.begin()
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
