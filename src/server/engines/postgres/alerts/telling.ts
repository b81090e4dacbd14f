import { randomBytes } from 'node:crypto'
import type { Notification } from '../../../../protocol/alerts.ts'
import type { AlertLedger, Telling, VolumeTelling, Waiting } from '../../../ports/alerts.ts'
import { integer, json, text, type Row } from '../../rules/columns.ts'
import type { Queryable, Readable } from '../database.ts'
import { states } from './alert-tables.ts'
import { whole } from './mention-rows.ts'
import { isOpen, isShown, shownValues } from './shown.ts'

/** What is to be told, from the moment that it is decided until it is known to be handed over. */

/** What was handed over is remembered so long, for the limits of an hour. */
const keptMs = 86_400_000

export async function readWaiting(database: Readable): Promise<Waiting[]> {
  const { rows } = await database.query<Row>(
    `SELECT alert, count(*) AS count, min(matched) AS first, min(release) AS release
     FROM mention WHERE state = ${states.waits} GROUP BY alert`,
  )
  return rows.map((row) => ({
    ...{ alert: text(row, 'alert'), count: integer(row, 'count') },
    firstMs: integer(row, 'first'),
    releaseMs: integer(row, 'release'),
  }))
}

export async function tellOne(
  client: Queryable,
  { alert, restated, shown, kind, because, most, nowMs }: Telling,
): Promise<void> {
  if (!(await isThere(client, alert.id))) return
  const values = shownValues(shown)
  const waits = `alert = $1 AND state = ${states.waits}`
  await client.query(
    `UPDATE mention SET state = ${states.kept} WHERE ${waits} AND NOT ${isOpen(2)}`,
    [alert.id, ...values],
  )
  const where = `${waits} AND release <= $2 AND ${isShown(3)}`
  const found = await client.query<Row>(
    `SELECT * FROM mention WHERE ${where} ORDER BY n LIMIT $6`,
    [alert.id, nowMs, ...values, most],
  )
  const mentions = await whole(client, found.rows, shown)
  const [first] = mentions
  if (first === undefined) return
  const told = await client.query(`UPDATE mention SET state = ${states.told} WHERE ${where}`, [
    ...[alert.id, nowMs, ...values],
  ])
  const { id, name, query, owner, destinations } = alert
  await add(
    client,
    {
      ...{ id: newId(), kind, owner, destinations },
      alert: { id, name, query, restated },
      ...{ mentions, more: (told.rowCount ?? 0) - mentions.length, because, volume: null },
      period: kind === 'digest' ? { from: first.trail.matched, to: iso(nowMs) } : null,
      createdAt: iso(nowMs),
    },
    nowMs,
  )
}

export async function tellVolume(
  client: Queryable,
  { alert, restated, shown, news, most, fromMs, nowMs, dueMs }: VolumeTelling,
): Promise<void> {
  const risen = await client.query('UPDATE alert SET risen = $2 WHERE id = $1', [alert.id, nowMs])
  if (risen.rowCount === 0) return
  const { rows } = await client.query<Row>(
    `SELECT * FROM mention WHERE alert = $1 AND head IS NULL AND start >= $2 AND ${isShown(4)}
     ORDER BY n DESC LIMIT $3`,
    [alert.id, fromMs, most, ...shownValues(shown)],
  )
  const { id, name, query, owner, destinations } = alert
  await add(
    client,
    {
      ...{ id: newId(), kind: 'volume', owner, destinations },
      alert: { id, name, query, restated },
      ...{ mentions: (await whole(client, rows, shown)).reverse(), more: 0, volume: news },
      period: { from: iso(fromMs), to: iso(nowMs) },
      because: dueMs > nowMs ? 'quiet-hours' : 'rate',
      createdAt: iso(nowMs),
    },
    dueMs,
  )
}

export async function readUnhanded(
  database: Readable,
  nowMs: number,
): Promise<Awaited<ReturnType<AlertLedger['unhanded']>>> {
  const { rows } = await database.query<Row>(
    'SELECT value, due FROM notification WHERE value IS NOT NULL ORDER BY due, at, id COLLATE "C"',
  )
  const due = rows.filter((row) => integer(row, 'due') <= nowMs)
  const next = rows[due.length]
  return {
    due: due.map((row) => json(row, 'value') as Notification),
    nextMs: next === undefined ? null : integer(next, 'due'),
  }
}

export async function readToldSince(
  database: Readable,
  sinceMs: number,
): Promise<(readonly [owner: string, atMs: number])[]> {
  const { rows } = await database.query<Row>('SELECT owner, at FROM notification WHERE at >= $1', [
    sinceMs,
  ])
  return rows.map((row) => [text(row, 'owner'), integer(row, 'at')])
}

/** Whether nobody has removed the alert, or will before the transaction ends. */
async function isThere(client: Queryable, alert: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM alert WHERE id = $1 FOR KEY SHARE', [
    alert,
  ])
  return rowCount !== 0
}

async function add(client: Queryable, notification: Notification, dueMs: number): Promise<void> {
  const { id, owner, alert } = notification
  const atMs = Date.parse(notification.createdAt)
  await client.query('DELETE FROM notification WHERE at < $1 AND value IS NULL', [atMs - keptMs])
  await client.query(
    'INSERT INTO notification (id, owner, alert, at, due, value) VALUES ($1, $2, $3, $4, $5, $6)',
    [id, owner, alert.id, atMs, dueMs, JSON.stringify(notification)],
  )
}

function newId(): string {
  return randomBytes(12).toString('hex')
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
