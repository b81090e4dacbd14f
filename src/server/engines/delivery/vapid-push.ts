import type * as webPush from 'web-push'
import { z } from 'zod'
import type { DeliveryStore } from '../../ports/delivery.ts'
import type { PushEncoder } from '../../ports/signatures.ts'

/** Loaded with the first push: many servers never send one. */
const library = async (): Promise<
  Pick<typeof webPush, 'generateRequestDetails' | 'generateVAPIDKeys'>
> => (await import('web-push')).default

const keysSchema = z.object({ publicKey: z.string(), privateKey: z.string() })

/** What is older than a day is read on the page. */
const ttlSeconds = 24 * 3600

/** Web Push with keys of this server's own, made when they are first needed and kept: browsers are bound to them. */
export function createPushEncoder(
  store: Pick<DeliveryStore, 'secret'>,
  /** `mailto:` or `https:`: whom a push service turns to. */
  contact: () => string,
): PushEncoder {
  const keys = async (): Promise<z.infer<typeof keysSchema>> => {
    const { generateVAPIDKeys } = await library()
    return keysSchema.parse(
      JSON.parse(await store.secret('vapid', () => JSON.stringify(generateVAPIDKeys()))),
    )
  }
  return {
    publicKey: async () => (await keys()).publicKey,
    async encode(subscription, payload) {
      const vapidDetails = { subject: contact(), ...(await keys()) }
      const { generateRequestDetails } = await library()
      const { headers, body } = generateRequestDetails(
        { endpoint: subscription.endpoint, keys: { ...subscription.keys } },
        payload,
        { vapidDetails, TTL: ttlSeconds, urgency: 'normal', contentEncoding: 'aes128gcm' },
      )
      const text = Object.entries(headers as Record<string, unknown>).map(
        ([name, value]) => [name.toLowerCase(), String(value)] as const,
      )
      return { headers: Object.fromEntries(text), body }
    },
  }
}
