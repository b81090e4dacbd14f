import type { Part } from '../migrations.ts'

/**
 * Alerts and what they found, as the tables of data/alerts.db are. Times are milliseconds; what is JSON is kept as its text,
 * since `jsonb` cannot hold every text that was said.
 *
 * - `alert.since`: what was aired before is not told. `alert.risen`: when it told of more than usual, null when it was calm
 *   since. Of a feed's secret only the SHA-256 is kept.
 * - A row of `alert_place` for the channel `*` says that places are kept: a channel without one was made since.
 * - `mention.state` is 0 while it waits to be told, 1 when it was told, 2 when it is kept for the history only; `head` is
 *   the mention whose words it repeats.
 * - `notification.value` holds what was not handed over yet. `due`: not handed over before.
 */
export const alertTables: Part = {
  name: 'alerts',
  steps: [
    `
    CREATE TABLE alert (
      id text PRIMARY KEY,
      owner text NOT NULL,
      fields text NOT NULL,
      created bigint NOT NULL,
      since bigint NOT NULL,
      feed text UNIQUE,
      risen bigint
    );
    CREATE INDEX alert_owner ON alert (owner);
    CREATE TABLE alert_place (channel text PRIMARY KEY, epoch text NOT NULL, seq bigint NOT NULL);
    CREATE TABLE mention (
      n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      id text NOT NULL UNIQUE,
      alert text NOT NULL,
      channel text NOT NULL,
      run text NOT NULL,
      track text NOT NULL,
      cue bigint NOT NULL,
      start bigint NOT NULL,
      matched bigint NOT NULL,
      release bigint NOT NULL,
      state smallint NOT NULL,
      head text,
      signature bytea,
      value text NOT NULL
    );
    CREATE INDEX mention_alert ON mention (alert, n);
    CREATE INDEX mention_waiting ON mention (alert, n) WHERE state = 0;
    CREATE INDEX mention_head ON mention (head, n) WHERE head IS NOT NULL;
    CREATE INDEX mention_channel ON mention (channel, start);
    CREATE TABLE notification (
      id text PRIMARY KEY,
      owner text NOT NULL,
      alert text NOT NULL,
      at bigint NOT NULL,
      due bigint NOT NULL,
      value text
    );
    CREATE INDEX notification_at ON notification (at);
    CREATE INDEX notification_unhanded ON notification (due, at) WHERE value IS NOT NULL;
    `,
  ],
}

export const states = { waits: 0, told: 1, kept: 2 } as const
