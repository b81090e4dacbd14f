import type { Migrations } from '../database.ts'

/** data/delivery.db: what goes out. Apart from ccr.db, whose every change makes all processes read it anew. */
export const deliveryMigrations: Migrations = [
  `
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    html TEXT
  ) STRICT;
  `,
]
