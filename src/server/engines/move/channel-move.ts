import { z } from 'zod'
import type { Objects } from '../../ports/objects.ts'
import { BinFiler } from '../postgres/archive/bin-filer.ts'
import { Partitions } from '../postgres/archive/partitions.ts'
import { storeOperations } from '../postgres/archive/store-operations.ts'
import type { Postgres, Queryable } from '../postgres/database.ts'
import type { Operation } from '../rules/kept-log.ts'
import type { SourceChannel } from './folder-source.ts'

/** Original bytes wait in the database for no longer than that before they are put away. */
const stepsBeforeFiling = 64

const channelRow = z.object({ id: z.int(), version: z.int(), tip: z.int(), bins: z.int() })
const moveRow = z.object({ source: z.string(), done: z.boolean() })

/**
 * Stores a channel of a data folder in PostgreSQL, under the numbers and the epoch it has there. A step and its number are
 * one transaction, so that whoever comes back goes on after the last, also when the process was killed.
 */
export class ChannelMove {
  readonly #database: Postgres
  readonly #partitions: Partitions
  readonly #filer: BinFiler

  constructor(database: Postgres, objects: Objects) {
    this.#database = database
    this.#partitions = new Partitions(database)
    this.#filer = new BinFiler(database, objects)
  }

  /** False when all of it was moved before. Rejects with one sentence when the database holds something else. */
  async run(
    channel: SourceChannel,
    steps: AsyncIterable<Operation>,
    onStep: (step: Operation) => void,
  ): Promise<boolean> {
    const begun = await this.#database.transaction((client) => begin(client, channel))
    if (begun.done) return false
    let unfiled = 0
    for await (const step of steps) {
      if (step.version > begun.version) {
        await this.#store(channel, step)
        if (step.bins.length > 0 && ++unfiled === stepsBeforeFiling) {
          await this.#file()
          unfiled = 0
        }
      }
      onStep(step)
    }
    await this.#file()
    await this.#database.query(
      'UPDATE storage_move SET done = true WHERE channel = (SELECT id FROM log_channel WHERE name = $1)',
      [channel.name],
    )
    return true
  }

  async #store({ name }: SourceChannel, step: Operation): Promise<void> {
    const cues = step.entries.flatMap((entry) => (entry.type === 'cue' ? entry.value : []))
    await this.#partitions.make(new Set(cues.map(({ start }) => Date.parse(start))))
    await this.#database.transaction(async (client) => {
      const row = await lock(client, name)
      if (row.version !== step.version - 1)
        throw new Error(`something else stores captions of ${name}: stop it, and begin again`)
      await storeOperations(client, row, [step])
    })
  }

  async #file(): Promise<void> {
    while ((await this.#filer.pass(Date.now())) > 0);
  }
}

async function begin(
  client: Queryable,
  { name, epoch, mark }: SourceChannel,
): Promise<{ version: number; done: boolean }> {
  await client.query(
    'INSERT INTO log_channel (name, epoch) VALUES ($1, $2) ON CONFLICT DO NOTHING',
    [name, epoch],
  )
  const { id, version, tip } = await lock(client, name)
  const found = await client.query('SELECT source, done FROM storage_move WHERE channel = $1', [id])
  const known = moveRow.optional().parse(found.rows[0])
  if (known === undefined) {
    if (version > 0 || tip > 0)
      throw new Error(
        `the database holds captions of ${name} that are not of this folder: nothing of it was moved; take another database`,
      )
    await client.query('UPDATE log_channel SET epoch = $2 WHERE id = $1', [id, epoch])
    await client.query('INSERT INTO storage_move (channel, source) VALUES ($1, $2)', [id, mark])
  } else if (known.source !== mark) {
    throw new Error(
      `${name} has changed in the folder since its move began: begin again with an empty database`,
    )
  }
  return { version, done: known?.done === true }
}

async function lock(client: Queryable, name: string): Promise<z.infer<typeof channelRow>> {
  const { rows } = await client.query(
    'SELECT id, version, tip, bins FROM log_channel WHERE name = $1 FOR UPDATE',
    [name],
  )
  return z.tuple([channelRow]).parse(rows)[0]
}
