import { notification } from '../support/notification.ts'
import type { Notification } from '../../src/protocol/alerts.ts'
import type {
  DeliveryOutput,
  DeliveryRecord,
  DeliveryStore,
  DestinationRecord,
  Job,
  Verdict,
} from '../../src/server/ports/delivery.ts'
import type { Outbox, WholeLetter } from '../../src/server/ports/mail.ts'

export interface DeliverySubject extends AsyncDisposable {
  readonly store: DeliveryStore
  /** The same, as another node has it. */
  readonly other: DeliveryStore
  readonly output: DeliveryOutput
  readonly outbox: Outbox & { add(letter: WholeLetter): Promise<void> }
  /** What the outbox takes for the present. */
  nowMs: number
}

export const noon = Date.parse('2026-11-27T12:00:00.000Z')

/** Of ada, by default a webhook. */
export function destination(id: string, more: Partial<DestinationRecord> = {}): DestinationRecord {
  return {
    ...{ id, owner: 'ada', name: `Name of ${id}`, isAccount: false, state: 'active' },
    settings: { kind: 'webhook', url: `https://${id}.example/` },
    secrets: { signing: ['whsec_a'] },
    ...{ problem: null, createdAt: new Date(noon).toISOString() },
    ...more,
  }
}

/** Adds these to a destination, one after the other. */
export async function send(
  store: DeliveryStore,
  to: string,
  ...keys: readonly (string | Notification)[]
): Promise<void> {
  for (const key of keys) {
    const one = typeof key === 'string' ? notification(key) : key
    await store.add([{ notification: one, destination: to }], noon)
  }
}

export async function due(
  output: DeliveryOutput,
  nowMs = noon,
  busy: readonly string[] = [],
): Promise<readonly Job[]> {
  return (await output.due({ nowMs, limit: 10, busy, full: [] })).jobs
}

/** The keys of what is due, with where it goes. */
export async function dueKeys(output: DeliveryOutput, nowMs = noon): Promise<string[]> {
  const jobs = await due(output, nowMs)
  return jobs.map((job) => `${job.notification.id} to ${job.destination.id}`).sort()
}

/** Settles what is due for a destination. */
export async function settle(
  output: DeliveryOutput,
  to: string,
  verdict: Verdict,
  at = noon,
): Promise<void> {
  const job = (await due(output, at)).find((one) => one.destination.id === to)
  if (job === undefined) throw new Error(`nothing is due for ${to}`)
  await output.settle({ delivery: job.delivery, at, ms: 5, verdict })
}

export async function records(
  store: DeliveryStore,
  owner: string | null = null,
): Promise<readonly DeliveryRecord[]> {
  return await store.deliveries({ owner, state: null, before: null, limit: 100 })
}
