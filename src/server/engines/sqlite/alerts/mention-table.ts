import { channel } from 'node:diagnostics_channel'
import type { DatabaseSync } from 'node:sqlite'
import type { Mention, Repeat } from '../../../../protocol/alerts.ts'
import { CcrError } from '../../../../protocol/codes.ts'
import type { Position } from '../../../../protocol/position.ts'
import { isAlike, signatureOf } from '../../../../query/text/likeness.ts'
import type {
  AlertLedger,
  AlertStore,
  DayCount,
  MentionsPage,
  NewMention,
  Place,
  Recording,
  Shown,
} from '../../../ports/alerts.ts'
import { transaction, rows } from '../database.ts'
import { blob, integer, json, text, type Row } from '../../rules/columns.ts'
import { states } from './alert-schema.ts'

/** Mentions that a new one is held against; of an alert that finds more in a day, repeats further back are told again. */
const mostCompared = 300
/** Repeats that a mention lists; the others are counted. */
const mostListed = 50
/** Words before a match that tell whether it was said elsewhere too. */
const contextLength = 120
/** Stands for all channels in `place`; no channel is called so. */
const allChannels = '*'

/** Conditions on rows of `mention`: that it may be shown at some time, and now. Their value is the list of what is, as JSON. */
export const isOpen = `EXISTS (
  SELECT 1 FROM json_each(?) AS shown WHERE shown.value ->> 'channel' = mention.channel
    AND mention.start >= shown.value ->> 'sinceMs')`
export const isShown = `EXISTS (
  SELECT 1 FROM json_each(?) AS shown WHERE shown.value ->> 'channel' = mention.channel
    AND mention.start >= shown.value ->> 'sinceMs' AND mention.matched <= shown.value ->> 'untilMs')`

const recording = channel('ccr:alerts.recording')

/** Of an alert that finds without end, older mentions are let go, some at a time: nobody reads on so far. */
const usualLimits = { kept: 10_000, atOnce: 500 }

/** What the alerts have found, and up to where each channel was heard. */
export class MentionTable {
  readonly #db: DatabaseSync
  readonly #limits: typeof usualLimits
  /** By alert, mentions since it was last looked at whether there are too many. */
  readonly #added = new Map<string, number>()

  constructor(db: DatabaseSync, limits = usualLimits) {
    this.#db = db
    this.#limits = limits
  }

