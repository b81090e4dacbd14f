import type { Mention, NewAlert, Notification } from '../../src/protocol/alerts.ts'
import type { Reader } from '../../src/policy/view.ts'
import { SearchService } from '../../src/server/core/search/search-service.ts'
import { MemoryBroker } from '../../src/server/engines/memory/memory-broker.ts'
import { openSqliteDirectory } from '../../src/server/engines/sqlite/sqlite-directory.ts'
import {
  openSqliteStorage,
  type SqliteStorage,
} from '../../src/server/engines/sqlite/sqlite-storage.ts'
import { openAlerts, type Alerts } from '../../src/server/open-alerts.ts'
import type { Logger } from '../../src/server/ports/telemetry.ts'
import type { ChannelRecord, Directory } from '../../src/server/ports/directory.ts'
import { cueEvent, Feeder, noonMs, runEvent } from '../conformance/events.ts'
import { channelRecord } from '../conformance/directory.conformance.ts'
import { eventually } from '../engines/temporary.ts'

/** Where notifications go: kept by id, as the delivery keeps them; `isBroken` refuses them. */
export class Inbox {
  readonly got: Notification[] = []
  readonly refused: Notification[] = []
  isBroken = false

  enqueue(notifications: readonly Notification[]): Promise<void> {
    if (this.isBroken) {
      this.refused.push(...notifications)
      return Promise.reject(new Error('the delivery is away'))
    }
    for (const one of notifications)
      if (!this.got.some(({ id }) => id === one.id)) this.got.push(one)
    return Promise.resolve()
  }
}

/** Says nothing of what goes wrong: tests look for themselves. */
export const silent: Logger = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
}
const plain: NewAlert = {
  ...{ query: '', channels: [], rate: { kind: 'at-once' }, destinations: [], quietHours: null },
  ...{ mutedUntil: null, paused: false, foldRepeats: true, volume: null },
}

/** Between two cues: so short that a test ends before half a minute has passed. */
const cueMs = 200

/** The storage, the alerts on it, and tuners that speak. */
export class AlertRig implements AsyncDisposable {
  readonly inbox = new Inbox()
  readonly broker = new MemoryBroker()
  readonly storage: SqliteStorage
  readonly directory: Directory
  readonly searches: SearchService
  readonly alerts: Alerts
  readonly readers = new Map<string, Reader>([['ann', { kind: 'user', channels: [] }]])
  readonly #feeders = new Map<string, { feeder: Feeder; seq: number; ids: Map<string, number> }>()
  readonly #clock: { ms: number }
  readonly #ended = new AbortController()

  private constructor(dataDir: string, storage: SqliteStorage, clock: { ms: number }) {
    this.#clock = clock
    this.storage = storage
    this.directory = openSqliteDirectory(dataDir, { pollEveryMs: null })
    this.searches = new SearchService({
      ...{ search: storage.search, archive: storage.archive, directory: this.directory },
      ...{ now: () => this.nowMs, elapsed: () => performance.now() },
    })
    this.alerts = openAlerts({
      searches: this.searches,
      tickMs: 50,
      ...{ dataDir, log: storage.log, archive: storage.archive, directory: this.directory },
      airing: () => ({ id: 'a1', title: 'The News' }),
      readerOf: (owner) => this.readers.get(owner),
      destinationsOf: () => Promise.resolve(['hook']),
      ...{ queue: this.inbox, logger: silent, now: () => this.nowMs },
    })
    this.broker.listen((one) => this.alerts.service.take(one), this.#ended.signal)
  }

  static async open(dataDir: string, nowMs = noonMs): Promise<AlertRig> {
    const clock = { ms: nowMs }
    const now = (): number => clock.ms
    return new AlertRig(
      dataDir,
      await openSqliteStorage({ dataDir, now, fileEveryMs: null }),
      clock,
    )
  }

  get nowMs(): number {
    return this.#clock.ms
  }

  set nowMs(ms: number) {
    this.#clock.ms = ms
  }

  async addChannel(id: string, policy: Partial<ChannelRecord['policy']> = {}): Promise<void> {
    const record = channelRecord(id)
    await this.directory.createChannel({ ...record, policy: { ...record.policy, ...policy } })
  }

  async changeChannel(id: string, policy: Partial<ChannelRecord['policy']>): Promise<void> {
    const record = channelRecord(id)
    await this.directory.replaceChannel({ ...record, policy: { ...record.policy, ...policy } })
  }

  /** The news that everything before now is past a channel's retention. */
  async forgetPast(channel: string): Promise<void> {
    const { log } = this.storage
    const producer = 'server-retention'
    const { received } = await log.producer(channel, producer)
    const before = new Date(this.nowMs).toISOString()
    const result = await log.append({
      ...{ channel, producer, fence: Number.POSITIVE_INFINITY },
      events: [{ type: 'removed', seq: received + 1, before }],
    })
    if (result.ok) this.broker.announce({ type: 'entries', channel, entries: result.entries })
  }

  async make(fields: Partial<NewAlert>): Promise<string> {
    return (await this.alerts.service.create('ann', { ...plain, ...fields })).id
  }

  /** Stores a cue that ends at about this time; `isAnnounced` false: as if the server died just then. */
  async say(channel: string, text: string, track = 'CC1', isAnnounced = true): Promise<void> {
    const tuner = await this.#tuner(channel)
    this.nowMs += cueMs
    const id = (tuner.ids.get(track) ?? 0) + 1
    tuner.ids.set(track, id)
    const seconds = (this.nowMs - noonMs) / 1000 - 1
    const entries = await tuner.feeder.store(
      cueEvent(++tuner.seq, id, seconds, { text, track, run: `run-${channel}` }),
    )
    if (isAnnounced) this.broker.announce({ type: 'entries', channel, entries })
  }

  async mentions(alert: string): Promise<readonly Mention[]> {
    const { service } = this.alerts
    return (await service.mentions(service.get(alert, 'ann'), null, 200)).items
  }

  async until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
    await eventually(what, holds)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort()
    await this.alerts[Symbol.asyncDispose]()
    await this.directory[Symbol.asyncDispose]()
    await this.storage[Symbol.asyncDispose]()
  }

  async #tuner(
    channel: string,
  ): Promise<{ feeder: Feeder; seq: number; ids: Map<string, number> }> {
    let tuner = this.#feeders.get(channel)
    if (tuner !== undefined) return tuner
    const feeder = await Feeder.connect(this.storage.log, channel)
    const { received } = await this.storage.log.producer(channel, feeder.producer)
    const ids = new Map<string, number>()
    tuner = { feeder, seq: received, ids }
    this.#feeders.set(channel, tuner)
    const run = `run-${channel}`
    if (received === 0)
      await feeder.store(
        runEvent(++tuner.seq, { run, startedAt: new Date(this.nowMs).toISOString() }),
      )
    else ids.set('CC1', received - 1)
    return tuner
  }
}
