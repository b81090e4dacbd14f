import assert from 'node:assert/strict'
import { newAlertSchema, type Alert, type Mention } from '../../src/protocol/alerts.ts'
import type {
  AlertLedger,
  AlertStore,
  NewMention,
  Shown,
  Telling,
} from '../../src/server/ports/alerts.ts'
import { mention } from '../support/notification.ts'

export interface AlertSubject extends AsyncDisposable {
  readonly store: AlertStore
  /** The same, as another node has it. */
  readonly other: AlertStore
  readonly ledger: AlertLedger
}

export const dayMs = 86_400_000
export const noon = Date.parse('2026-11-27T12:00:00.000Z')
export const whole: readonly Shown[] = [
  { channel: 'wxyz', sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER },
  { channel: 'kabc', sinceMs: 0, untilMs: Number.MAX_SAFE_INTEGER },
]
export const speech =
  'WE SHALL FIGHT ON THE BEACHES AND ON THE LANDING GROUNDS AND IN THE FIELDS AND IN THE STREETS'

export function iso(ms: number): string {
  return new Date(ms).toISOString()
}

/** The n-th thing that an alert found; a second later than the one before. */
export function found(
  alert: string,
  n: number,
  more: Partial<NewMention> = {},
  said: Partial<Mention> = {},
): NewMention {
  const { alsoOn, repeats, ...one } = mention({
    ...{ id: `${alert}-${n}`, alert, text: `number ${n}`, before: '', after: '' },
    ...{ start: iso(noon + n * 1000), end: iso(noon + n * 1000 + 500) },
    trail: { aired: iso(noon), received: iso(noon), matched: iso(noon + n * 1000 + 600) },
    ...said,
  })
  assert.deepEqual([alsoOn, repeats], [[], 0])
  return {
    ...{ mention: one, run: 'r1', cue: n, releaseMs: noon, isTold: true, foldSinceMs: null },
    ...more,
  }
}

export async function make(store: AlertStore, query = 'storm', owner = 'ann'): Promise<Alert> {
  const fields = { ...newAlertSchema.parse({ query }), name: query }
  const made = await store.add(owner, fields, 100, noon)
  assert.ok(made !== 'full')
  return made
}

export function telling(alert: Alert, more: Partial<Telling> = {}): Telling {
  return {
    ...{ alert, restated: 'in words', shown: whole, kind: 'mentions', because: 'rate' },
    ...{ most: 50, nowMs: noon + dayMs },
    ...more,
  }
}

export const record = (ledger: AlertLedger, ...mentions: readonly NewMention[]): Promise<void> =>
  ledger.record([{ channel: 'wxyz', position: null, mentions }])
export const list = async (
  store: AlertStore,
  alert: string,
  shown = whole,
): Promise<readonly Mention[]> =>
  (await store.mentions({ alert, shown, cursor: null, limit: 100 })).items
export const ids = async (store: AlertStore, alert: string, shown = whole): Promise<string[]> =>
  (await list(store, alert, shown)).map(({ id }) => id)
