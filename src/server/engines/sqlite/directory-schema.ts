import type { Migrations } from './database.ts'

/** Triggers that count a part up when rows of a table come, go, or change in these columns. */
function counted(part: string, table: string, columns: readonly string[]): string {
  const events = { added: 'INSERT', removed: 'DELETE', changed: `UPDATE OF ${columns.join(', ')}` }
  return Object.entries(events)
    .map(
      ([name, event]) =>
        `CREATE TRIGGER ${table}_${name} AFTER ${event} ON ${table}
         BEGIN UPDATE part SET changes = changes + 1 WHERE name = '${part}'; END;`,
    )
    .join('\n')
}

/** data/ccr.db: what administrators and people decide. Of tokens, sessions and links only the SHA-256 is kept. */
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
  // What is a person's goes with the person. Whatever changes a part, but for notes of use, counts it up: other
  // processes read anew only what has changed.
  `
  CREATE TABLE part (name TEXT PRIMARY KEY, changes INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE user (
    id TEXT PRIMARY KEY,
    email TEXT NOT NULL UNIQUE,
    name TEXT,
    role TEXT NOT NULL,
    channels TEXT NOT NULL,
    created INTEGER NOT NULL,
    seen INTEGER,
    preferences TEXT NOT NULL DEFAULT '{}'
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE session (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    user TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    device TEXT NOT NULL,
    created INTEGER NOT NULL,
    used INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX session_user ON session (user);
  CREATE TABLE passkey (
    id TEXT PRIMARY KEY,
    user TEXT NOT NULL REFERENCES user (id) ON DELETE CASCADE,
    name TEXT NOT NULL,
    key BLOB NOT NULL,
    counter INTEGER NOT NULL,
    transports TEXT NOT NULL,
    created INTEGER NOT NULL,
    used INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX passkey_user ON passkey (user);
  CREATE TABLE link (
    id TEXT PRIMARY KEY,
    hash TEXT NOT NULL UNIQUE,
    purpose TEXT NOT NULL,
    email TEXT,
    role TEXT NOT NULL,
    channels TEXT NOT NULL,
    user TEXT REFERENCES user (id) ON DELETE CASCADE,
    next TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX link_user ON link (user);
  ALTER TABLE token ADD COLUMN owner TEXT REFERENCES user (id) ON DELETE CASCADE;
  CREATE INDEX token_owner ON token (owner);
  INSERT INTO part VALUES ('directory', 0), ('accounts', 0);
  ${counted('directory', 'channel', ['value'])}
  ${counted('directory', 'token', ['scope', 'note', 'expires', 'revoked', 'owner'])}
  ${counted('accounts', 'user', ['email', 'name', 'role', 'channels', 'preferences'])}
  ${counted('accounts', 'session', ['device'])}
  ${counted('accounts', 'passkey', ['name'])}
  ${counted('accounts', 'link', ['expires'])}
  `,
]
