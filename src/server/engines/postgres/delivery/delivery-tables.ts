import type { Part } from '../migrations.ts'

/**
 * What goes out, as the tables of data/delivery.db are. Times are milliseconds; what is JSON is kept as its text, since
 * `jsonb` cannot hold every text that was said. Whatever changes what waits for a destination locks its row first.
 *
 * - `destination.next`: when the oldest that waits for it is tried; null = none waits.
 * - `outbox.body`: the letter's text and HTML.
 */
export const deliveryTables: Part = {
  name: 'delivery',
  steps: [
    `
    CREATE TABLE outbox (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      at bigint NOT NULL,
      recipient text NOT NULL,
      subject text NOT NULL,
      body text NOT NULL
    );
    CREATE TABLE destination (
      id text PRIMARY KEY,
      owner text NOT NULL,
      name text NOT NULL,
      kind text NOT NULL,
      settings text NOT NULL,
      secrets text NOT NULL,
      account smallint NOT NULL,
      state text NOT NULL,
      problem text,
      created bigint NOT NULL,
      next bigint
    );
    CREATE INDEX destination_owner ON destination (owner, created);
    CREATE INDEX destination_next ON destination (next) WHERE next IS NOT NULL;
    CREATE TABLE delivery (
      id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      key text NOT NULL,
      destination text NOT NULL REFERENCES destination ON DELETE CASCADE,
      owner text NOT NULL,
      alert text NOT NULL,
      notification text NOT NULL,
      state text NOT NULL,
      attempts integer NOT NULL DEFAULT 0,
      created bigint NOT NULL,
      since bigint NOT NULL,
      finished bigint,
      problem text,
      UNIQUE (key, destination)
    );
    CREATE INDEX delivery_destination ON delivery (destination, id);
    CREATE INDEX delivery_waiting ON delivery (destination, id) WHERE state = 'waiting';
    CREATE INDEX delivery_owner ON delivery (owner, id);
    CREATE INDEX delivery_dead ON delivery (id) WHERE state = 'dead';
    CREATE INDEX delivery_finished ON delivery (finished) WHERE finished IS NOT NULL;
    CREATE TABLE delivery_attempt (
      n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      delivery bigint NOT NULL REFERENCES delivery ON DELETE CASCADE,
      at bigint NOT NULL,
      ms bigint NOT NULL,
      problem text
    );
    CREATE INDEX delivery_attempt_delivery ON delivery_attempt (delivery, n);
    CREATE TABLE delivery_stop (
      destination text NOT NULL REFERENCES destination ON DELETE CASCADE,
      alert text NOT NULL,
      name text NOT NULL,
      until bigint,
      PRIMARY KEY (destination, alert)
    );
    CREATE TABLE delivery_tally (
      what text NOT NULL,
      day bigint NOT NULL,
      count integer NOT NULL,
      PRIMARY KEY (what, day)
    );
    CREATE TABLE delivery_blocked (hash text PRIMARY KEY, at bigint NOT NULL);
    CREATE TABLE delivery_secret (name text PRIMARY KEY, value text NOT NULL);
    `,
  ],
}
