import type { LookupAddress } from 'node:dns'
import type { AccountPart } from './core/accounts/account-data.ts'
import { DeliveryService } from './core/delivery/delivery-service.ts'
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
import { SqliteDelivery } from './engines/sqlite-delivery.ts'
import type { Mailer, Outbox } from './ports/mail.ts'
import type { PushEncoder } from './ports/signatures.ts'
import type { Logger } from './ports/telemetry.ts'
import type { Sender, SmtpSettings } from './smtp-settings.ts'

export interface DeliveryOptions {
  readonly dataDir: string
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
  readonly store: SqliteDelivery
  readonly destinations: DestinationService
  readonly push: PushEncoder
  /** Takes up what was left when the server stopped; links can be made from now on. */
  start(): void
}

/** The part of the composition that sends: mail, the queue, and destinations of every kind. */
export function openDelivery(options: DeliveryOptions): Delivery {
  const { dataDir, logger, now, random, mail, person, site } = options
  const opening = new AsyncDisposableStack()
  const store = opening.use(new SqliteDelivery({ dataDir, logger, now }))
  const mailer = opening.use(
    mail === null
      ? createOutboxMailer(store.outbox)
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
  const queue: DeliveryService = opening.use(
    new DeliveryService({
      store,
      senders: {
        email: createLetterSender({ mailer, links, around }),
        ...createWebSenders({ poster, signatures, push, around, now }),
      },
      accountDestination: (owner) => destinations.accountDestination(owner),
      logger,
      now,
      random,
      setTimer: (run, ms) => setTimeout(run, ms).unref(),
      clearTimer: (timer) => clearTimeout(timer as NodeJS.Timeout),
    }),
  )
  const destinations: DestinationService = new DestinationService({
    ...{ store, queue, mailer, links, signatures, around, person, poster, now },
  })
  return {
    ...{ mailer, outbox: store.outbox, queue, store, destinations, push },
    start: () => {
      if (store.isMade) queue.start()
    },
    [Symbol.asyncDispose]: () => opening.disposeAsync(),
  }
}

/** What is kept of a person here: taken along, and taken away, with the account. */
export function deliveryPart({ store, destinations }: Delivery): AccountPart {
  return {
    name: 'notifications',
    async exportOf(owner) {
      if (!store.isMade) return { destinations: [], stops: [], deliveries: [] }
      const ask = { owner, state: null, before: null, limit: 1000 }
      return {
        destinations: await destinations.list(owner),
        stops: await destinations.stops(owner),
        deliveries: await store.deliveries(ask),
      }
    },
    async removeOf(owner) {
      if (store.isMade) await store.removeOwner(owner)
    },
  }
}

/** Push services want an address of the web or of mail; that of a laboratory will do. */
function contactOf(site: string): string {
  return site.startsWith('https:') ? site : 'mailto:ccr@localhost.example'
}
