import { ada } from './delivery.ts'
import { notification } from './notification.ts'
import { openDelivery } from '../../src/server/open-delivery.ts'
import { parseSmtpUrl } from '../../src/server/smtp-settings.ts'

/**
 * A process that delivers, to be killed: DATA_DIR, SMTP and HOOK say whence and whither. Hands over KEYS (with commas) to
 * the account's address and to the webhook, says `kept` when they would survive, and goes on until it is ended.
 */
const { DATA_DIR = '', SMTP = '', HOOK = '', KEYS = '' } = process.env
const smtp = parseSmtpUrl(SMTP)
if (!smtp.ok) throw new Error(smtp.problem)
const quiet = (): void => undefined
const delivery = openDelivery({
  ...{ dataDir: DATA_DIR, now: Date.now, random: Math.random, version: '0.0.0' },
  logger: { debug: quiet, info: quiet, warn: quiet, error: quiet },
  mail: { smtp: smtp.settings, from: { name: '', address: 'ccr@captions.example' } },
  webhookAllowPrivate: true,
  site: () => 'https://captions.example',
  person: (id) => (id === ada.id ? ada : undefined),
})
const known = await delivery.destinations.list(ada.id)
if (known.length === 1)
  await delivery.destinations.create(ada, { kind: 'webhook', name: 'Hook', url: HOOK })
const destinations = (await delivery.destinations.list(ada.id)).map(({ id }) => id)
const keys = KEYS.split(',').filter((key) => key !== '')
await delivery.queue.enqueue(keys.map((key) => notification(key, { destinations })))
delivery.start()
process.stdout.write('kept\n')
setInterval(() => undefined, 60_000)
