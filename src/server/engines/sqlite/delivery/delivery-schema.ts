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
  `
  CREATE TABLE destination (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    secrets TEXT NOT NULL,
    account INTEGER NOT NULL,
    state TEXT NOT NULL,
    problem TEXT,
    created INTEGER NOT NULL,
    -- When the oldest that waits for it is tried; NULL = none waits.
    next INTEGER
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX destination_owner ON destination (owner, created);
  CREATE INDEX destination_next ON destination (next) WHERE next IS NOT NULL;
  CREATE TABLE delivery (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL,
    destination TEXT NOT NULL,
    owner TEXT NOT NULL,
    alert TEXT NOT NULL,
    notification TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    created INTEGER NOT NULL,
    since INTEGER NOT NULL,
    finished INTEGER,
    problem TEXT,
    UNIQUE (key, destination)
  ) STRICT;
  CREATE INDEX delivery_waiting ON delivery (destination, id) WHERE state = 'waiting';
  CREATE INDEX delivery_owner ON delivery (owner, id);
  CREATE INDEX delivery_dead ON delivery (id) WHERE state = 'dead';
  CREATE INDEX delivery_finished ON delivery (finished) WHERE finished IS NOT NULL;
  CREATE TABLE attempt (
    delivery INTEGER NOT NULL,
    at INTEGER NOT NULL,
    ms INTEGER NOT NULL,
    problem TEXT
  ) STRICT;
  CREATE INDEX attempt_delivery ON attempt (delivery);
  CREATE TABLE stop (
    destination TEXT NOT NULL,
    alert TEXT NOT NULL,
    name TEXT NOT NULL,
    until INTEGER,
    PRIMARY KEY (destination, alert)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE tally (
    what TEXT NOT NULL,
    day INTEGER NOT NULL,
    count INTEGER NOT NULL,
    PRIMARY KEY (what, day)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE blocked (hash TEXT PRIMARY KEY, at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE secret (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
]
