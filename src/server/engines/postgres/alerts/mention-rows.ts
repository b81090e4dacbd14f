import type { Mention, Repeat } from '../../../../protocol/alerts.ts'
import { CcrError } from '../../../../protocol/codes.ts'
import type {
  AlertLedger,
  AlertStore,
  DayCount,
  MentionsPage,
  NewMention,
  Shown,
} from '../../../ports/alerts.ts'
import { integer, json, text, type Row } from '../../rules/columns.ts'
import type { Queryable, Readable } from '../database.ts'
import { isShown, shownValues } from './shown.ts'

/** Repeats that a mention lists; the others are counted. */
const mostListed = 50

export async function listMentions(
  database: Readable,
  { alert, shown, cursor, limit }: Parameters<AlertStore['mentions']>[0],
): Promise<MentionsPage> {
  const before = cursor === null ? Number.MAX_SAFE_INTEGER : numberOf(cursor)
  const { rows } = await database.query<Row>(
    `SELECT * FROM mention WHERE alert = $1 AND n < $2 AND head IS NULL AND ${isShown(4)}
     ORDER BY n DESC LIMIT $3`,
    [alert, before, limit + 1, ...shownValues(shown)],
  )
  const items = await whole(database, rows.slice(0, limit), shown)
  const last = rows[limit - 1]
  const isMore = rows.length > limit && last !== undefined
  return { items, cursor: isMore ? String(integer(last, 'n')) : null }
}

/** Mentions with what repeats them, as far as that is shown. */
export async function whole(
  database: Readable,
  found: readonly Row[],
  shown: readonly Shown[],
): Promise<Mention[]> {
  const { rows } = await database.query<Row>(
    `SELECT head, value, count FROM (
       SELECT n, head, value, count(*) OVER (PARTITION BY head) AS count,
         row_number() OVER (PARTITION BY head ORDER BY n) AS place
       FROM mention WHERE head = ANY ($1) AND ${isShown(2)}
     ) AS repeat WHERE place <= ${mostListed} ORDER BY n`,
    [found.map((row) => text(row, 'id')), ...shownValues(shown)],
  )
  const repeats = Map.groupBy(rows, (row) => text(row, 'head'))
  return found.map((row) => {
    const own = repeats.get(text(row, 'id')) ?? []
    const [first] = own
    return {
      ...valueOf(row),
      alsoOn: own.map((one) => repeatOf(valueOf(one))),
      repeats: first === undefined ? 0 : integer(first, 'count'),
    }
  })
}

export async function countMentions(
  database: Readable,
  alerts: readonly string[],
  shown: readonly Shown[],
  sinceMs: number,
): Promise<DayCount[]> {
  const { rows } = await database.query<Row>(
    `SELECT alert, to_char(to_timestamp(matched / 1000) AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day,
       count(*) AS count
     FROM mention WHERE alert = ANY ($1) AND matched >= $2 AND head IS NULL AND ${isShown(3)}
     GROUP BY 1, 2 ORDER BY alert COLLATE "C", 2`,
    [alerts, sinceMs, ...shownValues(shown)],
  )
  return rows.map((row) => ({
    ...{ alert: text(row, 'alert'), day: text(row, 'day') },
    mentions: integer(row, 'count'),
  }))
}

export async function forgetMentions(
  client: Queryable,
  channel: string,
  what: Parameters<AlertLedger['forget']>[1],
): Promise<void> {
  if ('before' in what)
    await removeMentions(client, 'channel = $1 AND start < $2', [channel, Date.parse(what.before)])
  else
    await removeMentions(client, 'channel = $1 AND run = $2 AND track = $3 AND cue = $4', [
      ...[channel, what.run, what.track, what.cue],
    ])
}

/** What repeated a mention that is gone is a mention itself: the first for the others, and told if that was not. */
export async function removeMentions(
  client: Queryable,
  where: string,
  values: readonly (string | number)[],
): Promise<void> {
  const gone = await client.query<Row>(`DELETE FROM mention WHERE ${where} RETURNING id, state`, [
    ...values,
  ])
  const states = new Map(gone.rows.map((row) => [text(row, 'id'), integer(row, 'state')]))
  const { rows } = await client.query<Row>(
    `SELECT DISTINCT ON (head) head, id FROM mention WHERE head = ANY ($1) ORDER BY head, n`,
    [[...states.keys()]],
  )
  for (const row of rows) {
    const [head, heir] = [text(row, 'head'), text(row, 'id')]
    await client.query('UPDATE mention SET head = NULL, state = $2 WHERE id = $1', [
      ...[heir, states.get(head)],
    ])
    await client.query('UPDATE mention SET head = $2 WHERE head = $1', [head, heir])
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
