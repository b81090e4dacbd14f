import type { LookupAddress } from 'node:dns'
import type { AccountPart } from './core/accounts/account-data.ts'
import { DeliveryService } from './core/delivery/delivery-service.ts'
import { Dispatcher } from './core/delivery/dispatcher.ts'
import { DestinationService, type Person } from './core/delivery/destination-service.ts'
import { Links } from './core/delivery/links.ts'
import { createLetterSender } from './core/delivery/senders/letter-sender.ts'
import { createWebSenders } from './core/delivery/senders/web-senders.ts'
import { wordsOf } from './core/delivery/words/words-of.ts'
import type { Surroundings } from './core/delivery/compose/summary.ts'
import { GuardedPoster } from './engines/delivery/guarded-poster.ts'
import { createSignatures } from './engines/delivery/node-signatures.ts'
import { createOutboxMailer } from './engines/delivery/outbox-mailer.ts'
import { createSmtpMailer } from './engines/delivery/smtp-mailer.ts'
import { createPushEncoder } from './engines/delivery/vapid-push.ts'
import { SingleLeadership } from './engines/single-leadership.ts'
import { SqliteDelivery } from './engines/sqlite/sqlite-delivery.ts'
import type { DeliveryNews, DeliveryStore } from './ports/delivery.ts'
import type { Leadership } from './ports/leadership.ts'
import type { Mailer, Outbox, WholeLetter } from './ports/mail.ts'
import type { PushEncoder } from './ports/signatures.ts'
import type { Logger } from './ports/telemetry.ts'
import type { Sender, SmtpSettings } from './smtp-settings.ts'

/** What keeps destinations, and what waits for them. */
export interface DeliveryEngine {
  readonly store: DeliveryStore
  readonly outbox: Outbox & { add(letter: WholeLetter): Promise<void> }
  /** null = no other process adds to it. */
  readonly news: DeliveryNews | null
  /** Whether there is anything yet. */
  readonly isMade: () => boolean
}

export interface DeliveryOptions {
  readonly dataDir: string
  /** Of several nodes, which end it themselves; default: a database in the data folder, and no other node. */
  readonly engine?: DeliveryEngine | undefined
  /** Default: this is the only node. null = this one never sends. */
  readonly leadership?: Leadership | null | undefined
  readonly logger: Logger
  readonly now: () => number
  readonly random: () => number
  /** Where letters go, and whose they are; null = into the outbox. */
  readonly mail: { readonly smtp: SmtpSettings; readonly from: Sender } | null
  readonly webhookAllowPrivate: boolean
  readonly version: string
  /** Where people reach this server, without a slash at the end; asked when something is sent. */
  readonly site: () => string
  readonly person: (owner: string) => (Person & { readonly language: string | null }) | undefined
  /** Test seam: the system's resolver of names. */
  readonly resolve?:
    | ((
        host: string,
        done: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
      ) => void)
    | undefined
}

export interface Delivery extends AsyncDisposable {
  readonly mailer: Mailer
  readonly outbox: Outbox
  readonly queue: DeliveryService
  readonly store: DeliveryStore
  /** Whether there is anything yet. */
  readonly isMade: () => boolean
  readonly destinations: DestinationService
  readonly push: PushEncoder
  /** Takes up what was left when the server stopped; links can be made from now on. */
  start(): void
}

/** What goes out of this process alone, in its data folder. */
function openEmbedded(
  { dataDir, logger, now }: DeliveryOptions,
  opening: AsyncDisposableStack,
): DeliveryEngine {
  const store = opening.use(new SqliteDelivery({ dataDir, logger, now }))
  return { store, outbox: store.outbox, news: null, isMade: () => store.isMade }
}

/** The part of the composition that sends: mail, the queue, and destinations of every kind. */
export function openDelivery(options: DeliveryOptions): Delivery {
  const { logger, now, random, mail, person, site, leadership = new SingleLeadership() } = options
  const opening = new AsyncDisposableStack()
  const { store, outbox, news, isMade } = options.engine ?? openEmbedded(options, opening)
  const mailer = opening.use(
    mail === null
      ? createOutboxMailer(outbox)
      : createSmtpMailer({ ...mail.smtp, from: mail.from, logger }),
  )
  const signatures = createSignatures(store)
  const links = new Links(signatures)
  const poster = new GuardedPoster({
    allowPrivate: options.webhookAllowPrivate,
    userAgent: `ccr/${options.version}`,
    resolve: options.resolve,
  })
  const push = createPushEncoder(store, () =>
    mail === null ? contactOf(site()) : `mailto:${mail.from.address}`,
  )
  const around = (owner: string): Surroundings => ({
    words: wordsOf(person(owner)?.language ?? null),
    site: site(),
    nowMs: now(),
  })
  const queue = new DeliveryService({
    ...{ store, now },
    accountDestination: (owner) => destinations.accountDestination(owner),
  })
  const destinations: DestinationService = new DestinationService({
    ...{ store, queue, mailer, links, signatures, around, person, poster, now },
  })
  const senders = {
    email: createLetterSender({ mailer, links, around }),
    ...createWebSenders({ poster, signatures, push, around, now }),
  }

  /** What only the node does that leads. */
  async function lead(signal: AbortSignal, term: number): Promise<void> {
    await using dispatcher = new Dispatcher({
      ...{ store, output: store.output(term), senders, logger, now, random },
      setTimer: (run, ms) => setTimeout(run, ms).unref(),
      clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
    })
    // Others may have left something, or added it meanwhile.
    if (news !== null) dispatcher.wake()
    await queue.serve(dispatcher, signal)
  }

  const ended = new AbortController()
  let led: Promise<void> | undefined
  const beginLeading = (): void => void (led ??= leadership?.hold('delivery', lead, ended.signal))
  opening.defer(async () => {
    ended.abort()
    await led
  })
  news?.onDue(() => queue.poke(), ended.signal)
  // The only process sends what it is given, whenever that is; of several one does, once links can be made.
  if (news === null) beginLeading()
  return {
    ...{ mailer, outbox, queue, store, isMade, destinations, push },
    start: () => {
      beginLeading()
      if (isMade()) queue.poke()
    },
    [Symbol.asyncDispose]: () => opening.disposeAsync(),
  }
}

/** What is kept of a person here: taken along, and taken away, with the account. */
export function deliveryPart({ store, isMade, destinations }: Delivery): AccountPart {
  return {
    name: 'notifications',
    async exportOf(owner) {
      if (!isMade()) return { destinations: [], stops: [], deliveries: [] }
      const ask = { owner, state: null, before: null, limit: 1000 }
      return {
        destinations: await destinations.list(owner),
        stops: await destinations.stops(owner),
        deliveries: await store.deliveries(ask),
      }
    },
    async removeOf(owner) {
      if (isMade()) await store.removeOwner(owner)
    },
  }
}

/** Push services want an address of the web or of mail; that of a laboratory will do. */
function contactOf(site: string): string {
  return site.startsWith('https:') ? site : 'mailto:ccr@localhost.example'
}
