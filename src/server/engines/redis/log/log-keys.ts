import { tagOf } from '../keys.ts'

/**
 * What Redis holds of a channel, all of it on one server of a cluster:
 *
 * - `book`, a hash: `epoch`, `version` and `tip` of the last append, `fence`; `server`, which process of Redis holds it;
 *   `archived`, the last version that the archive has; `floor`, the last position that is no longer kept; `earliest`, no entry
 *   began before that; `forgotten`, what began before is past the channel's retention; the rules' notes as JSON (`airings`,
 *   `tracks`, `watch`, `run:ID`, `producer:ID`); and `stored:ID`, what of a producer the archive has.
 * - `entries`, a stream: what readers see, an item for each append that has some, with the id `<tip>-<version>`.
 * - `pending`, a stream: what else the archive needs of each append (KeptNotes, original bytes, rejects), with the id
 *   `<version>-1`, until it is archived.
 * - `opening`, who is making the book.
 * - `archiving`, which node takes the channel's operations, for a moment.
 *
 * The names of the streams contain the epoch: what was begun under one that is over finds nothing. `dirty` is a set of the
 * tag's channels that may have something pending.
 */
export interface LogKeys {
  readonly book: string
  readonly opening: string
  readonly archiving: string
  readonly dirty: string
  readonly entries: (epoch: string) => string
  readonly pending: (epoch: string) => string
}

export function logKeys(channel: string): LogKeys {
  const tag = `ccr:{${tagOf(channel)}}`
  return {
    book: `${tag}:book:${channel}`,
    opening: `${tag}:opening:${channel}`,
    archiving: `${tag}:archiving:${channel}`,
    dirty: dirtyKey(tagOf(channel)),
    entries: (epoch) => `${tag}:entries:${channel}:${epoch}`,
    pending: (epoch) => `${tag}:pending:${channel}:${epoch}`,
  }
}

export function dirtyKey(tag: number): string {
  return `ccr:{${tag}}:dirty`
}
