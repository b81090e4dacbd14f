import type { DeliveryRecord } from '../../src/server/ports/delivery.ts'
import {
  openDelivery,
  type Delivery,
  type DeliveryOptions,
} from '../../src/server/open-delivery.ts'
import { parseSmtpUrl } from '../../src/server/smtp-settings.ts'
import { temporaryFolder, until } from './processes.ts'

export const ada = { id: 'ada', email: 'ada@reader.example', language: null }

export interface DeliveryWorld extends AsyncDisposable {
  readonly delivery: Delivery
  /** Lets time pass: what is due by then is tried. */
  pass(ms: number): void
  /** Waits until the delivery of this key is as asked. */
  settled(key: string, isSo: (one: DeliveryRecord) => boolean): Promise<DeliveryRecord>
  readonly lines: readonly string[]
}

/** The sending part of a server, with a clock that can be put forward; posts to this machine are allowed. */
export async function startDelivery(
  more: Partial<DeliveryOptions> & { readonly smtp?: string } = {},
): Promise<DeliveryWorld> {
  const folder = await temporaryFolder()
  let offset = 0
  const lines: string[] = []
  const note = (fields: object, message: string): void =>
    void lines.push(`${JSON.stringify(fields)} ${message}`)
  const smtp = more.smtp === undefined ? null : parseSmtpUrl(more.smtp)
  if (smtp?.ok === false) throw new Error(smtp.problem)
  const delivery = openDelivery({
    ...{ dataDir: folder.path, random: Math.random, version: '0.0.0', webhookAllowPrivate: true },
    now: () => Date.now() + offset,
    logger: { debug: note, info: note, warn: note, error: note },
    site: () => 'https://captions.example',
    person: (id) => (id === ada.id ? ada : undefined),
    mail:
      smtp === null
        ? null
        : { smtp: smtp.settings, from: { name: 'Captions', address: 'ccr@captions.example' } },
    ...more,
  })
  return {
    delivery,
    lines,
    pass(ms) {
      offset += ms
      delivery.queue.poke()
    },
    async settled(key, isSo) {
      let found: DeliveryRecord | undefined
      const ask = { owner: null, state: null, before: null, limit: 100 }
      await until(`delivery ${key}`, async () => {
        const all = await delivery.store.deliveries(ask)
        found = all.find(({ notification }) => notification.id === key)
        return found !== undefined && isSo(found)
      })
      if (found === undefined) throw new Error(`there is no delivery ${key}`)
      return found
    },
    async [Symbol.asyncDispose]() {
      await delivery[Symbol.asyncDispose]()
      await folder[Symbol.asyncDispose]()
    },
  }
}
