import { z } from 'zod'
import { sessionIdleMs, sessionMaxMs } from '../../../ports/accounts.ts'
import type { Postgres } from '../database.ts'
import { change } from '../directory/journal.ts'
import type { AccountMemory } from './account-memory.ts'
import { removeRows } from './remove-rows.ts'

/** How far back the uses of other nodes are read: beats may fail, and clocks differ. */
const usesOfMs = 10 * 60_000
/** Of challenges, which anybody may ask for: past this many the oldest go. */
const mostChallenges = 10_000

/** What a node does now and then: notes of use are written and read, and what has expired is removed. */
export async function beatAccounts(
  database: Postgres,
  memory: AccountMemory,
  nowMs: number,
): Promise<void> {
  await writeUses(database, memory)
  await hearUses(database, memory, nowMs - usesOfMs)
  await forgetExpired(database, nowMs)
}

/** As a change, though none that others must read at once: two that touch the same rows wait for each other. */
async function writeUses(database: Postgres, memory: AccountMemory): Promise<void> {
  const uses = memory.sessions.uses()
  if (uses.length === 0) return
  await change(database, async (client) => {
    const noted = 'unnest($1::text[], $2::bigint[]) AS noted (id, ms)'
    const times = uses.map(({ ms }) => ms)
    await client.query(
      `UPDATE session SET used = noted.ms FROM ${noted}
       WHERE session.id = noted.id AND session.used < noted.ms`,
      [uses.map(({ id }) => id), times],
    )
    await client.query(
      `UPDATE person SET seen = newest.ms
       FROM (SELECT id, max(ms) AS ms FROM ${noted} GROUP BY id) AS newest
       WHERE person.id = newest.id AND coalesce(person.seen, 0) < newest.ms`,
      [uses.map(({ user }) => user), times],
    )
  })
  for (const { user, ms } of uses) memory.seen(user, ms)
  memory.sessions.written(uses)
}

async function hearUses(database: Postgres, memory: AccountMemory, sinceMs: number): Promise<void> {
  const timesSchema = z.array(z.object({ id: z.string(), ms: z.int() }))
  const used = await database.query('SELECT id, used AS ms FROM session WHERE used > $1', [sinceMs])
  for (const { id, ms } of timesSchema.parse(used.rows)) memory.sessions.heard(id, ms)
  const seen = await database.query('SELECT id, seen AS ms FROM person WHERE seen > $1', [sinceMs])
  for (const { id, ms } of timesSchema.parse(seen.rows)) memory.seen(id, ms)
}

/** It is refused already; this is for the room it takes. */
async function forgetExpired(database: Postgres, nowMs: number): Promise<void> {
  await database.query(
    `DELETE FROM challenge WHERE expires <= greatest($1, (
       SELECT expires FROM challenge ORDER BY expires DESC OFFSET $2 LIMIT 1))`,
    [nowMs, mostChallenges],
  )
  await database.query('DELETE FROM use_count WHERE expire <= $1', [nowMs])
  const old = [nowMs - sessionIdleMs, nowMs - sessionMaxMs] as const
  const { rows } = await database.query(
    `SELECT EXISTS (SELECT FROM link WHERE expires <= $1)
         OR EXISTS (SELECT FROM session WHERE used <= $2 OR created <= $3) AS "hasExpired"`,
    [nowMs, ...old],
  )
  if (!z.object({ hasExpired: z.boolean() }).parse(rows[0]).hasExpired) return
  await removeRows(database, 'link', 'expires <= $1', [nowMs])
  await removeRows(database, 'session', 'used <= $1 OR created <= $2', old)
}
