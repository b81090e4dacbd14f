import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Airing, Gap, Removed } from '../../../../protocol/api.ts'
import { isOver, longestAiringMs } from '../../rules/retention.ts'
import { integer, json, text, type Row } from '../../rules/columns.ts'
import { rows } from '../database.ts'
import { hourMs, itemAt, kinds } from './log-schema.ts'

const removedKind = kinds.indexOf('removed')

/**
 * Removes from the log what is past a channel's retention. Positions stay contiguous: in the place of what is
 * removed stands the news of it.
 */
export class LogForgetter {
  readonly #sql: Record<
    | 'channel'
    | 'mark'
    | 'cues'
    | 'spans'
    | 'replace'
    | 'deleteBins'
    | 'hasBins'
    | 'deleteAirings'
    | 'deleteRejects'
    | 'unshelve',
    StatementSync
  >

  constructor(db: DatabaseSync) {
    this.#sql = {
      channel: db.prepare('SELECT id, epoch FROM channel WHERE name = ?'),
      mark: db.prepare(
        `INSERT INTO forgotten VALUES (?, ?)
         ON CONFLICT DO UPDATE SET before = max(before, excluded.before)`,
      ),
      cues: db.prepare(
        `SELECT seq, run.name AS run, track, entry.id FROM entry JOIN run ON run.id = entry.run
         WHERE entry.channel = ? AND kind = 0 AND start < ? LIMIT ?`,
      ),
      spans: db.prepare(
        'SELECT seq, kind, text FROM entry WHERE channel = ? AND kind IN (1, 2) ORDER BY seq',
      ),
      replace: db.prepare(
        `UPDATE entry SET kind = ${removedKind}, late = NULL, run = NULL, track = NULL, id = NULL, start = NULL,
         "end" = NULL, mode = NULL, language = NULL, airing = NULL, text = ? WHERE channel = ? AND seq = ?`,
      ),
      deleteBins: db.prepare('DELETE FROM bin WHERE channel = ? AND hour < ?'),
      hasBins: db.prepare('SELECT 1 FROM bin WHERE channel = ? AND hour < ? LIMIT 1'),
      deleteAirings: db.prepare(
        'DELETE FROM airing WHERE channel = ? AND ("end" <= ? OR ("end" IS NULL AND start < ?))',
      ),
      deleteRejects: db.prepare('DELETE FROM reject WHERE channel = ? AND stored < ?'),
      unshelve: db.prepare(
        'DELETE FROM shelf WHERE channel = (SELECT id FROM channel WHERE name = ?) AND month = ?',
      ),
    }
  }

  /** Whether `forget` would find captions. */
  holds(name: string, beforeMs: number): boolean {
    const channel = this.#sql.channel.get(name)
    if (channel === undefined) return false
    const id = integer(channel, 'id')
    return (
      this.#sql.cues.get(id, beforeMs, 1) !== undefined ||
      this.#sql.hasBins.get(id, Math.floor(beforeMs / hourMs)) !== undefined ||
      this.#pastSpans(id, beforeMs).length > 0
    )
  }

  /** At most about `limit` rows; answers how many were changed. */
  forget(name: string, beforeMs: number, limit: number): number {
    const channel = this.#sql.channel.get(name)
    if (channel === undefined) return 0
    const id = integer(channel, 'id')
    // First, so that nothing is ever missing without a reason.
    this.#sql.mark.run(id, beforeMs)
    const position = (row: Row): Removed['position'] => ({
      epoch: text(channel, 'epoch'),
      seq: integer(row, 'seq'),
    })
    const items: Removed[] = [
      ...rows(this.#sql.cues, id, beforeMs, limit).map((row) => ({
        ...{ channel: name, position: position(row), what: 'cue' as const },
        ...{ run: text(row, 'run'), track: text(row, 'track'), id: integer(row, 'id') },
      })),
      ...this.#pastSpans(id, beforeMs).map((row) => {
        const { run, id } = json(row, 'text') as Airing | Gap
        const what = itemAt(kinds, integer(row, 'kind')) === 'gap' ? 'gap' : 'airing'
        return { channel: name, position: position(row), what, run, track: null, id } as const
      }),
    ]
    for (const item of items) this.#sql.replace.run(JSON.stringify(item), id, item.position.seq)
    this.#sql.deleteAirings.run(id, beforeMs, beforeMs - longestAiringMs)
    this.#sql.deleteRejects.run(id, beforeMs)
    const bins = this.#sql.deleteBins.run(id, Math.floor(beforeMs / hourMs))
    return items.length + Number(bins.changes)
  }

  unshelve(name: string, months: readonly number[]): void {
    for (const month of months) this.#sql.unshelve.run(name, month)
  }

  /** Every telling of an airing or gap whose last one says that it is over. */
  #pastSpans(channel: number, beforeMs: number): Row[] {
    const told = rows(this.#sql.spans, channel)
    const keyOf = (row: Row): string =>
      `${integer(row, 'kind')} ${(json(row, 'text') as Airing | Gap).id}`
    const last = new Map(told.map((row) => [keyOf(row), row]))
    return told.filter((row) => {
      const final = last.get(keyOf(row))
      return final !== undefined && isOver(json(final, 'text') as Airing | Gap, beforeMs)
    })
  }
}
