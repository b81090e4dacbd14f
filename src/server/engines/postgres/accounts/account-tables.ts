import type { Part } from '../migrations.ts'

/**
 * People and how they come in. What is a person's goes with the person. Of sessions, links and challenges only the
 * SHA-256 is kept. Times are milliseconds of whoever wrote them. What is worth some minutes only need not survive a crash.
 */
export const accountTables: Part = {
  name: 'accounts',
  steps: [
    `
    CREATE TABLE person (
      id text COLLATE "C" PRIMARY KEY,
      email text COLLATE "C" NOT NULL UNIQUE,
      name text,
      role text NOT NULL,
      channels text[] NOT NULL,
      created bigint NOT NULL,
      seen bigint,
      preferences text NOT NULL DEFAULT '{}'
    );
    CREATE TABLE session (
      id text COLLATE "C" PRIMARY KEY,
      hash text NOT NULL UNIQUE,
      person text NOT NULL REFERENCES person (id) ON DELETE CASCADE,
      device text NOT NULL,
      created bigint NOT NULL,
      used bigint NOT NULL
    );
    CREATE INDEX session_person ON session (person);
    CREATE TABLE passkey (
      id text COLLATE "C" PRIMARY KEY,
      person text NOT NULL REFERENCES person (id) ON DELETE CASCADE,
      name text NOT NULL,
      key bytea NOT NULL,
      counter bigint NOT NULL,
      transports text[] NOT NULL,
      created bigint NOT NULL,
      used bigint
    );
    CREATE INDEX passkey_person ON passkey (person);
    CREATE TABLE link (
      id text COLLATE "C" PRIMARY KEY,
      hash text NOT NULL UNIQUE,
      purpose text NOT NULL,
      email text,
      role text NOT NULL,
      channels text[] NOT NULL,
      person text REFERENCES person (id) ON DELETE CASCADE,
      next text NOT NULL,
      created bigint NOT NULL,
      expires bigint NOT NULL
    );
    CREATE INDEX link_person ON link (person);
    CREATE UNLOGGED TABLE challenge (
      hash text PRIMARY KEY,
      purpose text NOT NULL,
      expires bigint NOT NULL
    );
    CREATE INDEX challenge_expires ON challenge (expires);
    CREATE UNLOGGED TABLE use_count (key text PRIMARY KEY, points integer NOT NULL, expire bigint);
    `,
  ],
}
