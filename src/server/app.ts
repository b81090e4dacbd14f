import { existsSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CcrError } from '../protocol/codes.ts'
import { view } from '../policy/view.ts'
import type { Config } from './config.ts'
import { rightsOfUser } from './core/accounts/rights.ts'
import { ChannelStates } from './core/channel-states.ts'
import { Feeds } from './core/ingest/feeds.ts'
import { FirstLines } from './core/first-lines.ts'
import { GapKeeper } from './core/ingest/gap-keeper.ts'
import { InboxTaker } from './core/ingest/inbox-taker.ts'
import { SignIn } from './core/accounts/sign-in.ts'
import { Producers } from './core/ingest/producers.ts'
import { LiveHub } from './core/live/live-hub.ts'
import { LiveQueries } from './core/live/live-queries.ts'
import { RetentionKeeper } from './core/retention-keeper.ts'
import { SearchService } from './core/search/search-service.ts'
import { followLostNews, keepRetention, takeInbox } from './chores.ts'
import { writeLetter } from './http/account/letters.ts'
import { createServer } from './http/create-server.ts'
import { registerLive } from './http/live/live-routes.ts'
import { StartingServer } from './http/starting-server.ts'
import { createLogger } from './log.ts'
import { alertPart, openAlerts } from './open-alerts.ts'
import { openEmbedded, type EmbeddedOptions } from './open-engines.ts'
import { openSeveral } from './open-several.ts'
import { deliveryPart, openDelivery, type DeliveryOptions } from './open-delivery.ts'
import type { Health } from './ports/health.ts'
import { createSystemFacts } from './system-facts.ts'

export interface App extends AsyncDisposable {
  /** Where it listens: `http://127.0.0.1:8080`. */
  readonly url: string
  /** Makes whoever opens it the first administrator, once; null when there is one. */
  readonly firstAdminLink: string | null
  /** Resolves when the storage is lost and the server must end, with what an operator has to do. */
  readonly lost: Promise<string>
}

/** Between two batches of the inbox; some 1,000 cues a second. */
const inboxPauseMs = 100
/** How long a node waits at its start for Redis, which others may do without for a while. */
const engineWaitMs = 5000
export interface AppOptions {
  /** Ends a start that waits for what several nodes share: it rejects then. */
  readonly signal?: AbortSignal
  /** Test seam: what no operator sets. */
  readonly storage?: EmbeddedOptions['storage']
}

const webRoot = fileURLToPath(new URL('../../dist/web', import.meta.url))
/** At a start no volume is opened for what may have begun before then. */
const longestAiringMs = 24 * 3_600_000
const manifest = new URL('../../package.json', import.meta.url)

/**
 * The composition: the only place that knows which engine stands behind which port. Disposing of it
 * drains: feeds and viewers are told to come back, what is being stored is stored, and all ends.
 */
