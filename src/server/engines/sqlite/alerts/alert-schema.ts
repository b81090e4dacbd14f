import type { Migrations } from '../database.ts'

/**
 * data/alerts.db. Apart from ccr.db, whose every change makes all processes read it anew. Times are milliseconds.
 *
 * - `alert.since`: what was aired before is not told.
 * - A row of `place` for the channel `*` says that places are kept: a channel without one was made since.
 * - `mention.state` is 0 while it waits to be told, 1 when it was told, 2 when it is kept for the history only; `head` is
 *   the mention whose words it repeats.
 * - `notification` holds what was handed over until it is known to have been, and its owner for an hour's count.
 * - `alert.risen`: when it told of more than usual, NULL when it was calm since. `notification.due`: not handed over before.
 * - Of a feed's secret only the SHA-256 is kept.
 */
export const alertMigrations: Migrations = [
  `
  CREATE TABLE alert (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    fields TEXT NOT NULL,
    created INTEGER NOT NULL,
    since INTEGER NOT NULL,
    feed TEXT UNIQUE
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX alert_owner ON alert (owner);
  CREATE TABLE place (channel TEXT PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE mention (
    n INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    alert TEXT NOT NULL,
    channel TEXT NOT NULL,
    run TEXT NOT NULL,
    track TEXT NOT NULL,
    cue INTEGER NOT NULL,
    start INTEGER NOT NULL,
    matched INTEGER NOT NULL,
    release INTEGER NOT NULL,
    state INTEGER NOT NULL,
    head TEXT,
    signature BLOB,
    value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX mention_alert ON mention (alert, n);
  CREATE INDEX mention_waiting ON mention (alert, n) WHERE state = 0;
  CREATE INDEX mention_head ON mention (head, n) WHERE head IS NOT NULL;
  CREATE INDEX mention_channel ON mention (channel, start);
  CREATE TABLE notification (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    at INTEGER NOT NULL,
    value TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX notification_at ON notification (at);
  `,
  `
  ALTER TABLE alert ADD COLUMN risen INTEGER;
  ALTER TABLE notification ADD COLUMN due INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX notification_unhanded ON notification (due, at) WHERE value IS NOT NULL;
  `,
]

export const states = { waits: 0, told: 1, kept: 2 } as const
