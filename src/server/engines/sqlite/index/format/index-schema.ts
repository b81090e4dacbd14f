import type { Migrations } from '../../database.ts'

/**
 * data/index/YYYY-MM.db: the words of the cues that began in that month. Everything in it is made
 * from the cues and can be made again.
 *
 * - A **stream** is one track of one run: its cues in order are one row of tokens.
 * - A **chunk** holds stretches of streams, written at once and never changed. Each stretch has cues of
 *   its own, whole minutes of them, and whole cues before and after (`marginBefore`, `marginAfter`
 *   tokens), so that whatever begins in its own cues can be decided in the chunk alone. Who comes later
 *   with a minute of a stream owns it: the chunks before own it no more.
 * - A chunk's tokens are numbered in one row, stretch after stretch, with `stretchDistance` between
 *   them, more than any query reaches. `posting` holds the ascending numbers of one term in one chunk,
 *   `hours` of terms that are said often how often they are in each hour: what charts add up.
 * - `channel.seq` says up to where the channel's cues of this month are in chunks.
 * - `state.version` grows with every change, `made` is the version that wrote a chunk; `terms` counts terms;
 *   `file` is another for an index that is made again.
 */
export const indexMigrations: Migrations = [
  `
  CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), version INTEGER NOT NULL, terms INTEGER NOT NULL, file TEXT NOT NULL) STRICT;
  INSERT INTO state VALUES (1, 0, 0, hex(randomblob(8)));
  CREATE TABLE channel (name TEXT PRIMARY KEY, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE stream (
    id INTEGER PRIMARY KEY,
    channel TEXT NOT NULL,
    run TEXT NOT NULL,
    track TEXT NOT NULL,
    UNIQUE (channel, run, track)
  ) STRICT;
  CREATE TABLE term (text TEXT PRIMARY KEY, id INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE chunk (
    id INTEGER PRIMARY KEY,
    made INTEGER NOT NULL,
    tokens INTEGER NOT NULL,
    first_minute INTEGER NOT NULL,
    last_minute INTEGER NOT NULL,
    stretches BLOB NOT NULL,
    minutes BLOB NOT NULL,
    cues BLOB NOT NULL,
    labels TEXT NOT NULL,
    terms BLOB NOT NULL
  ) STRICT;
  CREATE TABLE posting (key INTEGER PRIMARY KEY, positions BLOB NOT NULL) STRICT;
  `,
  `
  CREATE TABLE hours (key INTEGER PRIMARY KEY, counts BLOB NOT NULL) STRICT;
  `,
]

/** The first version of the schema in which terms are counted by hour: older months have no such table until they are written to. */
export const versionWithHours = 2

/** Postings are short; rows of large pages cost less to walk. */
export const indexPageSize = 8192

const chunksPerTerm = 2 ** 20

/** One integer names a term's row in a chunk, so that a term's rows are neighbours, in order of chunks. */
export function postingKey(term: number, chunk: number): number {
  return term * chunksPerTerm + chunk
}

export function chunkOf(key: number): number {
  return key % chunksPerTerm
}

export const maxChunk = chunksPerTerm - 1

/** Further than anything in a query reaches. */
export const stretchDistance = 256
