import { z } from 'zod'
import type { Objects } from '../../../ports/objects.ts'
import type { Postgres, Queryable } from '../database.ts'

/**
 * Objects that nobody names. An object is written down before it is put, and is struck off by the transaction that names
 * it; one that is forgotten is written down by the transaction that strikes its name. So whatever dies when, an object is
 * named or on this list, and is removed from the store when it has been on it for a while.
 */

/** No putting lasts so long: who comes after that to name an object finds it struck off. */
const keepMinutes = 60
const objectsAtOnce = 100
/** Requests to the store at a time. */
const removedAtOnce = 8

const rowsOf = z.array(z.object({ object: z.string() }))

/** An object that is about to be put. */
export async function holdObject(database: Postgres, object: string): Promise<void> {
  await database.query('INSERT INTO loose_object VALUES ($1, now())', [object])
}

/** In the transaction that names it. Rejects when the object may be gone already. */
export async function nameObject(client: Queryable, object: string): Promise<void> {
  const { rowCount } = await client.query('DELETE FROM loose_object WHERE object = $1', [object])
  if (rowCount !== 1) throw new Error(`${object} took too long to be put away`)
}

/** In the transaction that strikes their names: the next sweep takes them. */
export async function dropObjects(client: Queryable, objects: readonly string[]): Promise<void> {
  if (objects.length === 0) return
  await client.query("INSERT INTO loose_object SELECT unnest($1::text[]), '-infinity'", [objects])
}

/** Removes what has been on the list for long enough; how many objects. Several may sweep at once. */
export async function sweepObjects(database: Postgres, objects: Objects): Promise<number> {
  let count = 0
  for (;;) {
    const removed = await database.transaction(async (client) => {
      // Held until they are gone and struck off: who would name one of them now waits, and finds nothing.
      const { rows } = await client.query(
        `SELECT object FROM loose_object WHERE since < now() - make_interval(mins => ${keepMinutes})
         ORDER BY since LIMIT ${objectsAtOnce} FOR UPDATE SKIP LOCKED`,
      )
      const names = rowsOf.parse(rows).map(({ object }) => object)
      for (let at = 0; at < names.length; at += removedAtOnce)
        await Promise.all(names.slice(at, at + removedAtOnce).map((name) => objects.remove(name)))
      await client.query('DELETE FROM loose_object WHERE object = ANY($1)', [names])
      return names.length
    })
    count += removed
    if (removed < objectsAtOnce) return count
  }
}
