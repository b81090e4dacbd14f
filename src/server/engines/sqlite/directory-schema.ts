import type { Migrations } from './database.ts'

/** data/ccr.db: what administrators decide. Of a token only the SHA-256 is kept. */
export const directoryMigrations: Migrations = [
  `
  CREATE TABLE channel (id TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE token (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    scope TEXT NOT NULL,
    note TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER,
    used INTEGER,
    revoked INTEGER
  ) STRICT, WITHOUT ROWID;
  `,
]
