import { z } from 'zod'
import type { KeptBook, LogKeeper, Operation } from '../../rules/kept-log.ts'
import type { Postgres } from '../database.ts'
import { readBook } from './archive-book.ts'
import { Partitions } from './partitions.ts'
import { markOf, storeOperations } from './store-operations.ts'

const channelRow = z.object({
  id: z.int(),
  epoch: z.string(),
  version: z.int(),
  tip: z.int(),
  bins: z.int(),
  last: z.string().nullable(),
})

type ChannelRow = z.infer<typeof channelRow>

/** What the archive in PostgreSQL holds of the channels' logs. */
export class PostgresKeeper implements LogKeeper {
  readonly #database: Postgres
  readonly #partitions: Partitions

  constructor(database: Postgres) {
    this.#database = database
    this.#partitions = new Partitions(database)
  }

  async load(channel: string, newEpoch: string): Promise<KeptBook> {
    const read = (): Promise<KeptBook | undefined> =>
      this.#database.snapshot((client) => readBook(client, channel))
    let book = await read()
    if (book === undefined) {
      await this.#database.query(
        'INSERT INTO log_channel (name, epoch) VALUES ($1, $2) ON CONFLICT DO NOTHING',
        [channel, newEpoch],
      )
      book = await read()
    }
    if (book === undefined) throw new Error(`channel ${channel} was not made`)
    return book
  }

  async renew(channel: string, epoch: string, newEpoch: string): Promise<string> {
    const { rows } = await this.#database.query(
      `INSERT INTO log_channel AS known (name, epoch) VALUES ($1, $3) ON CONFLICT (name)
       DO UPDATE SET epoch = CASE known.epoch WHEN $2 THEN $3 ELSE known.epoch END RETURNING epoch`,
      [channel, epoch, newEpoch],
    )
    return z.tuple([z.object({ epoch: z.string() })]).parse(rows)[0].epoch
  }

  /** The channel's row is locked first: of several at once, each sees what the one before has stored. */
  async keep(
    channel: string,
    epoch: string,
    operations: readonly Operation[],
  ): Promise<'kept' | 'stale'> {
    await this.#partitions.make(startsOf(operations))
    return await this.#database.transaction(async (client) => {
      const found = await client.query(
        'SELECT id, epoch, version, tip, bins, last FROM log_channel WHERE name = $1 FOR UPDATE',
        [channel],
      )
      const row = channelRow.optional().parse(found.rows[0])
      if (row?.epoch !== epoch) return 'stale'
      const fresh = operations.filter(({ version }) => version > row.version)
      if (!isContinued(row, operations, fresh)) return 'stale'
      if (fresh.length > 0) await storeOperations(client, row, fresh)
      return 'kept'
    })
  }
}

/**
 * A log that has lost its tail without a word gives its numbers out again: what follows then does not fit what was stored
 * under them.
 */
function isContinued(
  { version, tip, last }: ChannelRow,
  operations: readonly Operation[],
  fresh: readonly Operation[],
): boolean {
  const again = operations.find((operation) => operation.version === version)
  if (again !== undefined && markOf(again) !== last) return false
  const [first] = fresh
  if (first !== undefined && first.tip - first.entries.length !== tip) return false
  return fresh.every((operation, n) => operation.version === version + 1 + n)
}

function startsOf(operations: readonly Operation[]): Set<number> {
  const starts = new Set<number>()
  for (const { entries } of operations)
    for (const entry of entries) if (entry.type === 'cue') starts.add(Date.parse(entry.value.start))
  return starts
}
