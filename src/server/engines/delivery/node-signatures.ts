import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { DeliveryStore } from '../../ports/delivery.ts'
import type { Signatures } from '../../ports/signatures.ts'

const prefix = 'whsec_'

export function createSignatures(store: Pick<DeliveryStore, 'secret'>): Signatures {
  return {
    async mac(text) {
      const key = await store.secret('links', () => randomBytes(32).toString('base64'))
      return createHmac('sha256', Buffer.from(key, 'base64')).update(text).digest('base64url')
    },
    hash: (text) => createHash('sha256').update(text).digest('hex'),
    webhookSignature: (secret, text) =>
      createHmac('sha256', Buffer.from(secret.slice(prefix.length), 'base64'))
        .update(text)
        .digest('base64'),
    newWebhookSecret: () => `${prefix}${randomBytes(32).toString('base64')}`,
    newId: () => randomBytes(12).toString('base64url'),
  }
}
