import { promisify } from 'node:util'
import { zstdCompress } from 'node:zlib'
import { z } from 'zod'
import { formatRcwtHeader } from '../../../../captions/rcwt.ts'
import type { Objects } from '../../../ports/objects.ts'
import { createEpoch } from '../../epoch.ts'
import {
  binCompression,
  binName,
  formatBinTable,
  isHourDue,
  maxFileBytes,
  type StoredChunk,
} from '../../rules/bin-chunks.ts'
import type { Postgres, Queryable } from '../database.ts'
import { holdObject, nameObject } from './loose-objects.ts'

/** Hours of channels taken in one pass. */
const hoursPerPass = 32

const hourRows = z.array(
  z.object({
    ...{ channel: z.int(), name: z.string(), hour: z.int() },
    ...{ first: z.int(), last: z.int(), stored_ms: z.int() },
  }),
)
const chunkRows = z.array(
  z.object({
    ...{ n: z.int(), run: z.int(), run_name: z.string(), format: z.enum(['rcwt', 'ttxt', 'vtt']) },
    ...{ at_ms: z.int(), data: z.instanceof(Uint8Array) },
  }),
)

type Hour = z.infer<typeof hourRows>[number]
type Chunk = z.infer<typeof chunkRows>[number]

interface FiledRun {
  readonly run: number
  readonly format: string
  readonly object: string
  readonly table: Uint8Array
  readonly bytes: number
  readonly rawBytes: number
  readonly times: readonly number[]
}

/**
 * Puts original bytes of hours that are over where they stay: each run's as one object. Several nodes may do so at once: the
 * chunks of an hour leave in the transaction that names its objects, whole or not at all, and what another was quicker to
 * put away is dropped.
 */
export class BinFiler {
  readonly #database: Postgres
  readonly #objects: Objects

  constructor(database: Postgres, objects: Objects) {
    this.#database = database
    this.#objects = objects
  }

  /** How many hours were put away; `all`: those that are not over too. Rejects with `storage-unavailable` (CcrError). */
  async pass(nowMs: number, all = false): Promise<number> {
    let count = 0
    for (const hour of await this.#hours()) {
      if (count === hoursPerPass && !all) break
      const { first, last, stored_ms: storedMs } = hour
      if (!all && !isHourDue({ hour: hour.hour, first, last, storedMs }, nowMs)) continue
      while (await this.#file(hour)) count++
    }
    return count
  }

  /** From one hour of a channel to the next by the index: what lies between is not read. */
  async #hours(): Promise<Hour[]> {
    const end = (key: string, order: 'ASC' | 'DESC'): string =>
      `(SELECT ${key} FROM bin_chunk AS chunk WHERE chunk.channel = open.channel AND chunk.hour = open.hour
        ORDER BY n ${order} LIMIT 1)`
    const { rows } = await this.#database.query(
      `WITH RECURSIVE open AS (
         (SELECT channel, hour FROM bin_chunk ORDER BY channel, hour LIMIT 1)
         UNION ALL
         SELECT next.channel, next.hour FROM open CROSS JOIN LATERAL (
           SELECT channel, hour FROM bin_chunk AS chunk
           WHERE (chunk.channel, chunk.hour) > (open.channel, open.hour) ORDER BY channel, hour LIMIT 1
         ) AS next
       )
       SELECT channel, hour, ${end('n', 'ASC')} AS first, ${end('n', 'DESC')} AS last,
         ${end('stored_ms', 'DESC')} AS stored_ms, (SELECT name FROM log_channel WHERE id = channel) AS name
       FROM open`,
    )
    return hourRows.parse(rows)
  }

  /** Whether there may be more of it. */
  async #file({ channel, name, hour }: Hour): Promise<boolean> {
    const { rows } = await this.#database.query(
      `SELECT n, run, (SELECT name FROM log_run WHERE id = run) AS run_name, format, at_ms, data FROM (
         SELECT *, sum(octet_length(data)) OVER (ORDER BY n) - octet_length(data) AS before
         FROM bin_chunk WHERE channel = $1 AND hour = $2
       ) AS whole WHERE before < ${maxFileBytes} ORDER BY n`,
      [channel, hour],
    )
    const taken = chunkRows.parse(rows)
    const upTo = taken.at(-1)?.n
    if (upTo === undefined) return false
    const runs = Map.groupBy(taken, ({ run, format }) => `${run} ${format}`)
    const filed: FiledRun[] = []
    for (const chunks of runs.values()) filed.push(await this.#put(name, hour, chunks))
    return await this.#database.transaction(async (client) => {
      const open = await client.query(
        'SELECT 1 FROM bin_chunk WHERE channel = $1 AND hour = $2 AND n <= $3 FOR UPDATE',
        [channel, hour, upTo],
      )
      // Another was quicker, or they are past their retention: these objects stay without a name.
      if (open.rowCount !== taken.length) return false
      await client.query('DELETE FROM bin_chunk WHERE channel = $1 AND hour = $2 AND n <= $3', [
        ...[channel, hour, upTo],
      ])
      for (const file of filed) await nameFile(client, channel, hour, upTo, file)
      return true
    })
  }

  async #put(channel: string, hour: number, chunks: readonly Chunk[]): Promise<FiledRun> {
    const [first] = chunks
    if (first === undefined) throw new Error('an empty group of chunks')
    const { run, run_name, format } = first
    const stored: StoredChunk[] = chunks.map(({ n, at_ms: atMs, data }) => ({ n, atMs, data }))
    const header = format === 'rcwt' ? formatRcwtHeader() : new Uint8Array(0)
    const raw = Buffer.concat([header, ...stored.map(({ data }) => data)])
    const packed = await promisify(zstdCompress)(raw, binCompression)
    // A name of its own: what two put away at once, or a crash left behind, is never mixed up.
    const object = `bin/${binName(channel, hour, run_name)}.${createEpoch()}.${format}.zst`
    await holdObject(this.#database, object)
    await this.#objects.put(object, packed)
    return {
      ...{ run, format, object, table: formatBinTable(stored) },
      ...{ bytes: packed.length, rawBytes: raw.length, times: stored.map(({ atMs }) => atMs) },
    }
  }
}

async function nameFile(
  client: Queryable,
  channel: number,
  hour: number,
  upTo: number,
  { run, format, object, table, bytes, rawBytes, times }: FiledRun,
): Promise<void> {
  await nameObject(client, object)
  await client.query(
    `INSERT INTO bin_file (channel, hour, part, run, format, from_ms, to_ms, up_to, bytes, raw_bytes, chunks, object)
     SELECT $1, $2, coalesce(max(part), 0) + 1, $3, $4, $5, $6, $7, $8, $9, $10, $11
     FROM bin_file WHERE channel = $1 AND hour = $2`,
    [
      ...[channel, hour, run, format, times.reduce((a, b) => Math.min(a, b))],
      ...[
        times.reduce((a, b) => Math.max(a, b)),
        upTo,
        bytes,
        rawBytes,
        Buffer.from(table),
        object,
      ],
    ],
  )
}
