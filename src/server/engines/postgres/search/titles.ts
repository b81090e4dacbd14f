import { text, textOrNull, type Row } from '../../rules/columns.ts'
import type { Queryable } from '../database.ts'

interface Programme {
  readonly channel: string
  readonly airing: string | null
}

/** Titles of programmes, as one search has come to know them. */
export class Titles {
  readonly #client: Queryable
  readonly #titles = new Map<string, string | null>()

  constructor(client: Queryable) {
    this.#client = client
  }

  /** Null when it is not known, or was not loaded. */
  of(channel: string, airing: string): string | null {
    return this.#titles.get(keyOf(channel, airing)) ?? null
  }

  async load(programmes: Iterable<Programme>): Promise<void> {
    const missing = new Map<string, { readonly channel: string; readonly airing: string }>()
    for (const { channel, airing } of programmes) {
      if (airing === null) continue
      const key = keyOf(channel, airing)
      if (!this.#titles.has(key)) missing.set(key, { channel, airing })
    }
    if (missing.size === 0) return
    const asked = [...missing.values()]
    const { rows } = await this.#client.query(
      `SELECT log_channel.name AS channel, airing.id AS airing, airing.value ->> 'title' AS title
         FROM unnest($1::text[], $2::text[]) AS asked (channel, airing)
         JOIN log_channel ON log_channel.name = asked.channel
         JOIN airing ON airing.channel = log_channel.id AND airing.id = asked.airing`,
      [asked.map(({ channel }) => channel), asked.map(({ airing }) => airing)],
    )
    for (const key of missing.keys()) this.#titles.set(key, null)
    for (const row of rows as Row[])
      this.#titles.set(keyOf(text(row, 'channel'), text(row, 'airing')), textOrNull(row, 'title'))
  }
}

function keyOf(channel: string, airing: string): string {
  return `${channel} ${airing}`
}
