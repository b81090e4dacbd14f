import type { AlertLedger, AlertNews, AlertStore } from '../../ports/alerts.ts'
import { PostgresAlertLedger } from './alerts/alert-ledger.ts'
import { alertChanged, AlertRows } from './alerts/alert-rows.ts'
import { countMentions, listMentions } from './alerts/mention-rows.ts'
import { Recorder, type usualLimits } from './alerts/recording.ts'
import type { Postgres } from './database.ts'

/** Alerts that several nodes share; the tables are those of `alertTables`, and `leaderTables`. */
export class PostgresAlerts implements AlertStore, AlertNews {
  readonly #database: Postgres
  readonly #rows: AlertRows
  readonly #recorder: Recorder

  constructor(database: Postgres, limits?: typeof usualLimits) {
    this.#database = database
    this.#rows = new AlertRows(database)
    this.#recorder = new Recorder(limits)
  }

  alerts: AlertStore['alerts'] = (ids) => this.#rows.list(ids)
  add: AlertStore['add'] = (...args) => this.#rows.add(...args)
  change: AlertStore['change'] = (...args) => this.#rows.change(...args)
  remove: AlertStore['remove'] = (id) => this.#rows.remove(id)
  removeOwner: AlertStore['removeOwner'] = (owner) => this.#rows.removeOwner(owner)
  createFeed: AlertStore['createFeed'] = (alert) => this.#rows.createFeed(alert)
  alertOfFeed: AlertStore['alertOfFeed'] = (secret) => this.#rows.alertOfFeed(secret)
  mentions: AlertStore['mentions'] = (ask) => listMentions(this.#database, ask)
  counts: AlertStore['counts'] = (...args) => countMentions(this.#database, ...args)

  ledger(term: number): AlertLedger {
    return new PostgresAlertLedger(this.#database, this.#recorder, term)
  }

  onChange(listener: (ids: readonly string[] | null) => void, signal: AbortSignal): void {
    this.#database.listen(alertChanged, (id) => listener(id === '' ? null : [id]), signal)
  }
}
