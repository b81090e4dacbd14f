import type { AlertLedger, AlertStore, Standing } from '../../../ports/alerts.ts'

type Methods = Omit<AlertStore, 'ledger'> & AlertLedger & Standing

/** Calls of the alerts' worker: a method's arguments, and what it resolves with. */
export type AlertCalls = {
  readonly [N in keyof Methods]: readonly [Parameters<Methods[N]>, Awaited<ReturnType<Methods[N]>>]
}

export interface AlertWorkerData {
  readonly dataDir: string
}
