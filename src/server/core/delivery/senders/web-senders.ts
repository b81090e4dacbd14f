import type { DestinationSettings } from '../../../../protocol/alerts.ts'
import type { DestinationRecord, Job } from '../../../ports/delivery.ts'
import type { Poster, Sender, Sent } from '../../../ports/sender.ts'
import type { PushEncoder, Signatures } from '../../../ports/signatures.ts'
import { chatBody } from '../compose/chat-body.ts'
import { shorten } from '../compose/passage.ts'
import { shortMessage } from '../compose/short-message.ts'
import type { Surroundings } from '../compose/summary.ts'
import { webhookBody } from '../compose/webhook-body.ts'
import { judgeAnswer } from './judge-answer.ts'

export interface WebSenderOptions {
  readonly poster: Poster
  readonly signatures: Pick<Signatures, 'webhookSignature'>
  readonly push: PushEncoder
  /** In the language of whoever reads it. */
  readonly around: (owner: string) => Surroundings
  readonly now: () => number
}

type Settings<K extends DestinationSettings['kind']> = DestinationSettings & { readonly kind: K }

const json = { 'content-type': 'application/json' }
/** What a push service takes is 4,096 bytes, encryption included. */
const mostPushBody = 800

/** Senders of everything but letters. */
export function createWebSenders(
  options: WebSenderOptions,
): Readonly<Record<'webhook' | 'push' | 'ntfy' | 'chat', Sender>> {
  const { poster, push, around } = options
  return {
    webhook: sender('webhook', async (job, { url }, signal) => {
      const { notification } = job
      const body = webhookBody(notification, around(notification.owner).site)
      const headers = { ...json, ...webhookHeaders(job, body, options) }
      return judgeAnswer(await poster.post({ url, headers, body }, signal))
    }),

    push: sender('push', async ({ notification, destination }, { endpoint }, signal) => {
      const { keys } = destination.secrets
      if (keys === undefined) return { outcome: 'gone', reason: 'its keys are missing' }
      const { title, body, link } = shortMessage(notification, around(notification.owner))
      const payload = JSON.stringify({
        ...{ title: shorten(title, 200), body: shortenLines(body, mostPushBody) },
        ...{ url: link, tag: notification.id },
      })
      const posting = await push.encode({ endpoint, keys }, payload)
      return judgeAnswer(await poster.post({ url: endpoint, ...posting }, signal), [404, 410])
    }),

    ntfy: sender('ntfy', async ({ notification, destination }, settings, signal) => {
      const { server, topic, priority } = settings
      const { title, body, link } = shortMessage(notification, around(notification.owner))
      const { token } = destination.secrets
      const posting = {
        url: server,
        headers: { ...json, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
        // As JSON and not as headers: it is text that strangers have said.
        body: JSON.stringify({
          ...{ topic, title, message: shortenLines(body, 3500), priority, click: link },
          tags: [notification.kind === 'volume' ? 'chart_with_upwards_trend' : 'tv'],
        }),
      }
      return judgeAnswer(await poster.post(posting, signal))
    }),

    chat: sender('chat', async ({ notification }, settings, signal) => {
      const body = chatBody(settings, notification, around(notification.owner))
      return judgeAnswer(await poster.post({ url: settings.url, headers: json, body }, signal))
    }),
  }
}

/** Standard Webhooks 1.0: the id is the same at every try, the time is that of the try. */
function webhookHeaders(
  { notification, destination }: Job,
  body: string,
  { signatures, now }: WebSenderOptions,
): Record<string, string> {
  const { id } = notification
  const timestamp = String(Math.floor(now() / 1000))
  const signed = signingSecrets(destination, now()).map(
    (secret) => `v1,${signatures.webhookSignature(secret, `${id}.${timestamp}.${body}`)}`,
  )
  return {
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': signed.join(' '),
  }
}

/** The secret, and the one before it while whoever verifies may still have that. */
export function signingSecrets({ secrets }: DestinationRecord, nowMs: number): readonly string[] {
  const { signing = [], secondUntil = 0 } = secrets
  return secondUntil > nowMs ? signing : signing.slice(0, 1)
}

function sender<K extends DestinationSettings['kind']>(
  kind: K,
  send: (job: Job, settings: Settings<K>, signal: AbortSignal) => Promise<Sent>,
): Sender {
  const isOfKind = (settings: DestinationSettings): settings is Settings<K> =>
    settings.kind === kind
  return {
    send(job, signal) {
      const { settings } = job.destination
      if (!isOfKind(settings)) throw new TypeError(`a ${settings.kind} among the ${kind}s`)
      return send(job, settings, signal)
    },
  }
}

function shortenLines(text: string, most: number): string {
  const lines: string[] = []
  let left = most
  for (const line of text.split('\n')) {
    if (left < 20) break
    const cut = shorten(line, left)
    lines.push(cut)
    left -= cut.length + 1
  }
  return lines.join('\n')
}