  places(): Place[] | null {
    const all = rows(this.#db.prepare('SELECT * FROM place')).map((row): Place => [
      text(row, 'channel'),
      { epoch: text(row, 'epoch'), seq: integer(row, 'seq') },
    ])
    const places = all.filter(([channel]) => channel !== allChannels)
    return places.length === all.length ? null : places
  }

  keep(places: readonly Place[]): void {
    transaction(this.#db, () => {
      for (const [channel, position] of places) this.#keep(channel, position)
      this.#keep(allChannels, { epoch: '', seq: 0 })
    })
  }

  record(recordings: readonly Recording[]): void {
    transaction(this.#db, () => {
      for (const { channel, position, mentions } of recordings) {
        for (const one of mentions) {
          this.#record(one)
          this.#letGo(one.mention.alert)
        }
        if (position !== null) this.#keep(channel, position)
      }
      recording.publish(undefined)
    })
  }

  list({ alert, shown, cursor, limit }: Parameters<AlertStore['mentions']>[0]): MentionsPage {
    const before = cursor === null ? Number.MAX_SAFE_INTEGER : numberOf(cursor)
    const found = rows(
      this.#db.prepare(`
        SELECT * FROM mention WHERE alert = ? AND n < ? AND head IS NULL AND ${isShown}
        ORDER BY n DESC LIMIT ?`),
      ...[alert, before, JSON.stringify(shown), limit + 1],
    )
    const items = this.whole(found.slice(0, limit), shown)
    const last = found[limit - 1]
    const isMore = found.length > limit && last !== undefined
    return { items, cursor: isMore ? String(integer(last, 'n')) : null }
  }

  /** Mentions with what repeats them, as far as that is shown. */
  whole(found: readonly Row[], shown: readonly Shown[]): Mention[] {
    const where = `head = ? AND ${isShown}`
    const list = this.#db.prepare(
      `SELECT value FROM mention WHERE ${where} ORDER BY n LIMIT ${mostListed}`,
    )
    const count = this.#db.prepare(`SELECT count(*) AS n FROM mention WHERE ${where}`)
    const ask = JSON.stringify(shown)
    return found.map((row) => {
      const id = text(row, 'id')
      const alsoOn = rows(list, id, ask).map((one) => repeatOf(valueOf(one)))
      const repeats = alsoOn.length < mostListed ? alsoOn.length : Number(count.get(id, ask)?.['n'])
      return { ...valueOf(row), alsoOn, repeats }
    })
  }

  counts(alerts: readonly string[], shown: readonly Shown[], sinceMs: number): DayCount[] {
    const statement = this.#db.prepare(`
      SELECT alert, date(matched / 1000, 'unixepoch') AS day, count(*) AS count FROM mention
      WHERE alert IN (SELECT value FROM json_each(?)) AND matched >= ? AND head IS NULL
        AND ${isShown}
      GROUP BY 1, 2 ORDER BY 1, 2`)
    const found = rows(statement, JSON.stringify(alerts), sinceMs, JSON.stringify(shown))
    return found.map((row) => ({
      ...{ alert: text(row, 'alert'), day: text(row, 'day') },
      mentions: integer(row, 'count'),
    }))
  }

  forget(channel: string, what: Parameters<AlertLedger['forget']>[1]): void {
    const [where, ...values] =
      'before' in what
        ? ['start < ?', Date.parse(what.before)]
        : ['run = ? AND track = ? AND cue = ?', what.run, what.track, what.cue]
    transaction(this.#db, () => this.#remove(`channel = ? AND ${where}`, channel, ...values))
  }

  #letGo(alert: string): void {
    const { kept, atOnce } = this.#limits
    const added = (this.#added.get(alert) ?? 0) + 1
    this.#added.set(alert, added % atOnce)
    if (added < atOnce) return
    const last = this.#db
      .prepare('SELECT n FROM mention WHERE alert = ? ORDER BY n DESC LIMIT 1 OFFSET ?')
      .get(alert, kept)
    if (last !== undefined) this.#remove('alert = ? AND n <= ?', alert, integer(last, 'n'))
  }

  #remove(where: string, ...values: (string | number)[]): void {
    const gone = rows(this.#db.prepare(`SELECT id, state FROM mention WHERE ${where}`), ...values)
    this.#db.prepare(`DELETE FROM mention WHERE ${where}`).run(...values)
    for (const row of gone) this.#succeed(text(row, 'id'), integer(row, 'state'))
  }

  /** What repeated a mention that is gone is a mention itself: the first for the others, and told if that was not. */
  #succeed(head: string, state: number): void {
    const heir = this.#db
      .prepare('SELECT id FROM mention WHERE head = ? ORDER BY n LIMIT 1')
      .get(head)
    if (heir === undefined) return
    const id = text(heir, 'id')
    this.#db.prepare('UPDATE mention SET head = NULL, state = ? WHERE id = ?').run(state, id)
    this.#db.prepare('UPDATE mention SET head = ? WHERE head = ?').run(id, head)
  }

  #keep(channel: string, { epoch, seq }: Position): void {
    this.#db.prepare('INSERT OR REPLACE INTO place VALUES (?, ?, ?)').run(channel, epoch, seq)
  }

  #record({ mention, run, cue, releaseMs, isTold, foldSinceMs }: NewMention): void {
    const { id, alert, channel, track, start, before, text: said, trail } = mention
    const known = this.#db.prepare(
      'SELECT 1 FROM mention WHERE id = ? UNION ALL SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM alert WHERE id = ?)',
    )
    if (known.get(id, alert) !== undefined) return
    const signature = signatureOf(`${before.slice(-contextLength)} ${said}`)
    const head =
      foldSinceMs === null || signature === null
        ? null
        : this.#alike(alert, signature, foldSinceMs, releaseMs)
    const state = isTold && head === null ? states.waits : states.kept
    this.#db
      .prepare(
        `INSERT INTO mention (id, alert, channel, run, track, cue, start, matched, release, state, head, signature, value)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        ...[id, alert, channel, run, track, cue, Date.parse(start), Date.parse(trail.matched)],
        ...[releaseMs, state, head, signature === null ? null : new Uint8Array(signature.buffer)],
        JSON.stringify(mention),
      )
  }

  /** The mention of the same alert whose words these are, and that is shown no later than these. */
  #alike(alert: string, signature: Int32Array, sinceMs: number, releaseMs: number): string | null {
    const statement = this.#db.prepare(`
      SELECT id, signature FROM mention
      WHERE alert = ? AND matched >= ? AND release <= ? AND head IS NULL AND signature IS NOT NULL
      ORDER BY n DESC LIMIT ${mostCompared}`)
    for (const row of statement.iterate(alert, sinceMs, releaseMs)) {
      const bytes = blob(row, 'signature')
      if (isAlike(signature, new Int32Array(bytes.slice().buffer))) return text(row, 'id')
    }
    return null
  }
}

function valueOf(row: Row): NewMention['mention'] {
  return json(row, 'value') as NewMention['mention']
}

function repeatOf({ channel, channelName, track, start }: NewMention['mention']): Repeat {
  return { channel, channelName, track, start }
}

function numberOf(cursor: string): number {
  const n = /^[0-9]{1,15}$/.test(cursor) ? Number(cursor) : NaN
  if (Number.isNaN(n)) throw new CcrError('bad-request', 'cursor: it is not one of this list.')
  return n
}