export async function createApp(config: Config, options: AppOptions = {}): Promise<App> {
  const logger = createLogger(config.logLevel)
  const now = Date.now
  const random = Math.random
  await using opening = new AsyncDisposableStack()
  const lost = Promise.withResolvers<string>()
  const starting = config.scaleOut === null ? null : opening.use(await StartingServer.open(config))
  const engines = opening.use(
    config.scaleOut === null
      ? await openEmbedded({
          ...{ dataDir: config.dataDir, logger, now, storage: options.storage },
          onFatal: lost.resolve,
        })
      : await openSeveral({
          ...{ ...config.scaleOut, roles: config.roles, logger, now },
          signal: options.signal ?? new AbortController().signal,
          onWait: (sentence) => {
            if (starting !== null) starting.problems = () => [sentence]
          },
        }),
  )
  if (starting !== null)
    starting.problems = () => ['the node is starting', ...engines.health().problems]
  const { log, archive, broker, leases, directory, accounts, leadership } = engines
  let ownUrl = ''
  const site = (): string => config.publicUrl?.replace(/\/$/, '') ?? ownUrl
  const version = readVersion()
  const leading = config.roles.has('alerts') ? leadership : null
  const delivery = opening.use(
    openDelivery({
      ...{ ...config, logger, now, random, version, site },
      ...{ person: personOf, engine: engines.delivery, leadership: leading },
    }),
  )
  const { mailer } = delivery
  const feeds = new Feeds()
  const producers = new Producers(now, broker)
  const states = new ChannelStates(now, (channel) => leases.isHeld(channel))
  const ended = new AbortController()
  const draining = new AbortController()
  opening.defer(() => ended.abort())
  broker.listen((announcement) => states.take(announcement), ended.signal)

  broker.listen((announcement) => producers.take(announcement), ended.signal)
  const firstLines = new FirstLines(now)
  broker.listen((announcement) => firstLines.take(announcement), ended.signal)

  const factsOf = (id: string): { id: string; network: string | null; timeZone: string } => {
    const { network = null, timeZone = 'UTC' } = directory.channel(id) ?? {}
    return { id, network, timeZone }
  }
  const hub = opening.use(
    new LiveHub({
      log,
      archive,
      broker,
      view: (reader, id) => {
        const channel = directory.channel(id)
        return channel === undefined ? undefined : view(reader, channel)
      },
      airing: (channel) => states.airingOf(channel),
      isFed: (channel) => leases.isHeld(channel),
      queries: new LiveQueries(factsOf, (channel, id) => {
        const airing = states.airingOf(channel)
        return airing?.id === id ? airing.title : null
      }),
      logger,
      now,
      random,
    }),
  )
  directory.onChange(() => hub.policiesChanged(), ended.signal)
  const searches = new SearchService({
    search: engines.search,
    archive,
    directory,
    now,
    elapsed: () => performance.now(),
  })
  const alerts = opening.use(
    openAlerts({
      ...{ dataDir: config.dataDir, log, archive, searches, directory, logger, now },
      ...{ engine: engines.alerts, leadership: leading },
      airing: (channel) => states.airingOf(channel),
      readerOf: (owner) => {
        const user = accounts.user(owner)
        return user === undefined ? undefined : rightsOfUser(user).reader
      },
      queue: delivery.queue,
      destinationsOf: async (owner) =>
        (await delivery.destinations.list(owner)).map(({ id }) => id),
    }),
  )
  broker.listen((announcement) => alerts.service.take(announcement), ended.signal)
  accounts.onChange(() => void alerts.service.dropOrphans(), ended.signal)

  const gaps = opening.use(
    new GapKeeper({
      log,
      broker,
      logger,
      isHeld: (channel) => leases.isHeld(channel),
      setTimer: (run, ms) => setTimeout(run, ms).unref(),
      clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
    }),
  )
  if (config.roles.has('ingest')) {
    broker.listen((announcement) => gaps.take(announcement), ended.signal)
    leases.onLapsed((channel) => gaps.lapsed(channel), ended.signal)
  }
  log.onStored((...told) => feeds.stored(...told), ended.signal)

  const signIn = new SignIn({
    ...{ accounts, mailer, logger, now, signUp: config.signUp, write: writeLetter },
    address: site,
  })
  const inbox =
    engines.inbox === null
      ? null
      : new InboxTaker({
          ...{ inbox: engines.inbox, log, broker, logger },
          pause: () => sleep(inboxPauseMs),
        })
  const health = (): Health =>
    joinHealth(engines.health(), alerts.health(), ...(inbox === null ? [] : [inbox.health()]))
  const gauges = {
    ready: { help: '1 while the server can store and read', read: () => Number(health().ok) },
    problems: { help: 'Things that /readyz says are wrong', read: () => health().problems.length },
    feeds: { help: 'Connected producers', read: () => feeds.size },
    viewers: { help: 'Connected live viewers', read: () => hub.viewers },
    alerts_missed: {
      help: 'Entries of the log that were gone before alerts could be matched',
      read: () => alerts.missed(),
    },
    live_tick_ms: { help: 'Milliseconds between two writes to a viewer', read: () => hub.tickMs },
    live_reopened: {
      help: 'Viewers that fell behind and were told anew',
      read: () => hub.reopened,
    },
    ...engines.gauges,
  }
  const server = await createServer({
    ...config,
    searches,
    mailer,
    outbox: delivery.outbox,
    delivery,
    version,
    signIn,
    alerts: alerts.service,
    accountParts: [alertPart(alerts), deliveryPart(delivery)],
    system: createSystemFacts({ ...config, version, mailer, health, gauges, startedMs: now() }),
    defaultVisibility: config.access,
    webRoot,
    log,
    archive,
    broker,
    directory,
    accounts,
    challenges: engines.challenges,
    openLimit: engines.openLimit,
    states,
    firstLines,
    leases,
    feeds,
    producers,
    logger,
    now,
    random,
    health,
    draining: draining.signal,
    gauges,
    serves: config.roles,
    live: (app, access, trust) =>
      registerLive(app, {
        access,
        hub,
        socketsPerAddress: config.socketsPerAddress,
        socketsPerToken: config.socketsPerToken,
        trust,
      }),
  })
  opening.defer(() => server.close())
  const channelIds = (): string[] => directory.channels().map(({ id }) => id)
  if (config.roles.has('ingest')) {
    const begun = leases.known().then(() => gaps.start(channelIds()))
    // Before anybody is let in; of several nodes, whose Redis is away, when it is back.
    await (engines.isShared
      ? Promise.race([begun, sleep(engineWaitMs, undefined, { ref: false })])
      : begun)
  }
  await learnAirings()
  if (inbox !== null) opening.use(takeInbox(inbox))
  if (engines.isShared) {
    const fed = (): string[] => channelIds().filter((id) => leases.isHeld(id))
    opening.use(followLostNews({ log, broker, channels: fed, now }))
  }
  if (config.roles.has('archive')) {
    const keeper = new RetentionKeeper({ directory, log, archive, broker, logger, now })
    opening.use(keepRetention(keeper, leadership))
  }
  await starting?.[Symbol.asyncDispose]()
  await server.listen({ port: config.port, host: config.host })
  ownUrl = addressOf(config, server.server.address() as AddressInfo)
  delivery.start()
  await alerts.start()
  opening.defer(async () => {
    draining.abort()
    server.server.closeIdleConnections()
    await hub.drain(config.drainMs)
    const cut = setTimeout(() => server.server.closeAllConnections(), config.drainMs)
    await server.close()
    clearTimeout(cut)
  })

  function personOf(id: string): ReturnType<DeliveryOptions['person']> {
    const user = accounts.user(id)
    if (user === undefined) return undefined
    const language = accounts.preferences(id)['ccr.language'] ?? null
    return { id, email: user.email, language }
  }

  /** What is on was learnt before the last stop; without it, a channel says so with its next programme. */
  async function learnAirings(): Promise<void> {
    const nowMs = now()
    const startFrom = new Date(nowMs - longestAiringMs).toISOString()
    const range = { from: new Date(nowMs).toISOString(), to: null, startFrom }
    for (const { id } of directory.channels())
      try {
        for (const airing of await archive.airings(id, range, 1)) states.learnAiring(airing)
      } catch (error) {
        if (!(error instanceof CcrError)) throw error
        logger.warn({ channel: id }, `what is on now cannot be told: ${error.message}`)
      }
  }

  const owned = opening.move()
  return {
    lost: lost.promise,
    url: ownUrl,
    firstAdminLink: await signIn.firstAdmin(),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

function joinHealth(...parts: readonly Health[]): Health {
  return {
    ok: parts.every(({ ok }) => ok),
    problems: parts.flatMap(({ problems }) => problems),
  }
}

function addressOf(config: Config, { port, address, family }: AddressInfo): string {
  const host = family === 'IPv6' ? `[${address}]` : address
  return `${config.tls === null ? 'http' : 'https'}://${host}:${port}`
}

function readVersion(): string {
  if (!existsSync(manifest)) return '0.0.0'
  const parsed: unknown = JSON.parse(readFileSync(manifest, 'utf8'))
  return typeof parsed === 'object' && parsed !== null && 'version' in parsed
    ? String(parsed.version)
    : '0.0.0'
}
